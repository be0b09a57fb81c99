#!/bin/sh
# NetDB records, as commands: what is to go.
# Subject: example.edu
# Digest: sha256:bced0bf0bd9209c43e28e61e58cffaf0e371774fbb8eccebf76e094794501c15
#
# Run it where the NetDB program works for you: sh remove-netdb-node.sh
# A second run changes nothing that is already right. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb=netdb
refused=0

# What NetDB would not do is said, counted, and does not stop the rest.
complain() {
    echo "$*" >&2
    refused=$((refused + 1))
}

shows() {
    "$netdb" node info "$1" | grep -qiwF -- "$2"
}

# True where the node is there.
there() {
    "$netdb" node info "$1" >/dev/null 2>&1
}

# Deletes a node. NetDB may want to know whether you are sure.
delete() {
    if there "$1"; then
        "$netdb" node delete "$1" || complain "$1: delete was refused"
    else
        echo "$1: is gone already"
    fi
}

# Takes something away from a node: VERB WHAT NODE.
remove() {
    if ! there "$3"; then
        echo "$3: is gone already"
    elif shows "$3" "$2"; then
        "$netdb" node "$1" --remove "$2" "$3" || complain "$3: $1 $2 was refused"
    else
        echo "$3: has no $2"
    fi
}

# CNAME: an alias of a node that is called like the target. Where it is one of a
# TXT Record object, take it away in the web form.

remove alias 274cflw7g64e7sp75ni3pzlfgvgnlztf._domainkey.example.edu 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com
delete 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com

remove alias 4xbqxneclnzmrcal7lxlskw5jb3pt2ma._domainkey.example.edu 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com
delete 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com

remove alias 64pxef55f3zpxyuuozwstvo4shurf5lo._domainkey.example.edu 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com
delete 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com

remove alias 6p5crab3qooug36snzuqjqmfge3hljrf._domainkey.example.edu 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com
delete 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com

remove alias 6w5xye5fi2u7jldigwd2wlk726qtwswr._domainkey.example.edu 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com
delete 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com

remove alias 7juye6zbxlenofjihdvttu2fkhvjlryw._domainkey.example.edu 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com
delete 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com

remove alias 7znzsnjs42os7up4xqbrkqra4te7ql6b._domainkey.example.edu 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com
delete 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com

remove alias bk37v5tccdfugcdjkxgxqfn6dkgfb4bl._domainkey.example.edu bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com
delete bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com

remove alias c734mxvl5gz7txv5kkj5jnanxunosstq._domainkey.example.edu c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com
delete c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com

remove alias etncfhl7b5zhumvfp6tuorvwavcsxgxy._domainkey.example.edu etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com
delete etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com

remove alias ezm2khqga25ez35d72rw2unfxsrxtgnn._domainkey.example.edu ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com
delete ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com

remove alias f3bu2ddmhib6k2lao6d3epmumerle7g6._domainkey.example.edu f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com
delete f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com

remove alias fdgs443dsarjlqirninth2osxupgcer7._domainkey.example.edu fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com
delete fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com

remove alias it6nupjuzc5ghu2beonasrb3gpxxfiz6._domainkey.example.edu it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com
delete it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com

remove alias ivehhzc5awadx4rrsjh4s7cdax4ajwbb._domainkey.example.edu ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com
delete ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com

remove alias jtpogdghnapu7lig45qwwpc4gthws3jx._domainkey.example.edu jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com
delete jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com

remove alias khxfyxmrlrsypmntvw3rgp5m3mgqqpyg._domainkey.example.edu khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com
delete khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com

remove alias oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4._domainkey.example.edu oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com
delete oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com

remove alias pqivqqv6dkftbwr423bcwhy4xp6qzqmd._domainkey.example.edu pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com
delete pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com

remove alias ptrx6seurwhlxigevzwc45c6tjdcuwhb._domainkey.example.edu ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com
delete ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com

remove alias syj7eydljzawkzd4t5q2nq47m7hgyhrz._domainkey.example.edu syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com
delete syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com

remove alias t6hbxcvyznx5y2jx6sgrzjfwbozkubd3._domainkey.example.edu t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com
delete t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com

remove alias ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh._domainkey.example.edu ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com
delete ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com

remove alias ufppsffbf7ypzbkhxwh4mkz24l7yhwbl._domainkey.example.edu ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com
delete ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com

remove alias v62owmeo6olzqlt7u3vrtngodzmlz5qm._domainkey.example.edu v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com
delete v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com

remove alias wyskqff3qjhpatfzwrirya6li4aeo22d._domainkey.example.edu wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com
delete wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com

remove alias x7tv5gi6hia34zvwe574tzdawl7k5v72._domainkey.example.edu x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com
delete x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com

remove alias xpzct5xwitp7q3psvbxwc6kfxspu6njj._domainkey.example.edu xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com
delete xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com

remove alias z4uu77ygrcgeiwe5ad4c2wxatkeowo7y._domainkey.example.edu z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com
delete z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com

remove alias zfhtjwkxumgrltw2ljgignw2caixi6un._domainkey.example.edu zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com
delete zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com

# TXT: the netdb program has no command for TXT Record objects. In the web form,
# remove each value, and keep the others; the object goes with its last value:
#
#   Name:  _amazonses.example.edu
#   Value: keUS/mLIEp0UI6GswNgYHgl09zEn05iY0306D9cklp8=

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
