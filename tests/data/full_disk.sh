#!/bin/sh
# SPDX-License-Identifier: MIT
# Where nothing more can be written, the program says so and fails: on standard output, and below -o, where it
# leaves neither a part of a document nor an older one that it touched. The limit on the size of a file stands
# in for the full disk: a write beyond it fails the same way.
set -eu

if [ ! -c /dev/full ]; then
    echo "skipped: no /dev/full here"
    exit 77
fi
temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-full.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' INT TERM HUP
cd "$temp"
unset SESDNS_CONFIG
XDG_CONFIG_HOME=$temp
export XDG_CONFIG_HOME
result=0

# Runs a command and complains unless it ends with 3 and says what is in $1 on standard error.
want()
{
    sentence=$1
    shift
    status=0
    "$@" 2>stderr || status=$?
    if [ $status -ne 3 ] || ! grep -qF "$sentence" stderr; then
        echo "$*: status $status, want 3 and '$sentence'"
        cat stderr
        result=1
    fi
}

# shellcheck disable=SC2317 # called by want
to_full()
{
    "$SESDNS" "$@" >/dev/full
}

# The signal that the limit sends is ignored, as for a disk nobody sends one.
# shellcheck disable=SC2317 # called by want
limited()
(
    trap '' XFSZ
    ulimit -f 1
    "$SESDNS" "$@"
)

cat >export.csv <<'EXPORT'
Type,Name,Value
CNAME,2nq6yhz4ocd3lxrmutw5gkv7iebafjsp._domainkey.example.edu,2nq6yhz4ocd3lxrmutw5gkv7iebafjsp.dkim.amazonses.com
CNAME,c7wmx5dlr3bgqk2yvtz4nohufesjpia6._domainkey.example.edu,c7wmx5dlr3bgqk2yvtz4nohufesjpia6.dkim.amazonses.com
CNAME,k5vbr7taj2zmxyh3dcqw6gpnelufsoi4._domainkey.example.edu,k5vbr7taj2zmxyh3dcqw6gpnelufsoi4.dkim.amazonses.com
EXPORT

want 'cannot write the output: No space left on device' to_full explain
want 'cannot write the output: No space left on device' to_full check export.csv
want 'cannot write the output: No space left on device' to_full render --production -t ticket export.csv

# One block is enough for the summary, and not for the ticket.
want '[output-failed]' limited render --quiet --production -o out export.csv
if [ ! -s out/example.edu/ticket-summary.txt ] || [ -e out/example.edu/ticket.txt ]; then
    echo "want the summary and no ticket:"
    ls -l out/example.edu
    result=1
fi

# What was there before is there still, whole.
"$SESDNS" render --quiet --production -o whole export.csv
cp -R whole before
want '[output-failed]' limited render --quiet --poc --expires +90d --force -t ticket -o whole export.csv
diff -r before whole || result=1
if [ -n "$(find out whole -name '*.part')" ]; then
    echo "parts are left over:"
    find out whole -name '*.part'
    result=1
fi
[ $result -ne 0 ] || echo "standard output and -o: said so, status 3, nothing left half"
exit $result
