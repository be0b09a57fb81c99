#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole submission, without a ServiceNow: builds the stand-in that the tests use, starts it on this
# machine, opens a ticket there, shows it, asks again, and loses a reply on purpose. All that it makes but
# the build lies in a folder that it removes. Can be run again, and from any folder.
#
#   sh examples/submit.sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/release

# A build that works says nothing; one that fails says everything. SESDNS and SESDNS_FAKE name programs
# that are there already.
if [ -z "${SESDNS-}" ] || [ -z "${SESDNS_FAKE-}" ]; then
    sh "$root/cmake/install-deps.sh" --fake
    cd "$root"
    mkdir -p "$build"
    echo "Building sesdns and the stand-in in $build" >&2
    for step in "--preset release -DBUILD_TESTING=OFF -DSESDNS_FAKE=ON" "--build build/release"; do
        # shellcheck disable=SC2086 # two command lines
        cmake $step >"$build/submit.log" 2>&1 </dev/null || {
            status=$?
            cat "$build/submit.log" >&2
            echo "submit.sh: building failed; what the compiler said is above." >&2
            exit $status
        }
    done
    SESDNS=$build/sesdns
    SESDNS_FAKE=$build/tests/fake-servicenow
fi

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-submit.XXXXXX")
server=
end()
{
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$server" ] || wait "$server" 2>/dev/null || :
    rm -rf "$temp"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# The stand-in makes the second ticket, and then says that it failed. Its first line has its address, for
# which the pipe waits.
echo 'kind create 2 commit-500' >"$temp/faults"
mkfifo "$temp/address"
"$SESDNS_FAKE" --state "$temp/instance" --log "$temp/log" --faults "$temp/faults" >"$temp/address" &
server=$!
read -r _ address <"$temp/address"

# What a person has in a config and in variables. What else is set, for real tickets, stays out.
sed "s|https://example.service-now.com|$address|" "$root/examples/servicenow.ini" >"$temp/servicenow.ini"
unset SESDNS_PURPOSE SESDNS_ACCOUNT SESDNS_REGION SESDNS_ZONE
SESDNS_CONFIG=$temp/servicenow.ini
SESDNS_LEDGER=$temp/ledger.db
SESDNS_CONTACT='Mail Team <mail-team@example.edu>'
SESDNS_PASSWORD=Example-Password-1
export SESDNS_CONFIG SESDNS_LEDGER SESDNS_CONTACT SESDNS_PASSWORD
cd "$root/examples"

# Shows a command and runs it.
submit()
{
    echo "\$ sesdns submit $*"
    "$SESDNS" submit "$@" 2>&1
    echo
}

title()
{
    echo "=== $* ==="
    echo
}

# Members of the objects that the stand-in holds, a line each: NAME value.
members()
{
    "$SESDNS_FAKE" --dump "$temp/instance" | sed -n 's/^ *"\([a-z_]*\)": "\(.*\)",\{0,1\}$/\1 \2/p'
}

# The requests behind the first N: kind, method, status, fault.
requests()
{
    awk -v from="$1" 'NR > from { printf "%-7s %-4s %s%s\n", $2, $3, $5, $6 == "-" ? "" : "  " $6 }' "$temp/log"
}

echo
title 'The config'
sed '/^#/d' "$SESDNS_CONFIG"
echo
echo 'SESDNS_PASSWORD is set as well: so password_command is not run.'
echo
title 'What would be done: nothing is written, here or there'
submit -q --dry-run --poc --expires +90d exports
title 'Do it'
submit -q --yes --poc --expires +90d exports
title 'The ticket and its files, as the instance holds them'
members | awk '
    $1 ~ /^(number|short_description|description|u_expiry_date|correlation_id)$/ {
        text = substr($0, length($1) + 2)
        gsub(/\\n/, "\n    ", text)
        sub(/\n    1\. .*\n    ATTACHMENTS/, "\n    [...]\n\n    ATTACHMENTS", text)
        gsub(/\n    \n/, "\n\n", text)
        sub(/\n *$/, "", text)
        print $1 ":\n    " text
    }
    $1 == "file_name" { name = $2 }
    $1 == "hash" { print "file: " name "\n    SHA-256 " $2 }
'
echo
title 'The same again: it looks, and does nothing'
submit --yes --poc --expires +90d exports

title 'A ticket whose reply is lost: the instance makes it, and answers 500'
before=$(($(wc -l <"$temp/log")))
submit -q --yes --production batch/alumni
echo 'What was asked of the instance. There is one create: the look-up behind it found the ticket.'
echo
requests "$before"
echo
echo "Tickets at the instance: $(members | grep -c '^correlation_id .')"

cat <<EOT

=== Next ===

Yours: copy examples/servicenow.ini to ~/.config/sesdns/config.ini, name your instance and your user in it,
and begin with --dry-run.

    '$SESDNS' submit --dry-run --poc --expires +90d dkim-dns-records.csv

The manual has the rest: man src/cli/sesdns.1, SUBMITTING TICKETS.
EOT
