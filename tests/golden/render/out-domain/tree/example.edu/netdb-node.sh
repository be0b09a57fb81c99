#!/bin/sh
# NetDB records, as commands.
# Subject: example.edu
# Lifetime: poc until 2026-03-31
# Digest: sha256:f578048254ecad79cc607ff388aa34b1ab2efb0041639fb30dbd9f920298093e
#
# Run it where the NetDB program works for you: sh netdb-node.sh
# A second run changes nothing that is already right: each node is looked up
# before it is cloned, each name before it is added. That takes for granted
# that "node info" fails for a node that is not there.
set -eu

netdb=netdb
# shellcheck disable=SC2100 # a name with a hyphen, no subtraction
template=template-mail
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
        --location 'Off Campus' \
        --admin mail-team \
        --user ada
    "$netdb" node department --set 'Mail & Calendar' "$1"
    "$netdb" node group --add mail-team "$1"
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

# mail1.example.edu
if there mail1.example.edu; then
    shows mail1.example.edu 198.51.100.7 || complain mail1.example.edu: is there with another address
else
    clone mail1.example.edu 198.51.100.7 'Amazon SES dedicated IP of example.edu; AWS account 123456789012; us-west-2; contact Mail Team <mail-team@example.edu>'
fi
"$netdb" node ptr_pref --set closest 198.51.100.7
shows mail1.example.edu 2001:db8::7 || "$netdb" node interface --add none --ip 2001:db8::7 mail1.example.edu
"$netdb" node ptr_pref --set closest 2001:db8::7
"$netdb" node expiration --set 03/31/2026 mail1.example.edu
"$netdb" node info mail1.example.edu

# CNAME: the target is the node, our name its alias. NetDB may refuse an alias
# with an underscore. Then delete the node that this made, and in the web form
# make a TXT Record object of the same name with the same alias and no value.

there 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com || clone 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; AWS account 123456789012; us-west-2; contact Mail Team <mail-team@example.edu>'
add alias 6bh7a6m2esfzt5t5kpakja4h3hf4cthm._domainkey.example.edu 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com
"$netdb" node expiration --set 03/31/2026 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com
"$netdb" node info 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com

there a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com || clone a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; AWS account 123456789012; us-west-2; contact Mail Team <mail-team@example.edu>'
add alias a5jcitqkviex75imhloya7ykmazviqqb._domainkey.example.edu a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com
"$netdb" node expiration --set 03/31/2026 a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com
"$netdb" node info a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com

there ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com || clone ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com none 'Amazon SES DKIM of example.edu; AWS account 123456789012; us-west-2; contact Mail Team <mail-team@example.edu>'
add alias ud6ehxwiqid7m7guingflbrigudlxogp._domainkey.example.edu ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com
"$netdb" node expiration --set 03/31/2026 ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com
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
#   Name:  _amazonses.example.edu
#   Value: keUS/mLIEp0UI6GswNgYHgl09zEn05iY0306D9cklp8=
#
#   Name:  mail.example.edu
#   Value: 'v=spf1 include:amazonses.com ~all'
#
#   Name:  _dmarc.example.edu
#   Value: 'v=DMARC1; p=none;'

# On 2026-03-31, to take it all back (NetDB does nothing by itself):
#
#   netdb node delete mail1.example.edu
#   netdb node delete 6bh7a6m2esfzt5t5kpakja4h3hf4cthm.dkim.amazonses.com
#   netdb node delete a5jcitqkviex75imhloya7ykmazviqqb.dkim.amazonses.com
#   netdb node delete ud6ehxwiqid7m7guingflbrigudlxogp.dkim.amazonses.com
#   netdb node receive_mail_for --remove mail.example.edu feedback-smtp.us-west-2.amazonses.com
#   TXT Record _amazonses.example.edu: remove the value above, or the object if it is the last
#   TXT Record mail.example.edu: remove the value above, or the object if it is the last
#   TXT Record _dmarc.example.edu: remove the value above, or the object if it is the last

if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
