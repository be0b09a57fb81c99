#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh checkout to a real ticket: installs the packages that are missing, builds, and renders
# the example domain. Can be run again, and from any folder.
#
#   sh examples/quickstart.sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/release

sh "$root/cmake/install-deps.sh"

# A build that works says nothing; one that fails says everything. The presets are read from the
# current folder, and the tests are for tests/run.sh.
cd "$root"
mkdir -p "$build"
echo "Building sesdns in $build" >&2
for step in "--preset release -DBUILD_TESTING=OFF" "--build build/release"; do
    # shellcheck disable=SC2086 # two command lines
    cmake $step >"$build/quickstart.log" 2>&1 </dev/null || {
        status=$?
        cat "$build/quickstart.log" >&2
        echo "quickstart.sh: building failed; what the compiler said is above." >&2
        exit $status
    }
done

# The request: a proof of concept for example.edu that ends after 90 days. The address of the mail
# server is one of those set aside for documentation (RFC 5737).
request()
{
    "$build/sesdns" render examples/exports/*.csv \
        --poc --expires +90d \
        --contact 'Mail Team <mail-team@example.edu>' \
        --purpose 'course announcements' \
        --dedicated-ip 198.51.100.7=mail1.example.edu \
        "$@"
}

echo
echo '=== The ticket: what the people who run DNS read ==='
echo
request -t ticket
echo
echo '=== The NetDB record: what is typed in for the dedicated IP ==='
echo
request -t netdb

cat <<EOT

=== Next ===

Your own: download the record sets of your domain from the SES console, and check them.

    '$build/sesdns' check dkim-dns-records.csv txt-dns-records.csv

Then render them as above. All documents at once, as files: add  -o DIR.
Tickets opened, at a stand-in for ServiceNow on this machine: sh examples/submit.sh
Everything else: README.md, and the manual page src/cli/sesdns.1.
EOT
