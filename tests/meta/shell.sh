#!/bin/sh
# SPDX-License-Identifier: MIT
# Every shell script is clean for shellcheck, is meant for any POSIX sh, and stops at its first failure.
set -eu

if ! command -v shellcheck >/dev/null; then
    echo "skipped: shellcheck is not installed"
    exit 77
fi

cd "$SESDNS_SOURCE"
scripts=$(find . \( -name .git -o -name build -o -name templates \) -prune -o \
    -type f \( -name '*.sh' -o -path './.ci/*' \) -print)
if [ -z "$scripts" ]; then
    echo "no scripts below $SESDNS_SOURCE"
    exit 1
fi

status=0
old_ifs=$IFS
IFS='
'
for script in $scripts; do
    # Output that a golden case expects is not a script of ours.
    case $script in ./tests/golden/*/*) continue ;; esac
    shellcheck --shell=sh --external-sources "$script" || status=1
    grep -q '^set -eu$' "$script" || {
        echo "$script: no 'set -eu'"
        status=1
    }
done
IFS=$old_ifs
exit $status
