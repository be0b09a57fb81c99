#!/bin/sh
# NetDB records, as commands.
# Subject: mail.example.edu
# Lifetime: production
# Digest: sha256:d1e681674653461c0dee4aa6b27956cc0aa37d7d7262fcc5b2883f9590043db9
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

# mail.example.edu
if there mail.example.edu; then
    shows mail.example.edu 203.0.113.9 || complain mail.example.edu: is there with another address
else
    clone mail.example.edu 203.0.113.9 'Amazon EC2 mail host mail.example.edu; eipalloc-0123456789abcdef0; AWS account 123456789012; us-west-2; contact Mail Team <mail-team@example.edu>'
fi
"$netdb" node ptr_pref --set closest 203.0.113.9
"$netdb" node expiration --clear mail.example.edu
"$netdb" node info mail.example.edu

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
