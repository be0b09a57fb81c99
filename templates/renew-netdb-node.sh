#!/bin/sh
# NetDB records, as commands: a new expiration.
# Subject: {{subject}}
# Lifetime: {{lifetime_kind}}{{#poc}} until {{expires}}{{/poc}}
# Digest: {{digest}}
#
# Run it where the NetDB program works for you: sh renew-netdb-node.sh
# A second run changes nothing that is already right. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb={{netdb.program}}
{{>netdb-shell.sh}}

{{>netdb-there.sh}}

# Sets the expiration of a node that must be there.
expire() {
    if there "$1"; then
        "$netdb" node expiration {{#poc}}--set {{expires_netdb}}{{/poc}}{{#production}}--clear{{/production}} "$1" ||
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
{{#nodes}}

expire {{name}}
{{/nodes}}
{{#cname_targets}}

expire_if_there {{name}}
{{/cname_targets}}

{{>netdb-end.sh}}
