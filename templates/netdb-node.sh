#!/bin/sh
# NetDB records, as commands.
# Subject: {{subject}}
# Lifetime: {{lifetime_kind}}{{#poc}} until {{expires}}{{/poc}}
# Digest: {{digest}}
#
# Run it where the NetDB program works for you: sh netdb-node.sh
# A second run changes nothing that is already right: each node is looked up
# before it is cloned, each name before it is added. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb={{netdb.program}}
{{#netdb.template_node}}
# shellcheck disable=SC2100 # a name with a hyphen, no subtraction
template={{netdb.template_node}}
{{/netdb.template_node}}
{{^netdb.template_node}}
template=${NETDB_TEMPLATE:?"set it to the template node to clone from, or set netdb.template_node in the config"}
{{/netdb.template_node}}
{{>netdb-shell.sh}}

# Clones a node: NAME IP COMMENT. Never a + behind the address: NetDB could take
# the next free one instead.
clone() {
    "$netdb" node clone --template "$template" --name "$1" --ip "$2"{{#netdb.location}} \
        --location {{netdb.location}}{{/netdb.location}}{{#netdb.model}} \
        --model {{netdb.model}}{{/netdb.model}}{{#netdb.administrator}} \
        --admin {{netdb.administrator}}{{/netdb.administrator}}{{#netdb.user}} \
        --user {{netdb.user}}{{/netdb.user}}
{{#netdb.department}}
    "$netdb" node department --set {{netdb.department}} "$1"
{{/netdb.department}}
{{#netdb.group}}
    "$netdb" node group --add {{netdb.group}} "$1"
{{/netdb.group}}
    "$netdb" node comment --set "$3" "$1"
}

{{>netdb-there.sh}}

# Adds a name to a node: VERB NAME NODE [SUFFIX].
add() {
    if shows "$3" "$2"; then
        echo "$3: has $2 already"
    else
        "$netdb" node "$1" --add "$2${4-}" "$3" || complain "$3: $1 $2 was refused"
    fi
}
{{#nodes}}

# {{name}}
{{#addresses}}
{{#is_first}}
if there {{name}}; then
    shows {{name}} {{address}} || complain {{name}}: is there with another address
else
    clone {{name}} {{address}} {{comment}}
fi
{{/is_first}}
{{^is_first}}
shows {{name}} {{address}} || "$netdb" node interface --add none --ip {{address}} {{name}}
{{/is_first}}
"$netdb" node ptr_pref --set closest {{address}}
{{/addresses}}
"$netdb" node expiration {{#poc}}--set {{expires_netdb}}{{/poc}}{{#production}}--clear{{/production}} {{name}}
"$netdb" node info {{name}}
{{/nodes}}
{{#has_cname}}

# CNAME: the target is the node, our name its alias. NetDB may refuse an alias
# with an underscore. Then delete the node that this made, and in the web form
# make a TXT Record object of the same name with the same alias and no value.
{{/has_cname}}
{{#cname_targets}}

there {{name}} || clone {{name}} none {{target_comment}}
{{#aliases}}
add alias {{owner}} {{name}}
{{/aliases}}
"$netdb" node expiration {{#poc}}--set {{expires_netdb}}{{/poc}}{{#production}}--clear{{/production}} {{name}}
"$netdb" node info {{name}}
{{/cname_targets}}
{{#has_mx}}

# MX: entered at the host that receives. All domains of a Region share it, so it
# has no expiration, also when what is added to it here has one.
{{/has_mx}}
{{#mx_targets}}

there {{name}} || clone {{name}} none 'Amazon SES, host for bounces; shared'
{{#aliases}}
add receive_mail_for {{owner}} {{name}} :{{preference}}
{{/aliases}}
"$netdb" node expiration --clear {{name}}
"$netdb" node info {{name}}
{{/mx_targets}}
{{#has_txt}}

# TXT: the netdb program has no command for TXT Record objects. In the web form,
# add each value to the object of that name, make it where there is none, and
# keep the values that it has:
{{#txt_owners}}
#
#   Name:  {{name}}
{{#values}}
#   Value: {{value}}
{{/values}}
{{/txt_owners}}
{{/has_txt}}
{{#poc}}

# On {{expires}}, to take it all back (NetDB does nothing by itself):
#
{{#nodes}}
#   netdb node delete {{name}}
{{/nodes}}
{{#cname_targets}}
#   netdb node delete {{name}}
{{/cname_targets}}
{{#mx_targets}}
{{#aliases}}
#   netdb node receive_mail_for --remove {{owner}} {{name}}
{{/aliases}}
{{/mx_targets}}
{{#txt_owners}}
#   TXT Record {{name}}: remove the value above, or the object if it is the last
{{/txt_owners}}
{{/poc}}

{{>netdb-end.sh}}
