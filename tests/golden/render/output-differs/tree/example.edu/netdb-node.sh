#!/bin/sh
# NetDB records, as commands.
# Subject: example.edu
# Lifetime: production
# Digest: sha256:191ad87ddbcec14be0f0042126b4c6b6ff86d6749aa676aabd7a2c3c73d32c5a
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

there 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com || clone 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com none 'Amazon SES DKIM of example.edu'
add alias 6bh7a6m2esfzt5t5kpakja4h3hf4cthm._domainkey.example.edu 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com
"$netdb" node expiration --clear 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com
"$netdb" node info 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com

there a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com || clone a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com none 'Amazon SES DKIM of example.edu'
add alias a5jcitqkviex75imhloya7ykmazviqqb._domainkey.example.edu a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com
"$netdb" node expiration --clear a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com
"$netdb" node info a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com

there ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com || clone ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com none 'Amazon SES DKIM of example.edu'
add alias ud6ehxwiqid7m7guingflbrigudlxogp._domainkey.example.edu ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com
"$netdb" node expiration --clear ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com
"$netdb" node info ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com

# MX: entered at the host that receives. All domains of a Region share it, so it
# has no expiration, also when what is added to it here has one.

there feedback-smtp.us-west-2.amazonses.com || clone feedback-smtp.us-west-2.amazonses.com none 'Amazon SES, host for bounces; shared'
add receive_mail_for mail.example.edu feedback-smtp.us-west-2.amazonses.com :10
"$netdb" node expiration --clear feedback-smtp.us-west-2.amazonses.com
"$netdb" node info feedback-smtp.us-west-2.amazonses.com

# TXT: the netdb program has no command for TXT Record objects. In the web form,
# add each value to the object of that name, make it where there is none, and
# keep the values that it has:
#
#   Name:  mail.example.edu
#   Value: 'v=spf1 include:amazonses.com ~all'
#
#   Name:  _dmarc.example.edu
#   Value: 'v=DMARC1; p=none;'

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
