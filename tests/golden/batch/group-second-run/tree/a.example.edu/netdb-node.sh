#!/bin/sh
# NetDB records, as commands.
# Subject: a.example.edu
# Lifetime: production
# Digest: sha256:c322fc20c75ec9a3266dafc0c67eea6b2c98d199e2a14e7460dbbe04ed096219
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

there 454ml6lg4tjfcz4kaedcmpb5u4mos7af.dkim.amazonses.com || clone 454ml6lg4tjfcz4kaedcmpb5u4mos7af.dkim.amazonses.com none 'Amazon SES DKIM of a.example.edu; contact Me'
add alias 454ml6lg4tjfcz4kaedcmpb5u4mos7af._domainkey.a.example.edu 454ml6lg4tjfcz4kaedcmpb5u4mos7af.dkim.amazonses.com
"$netdb" node expiration --clear 454ml6lg4tjfcz4kaedcmpb5u4mos7af.dkim.amazonses.com
"$netdb" node info 454ml6lg4tjfcz4kaedcmpb5u4mos7af.dkim.amazonses.com

there 5r2fquosbegzgsyebannd6yz2emrvftv.dkim.amazonses.com || clone 5r2fquosbegzgsyebannd6yz2emrvftv.dkim.amazonses.com none 'Amazon SES DKIM of a.example.edu; contact Me'
add alias 5r2fquosbegzgsyebannd6yz2emrvftv._domainkey.a.example.edu 5r2fquosbegzgsyebannd6yz2emrvftv.dkim.amazonses.com
"$netdb" node expiration --clear 5r2fquosbegzgsyebannd6yz2emrvftv.dkim.amazonses.com
"$netdb" node info 5r2fquosbegzgsyebannd6yz2emrvftv.dkim.amazonses.com

there a2hipgad57lm4mi2yhz2nartbnlzgcjn.dkim.amazonses.com || clone a2hipgad57lm4mi2yhz2nartbnlzgcjn.dkim.amazonses.com none 'Amazon SES DKIM of a.example.edu; contact Me'
add alias a2hipgad57lm4mi2yhz2nartbnlzgcjn._domainkey.a.example.edu a2hipgad57lm4mi2yhz2nartbnlzgcjn.dkim.amazonses.com
"$netdb" node expiration --clear a2hipgad57lm4mi2yhz2nartbnlzgcjn.dkim.amazonses.com
"$netdb" node info a2hipgad57lm4mi2yhz2nartbnlzgcjn.dkim.amazonses.com

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
