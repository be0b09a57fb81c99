#!/bin/sh
# NetDB records, as commands: what is to go.
# Subject: {{subject}}
# Digest: {{digest}}
#
# Run it where the NetDB program works for you: sh remove-netdb-node.sh
# A second run changes nothing that is already right. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb={{netdb.program}}
{{>netdb-shell.sh}}

{{>netdb-there.sh}}

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
{{#nodes}}

{{#keeps_name}}
# Another address keeps the name.
{{#addresses}}
remove ip_address {{address}} {{name}}
{{/addresses}}
{{/keeps_name}}
{{^keeps_name}}
delete {{name}}
{{/keeps_name}}
{{/nodes}}
{{#has_cname}}

# CNAME: an alias of a node that is called like the target. Where it is one of a
# TXT Record object, take it away in the web form.
{{/has_cname}}
{{#cname_targets}}

{{#aliases}}
remove alias {{owner}} {{name}}
{{/aliases}}
{{#is_own}}
delete {{name}}
{{/is_own}}
{{^is_own}}
# If it has no other alias now: netdb node delete {{name}}
{{/is_own}}
{{/cname_targets}}
{{#has_mx}}

# MX: of the host that receives, which others share.
{{/has_mx}}
{{#mx_targets}}
{{#aliases}}
remove receive_mail_for {{owner}} {{name}}
{{/aliases}}
{{/mx_targets}}
{{#has_txt}}

# TXT: the netdb program has no command for TXT Record objects. In the web form,
# remove each value, and keep the others; the object goes with its last value:
{{#txt_owners}}
#
#   Name:  {{name}}
{{#values}}
#   Value: {{value}}
{{/values}}
{{/txt_owners}}
{{/has_txt}}

{{>netdb-end.sh}}
