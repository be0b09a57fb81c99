#!/bin/sh
# NetDB records, as commands: a new expiration.
# Subject: example.edu
# Lifetime: production
# Digest: sha256:c92793036951bea3be2a06a2094a034f456482bc61fd37fc0d7b3401e527341e
#
# Run it where the NetDB program works for you: sh renew-netdb-node.sh
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

# Sets the expiration of a node that must be there.
expire() {
    if there "$1"; then
        "$netdb" node expiration --clear "$1" ||
            complain "$1: expiration was refused"
    else
        complain "$1: is not there"
    fi
}

# The same of one that is there only where a CNAME was entered as a node.
expire_if_there() {
    if there "$1"; then
        expire "$1"
    else
        echo "$1: no such node; a TXT Record has no expiration"
    fi
}

expire_if_there 274cflw7g64e7sp75ni3pzlfgvgnlztf.dkim.amazonses.com

expire_if_there 4xbqxneclnzmrcal7lxlskw5jb3pt2ma.dkim.amazonses.com

expire_if_there 64pxef55f3zpxyuuozwstvo4shurf5lo.dkim.amazonses.com

expire_if_there 6p5crab3qooug36snzuqjqmfge3hljrf.dkim.amazonses.com

expire_if_there 6w5xye5fi2u7jldigwd2wlk726qtwswr.dkim.amazonses.com

expire_if_there 7juye6zbxlenofjihdvttu2fkhvjlryw.dkim.amazonses.com

expire_if_there 7znzsnjs42os7up4xqbrkqra4te7ql6b.dkim.amazonses.com

expire_if_there bk37v5tccdfugcdjkxgxqfn6dkgfb4bl.dkim.amazonses.com

expire_if_there c734mxvl5gz7txv5kkj5jnanxunosstq.dkim.amazonses.com

expire_if_there etncfhl7b5zhumvfp6tuorvwavcsxgxy.dkim.amazonses.com

expire_if_there ezm2khqga25ez35d72rw2unfxsrxtgnn.dkim.amazonses.com

expire_if_there f3bu2ddmhib6k2lao6d3epmumerle7g6.dkim.amazonses.com

expire_if_there fdgs443dsarjlqirninth2osxupgcer7.dkim.amazonses.com

expire_if_there it6nupjuzc5ghu2beonasrb3gpxxfiz6.dkim.amazonses.com

expire_if_there ivehhzc5awadx4rrsjh4s7cdax4ajwbb.dkim.amazonses.com

expire_if_there jtpogdghnapu7lig45qwwpc4gthws3jx.dkim.amazonses.com

expire_if_there khxfyxmrlrsypmntvw3rgp5m3mgqqpyg.dkim.amazonses.com

expire_if_there oyk52giuyxuxdbrm7d3iqjyo5ppuc6z4.dkim.amazonses.com

expire_if_there pqivqqv6dkftbwr423bcwhy4xp6qzqmd.dkim.amazonses.com

expire_if_there ptrx6seurwhlxigevzwc45c6tjdcuwhb.dkim.amazonses.com

expire_if_there syj7eydljzawkzd4t5q2nq47m7hgyhrz.dkim.amazonses.com

expire_if_there t6hbxcvyznx5y2jx6sgrzjfwbozkubd3.dkim.amazonses.com

expire_if_there ubyc7ce5ewsnmlmpyfjixkmkkkyhiebh.dkim.amazonses.com

expire_if_there ufppsffbf7ypzbkhxwh4mkz24l7yhwbl.dkim.amazonses.com

expire_if_there v62owmeo6olzqlt7u3vrtngodzmlz5qm.dkim.amazonses.com

expire_if_there wyskqff3qjhpatfzwrirya6li4aeo22d.dkim.amazonses.com

expire_if_there x7tv5gi6hia34zvwe574tzdawl7k5v72.dkim.amazonses.com

expire_if_there xpzct5xwitp7q3psvbxwc6kfxspu6njj.dkim.amazonses.com

expire_if_there z4uu77ygrcgeiwe5ad4c2wxatkeowo7y.dkim.amazonses.com

expire_if_there zfhtjwkxumgrltw2ljgignw2caixi6un.dkim.amazonses.com

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
