#!/bin/sh
# NetDB records, as commands.
# Subject: b.example.edu
# Lifetime: production
# Digest: sha256:40326f1fea8e0a16579955ed7066f1232cd45cd91013e9afec245f92af43dc95
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

there 4qavsyeefnpaxx5i6iyljtopmkmy6f2d.dkim.amazonses.com || clone 4qavsyeefnpaxx5i6iyljtopmkmy6f2d.dkim.amazonses.com none 'Amazon SES DKIM of b.example.edu; contact Me'
add alias 4qavsyeefnpaxx5i6iyljtopmkmy6f2d._domainkey.b.example.edu 4qavsyeefnpaxx5i6iyljtopmkmy6f2d.dkim.amazonses.com
"$netdb" node expiration --clear 4qavsyeefnpaxx5i6iyljtopmkmy6f2d.dkim.amazonses.com
"$netdb" node info 4qavsyeefnpaxx5i6iyljtopmkmy6f2d.dkim.amazonses.com

there ggcqpzq27sleio6ernnber24pdclsxif.dkim.amazonses.com || clone ggcqpzq27sleio6ernnber24pdclsxif.dkim.amazonses.com none 'Amazon SES DKIM of b.example.edu; contact Me'
add alias ggcqpzq27sleio6ernnber24pdclsxif._domainkey.b.example.edu ggcqpzq27sleio6ernnber24pdclsxif.dkim.amazonses.com
"$netdb" node expiration --clear ggcqpzq27sleio6ernnber24pdclsxif.dkim.amazonses.com
"$netdb" node info ggcqpzq27sleio6ernnber24pdclsxif.dkim.amazonses.com

there xi4vicb6wtcbe6etuiee4xcivwf6e2b7.dkim.amazonses.com || clone xi4vicb6wtcbe6etuiee4xcivwf6e2b7.dkim.amazonses.com none 'Amazon SES DKIM of b.example.edu; contact Me'
add alias xi4vicb6wtcbe6etuiee4xcivwf6e2b7._domainkey.b.example.edu xi4vicb6wtcbe6etuiee4xcivwf6e2b7.dkim.amazonses.com
"$netdb" node expiration --clear xi4vicb6wtcbe6etuiee4xcivwf6e2b7.dkim.amazonses.com
"$netdb" node info xi4vicb6wtcbe6etuiee4xcivwf6e2b7.dkim.amazonses.com

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
