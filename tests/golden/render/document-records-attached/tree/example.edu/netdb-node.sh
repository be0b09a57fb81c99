#!/bin/sh
# NetDB records, as commands.
# Subject: example.edu
# Lifetime: poc until 2026-03-31
# Digest: sha256:7bb8d1f0f72e59043f3b2b71167ade223fe3a7153c173b5931b4753a3487ad44
#
# Run it where the NetDB program works for you: sh netdb-node.sh
# A second run changes nothing that is already right: each node is looked up
# before it is cloned, each name before it is added. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb=netdb
template=${NETDB_TEMPLATE:?"set it to the template node to clone from, or set netdb.template_node in the config"}
refused=0

# What NetDB would not do is said, counted, and does not stop the rest.
complain() {
    echo "$*" >&2
    refused=$((refused + 1))
}

shows() {
    "$netdb" node info "$1" | grep -qiwF -- "$2"
}

# Clones a node: NAME IP COMMENT. Never a + behind the address: NetDB could take
# the next free one instead.
clone() {
    "$netdb" node clone --template "$template" --name "$1" --ip "$2" \
        --location 'Off Campus'
    "$netdb" node comment --set "$3" "$1"
}

# True where the node is there.
there() {
    "$netdb" node info "$1" >/dev/null 2>&1
}

# Adds a name to a node: VERB NAME NODE [SUFFIX].
add() {
    if shows "$3" "$2"; then
        echo "$3: has $2 already"
    else
        "$netdb" node "$1" --add "$2${4-}" "$3" || complain "$3: $1 $2 was refused"
    fi
}

# CNAME: the target is the node, our name its alias. NetDB may refuse an alias
# with an underscore. Then delete the node that this made, and in the web form
# make a TXT Record object of the same name with the same alias and no value.

there 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com || clone 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 274cflw7g64e7sp75ni3pzlfgvgnlztf._domainkey.example.edu 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com
"$netdb" node info 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com

there 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com || clone 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 4xbqxneclnzmrcal7lxlskw5jb3pt2ma._domainkey.example.edu 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com
"$netdb" node info 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com

there 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com || clone 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 64pxef55f3zpxyuuozwstvo4shurf5lo._domainkey.example.edu 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com
"$netdb" node info 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com

there 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com || clone 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 6p5crab3qooug36snzuqjqmfge3hljrf._domainkey.example.edu 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com
"$netdb" node info 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com

there 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com || clone 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 6w5xye5fi2u7jldigwd2wlk726qtwswr._domainkey.example.edu 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com
"$netdb" node info 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com

there 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com || clone 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 7juye6zbxlenofjihdvttu2fkhvjlryw._domainkey.example.edu 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com
"$netdb" node info 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com

there 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com || clone 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias 7znzsnjs42os7up4xqbrkqra4te7ql6b._domainkey.example.edu 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com
"$netdb" node info 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com

there bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com || clone bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias bk37v5tccdfugcdjkxgxqfn6dkgfb4bl._domainkey.example.edu bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com
"$netdb" node info bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com

there c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com || clone c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias c734mxvl5gz7txv5kkj5jnanxunosstq._domainkey.example.edu c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com
"$netdb" node info c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com

there etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com || clone etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias etncfhl7b5zhumvfp6tuorvwavcsxgxy._domainkey.example.edu etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com
"$netdb" node info etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com

there ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com || clone ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias ezm2khqga25ez35d72rw2unfxsrxtgnn._domainkey.example.edu ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com
"$netdb" node info ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com

there f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com || clone f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias f3bu2ddmhib6k2lao6d3epmumerle7g6._domainkey.example.edu f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com
"$netdb" node info f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com

there fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com || clone fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias fdgs443dsarjlqirninth2osxupgcer7._domainkey.example.edu fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com
"$netdb" node info fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com

there it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com || clone it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias it6nupjuzc5ghu2beonasrb3gpxxfiz6._domainkey.example.edu it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com
"$netdb" node info it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com

there ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com || clone ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias ivehhzc5awadx4rrsjh4s7cdax4ajwbb._domainkey.example.edu ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com
"$netdb" node info ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com

there jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com || clone jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias jtpogdghnapu7lig45qwwpc4gthws3jx._domainkey.example.edu jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com
"$netdb" node info jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com

there khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com || clone khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias khxfyxmrlrsypmntvw3rgp5m3mgqqpyg._domainkey.example.edu khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com
"$netdb" node info khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com

there oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com || clone oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4._domainkey.example.edu oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com
"$netdb" node info oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com

there pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com || clone pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias pqivqqv6dkftbwr423bcwhy4xp6qzqmd._domainkey.example.edu pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com
"$netdb" node info pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com

there ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com || clone ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias ptrx6seurwhlxigevzwc45c6tjdcuwhb._domainkey.example.edu ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com
"$netdb" node info ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com

there syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com || clone syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias syj7eydljzawkzd4t5q2nq47m7hgyhrz._domainkey.example.edu syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com
"$netdb" node info syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com

there t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com || clone t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias t6hbxcvyznx5y2jx6sgrzjfwbozkubd3._domainkey.example.edu t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com
"$netdb" node info t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com

there ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com || clone ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh._domainkey.example.edu ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com
"$netdb" node info ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com

there ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com || clone ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias ufppsffbf7ypzbkhxwh4mkz24l7yhwbl._domainkey.example.edu ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com
"$netdb" node info ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com

there v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com || clone v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias v62owmeo6olzqlt7u3vrtngodzmlz5qm._domainkey.example.edu v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com
"$netdb" node info v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com

there wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com || clone wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias wyskqff3qjhpatfzwrirya6li4aeo22d._domainkey.example.edu wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com
"$netdb" node info wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com

there x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com || clone x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias x7tv5gi6hia34zvwe574tzdawl7k5v72._domainkey.example.edu x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com
"$netdb" node info x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com

there xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com || clone xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias xpzct5xwitp7q3psvbxwc6kfxspu6njj._domainkey.example.edu xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com
"$netdb" node info xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com

there z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com || clone z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias z4uu77ygrcgeiwe5ad4c2wxatkeowo7y._domainkey.example.edu z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com
"$netdb" node info z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com

there zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com || clone zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; contact Mail Team <mail-team@example.edu>'
add alias zfhtjwkxumgrltw2ljgignw2caixi6un._domainkey.example.edu zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com
"$netdb" node expiration --set 2026-03-31 zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com
"$netdb" node info zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com

# TXT: the netdb program has no command for TXT Record objects. In the web form,
# add each value to the object of that name, make it where there is none, and
# keep the values that it has:
#
#   Name:  _amazonses.example.edu
#   Value: keUS/mLIEp0UI6GswNgYHgl09zEn05iY0306D9cklp8=

# On 2026-03-31, to take it all back (NetDB does nothing by itself):
#
#   netdb node delete 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com
#   netdb node delete 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com
#   netdb node delete 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com
#   netdb node delete 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com
#   netdb node delete 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com
#   netdb node delete 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com
#   netdb node delete 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com
#   netdb node delete bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com
#   netdb node delete c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com
#   netdb node delete etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com
#   netdb node delete ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com
#   netdb node delete f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com
#   netdb node delete fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com
#   netdb node delete it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com
#   netdb node delete ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com
#   netdb node delete jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com
#   netdb node delete khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com
#   netdb node delete oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com
#   netdb node delete pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com
#   netdb node delete ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com
#   netdb node delete syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com
#   netdb node delete t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com
#   netdb node delete ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com
#   netdb node delete ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com
#   netdb node delete v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com
#   netdb node delete wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com
#   netdb node delete x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com
#   netdb node delete xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com
#   netdb node delete z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com
#   netdb node delete zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com
#   TXT Record _amazonses.example.edu: remove the value above, or the object if it is the last

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
