#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles alone: who includes it needs to know nothing about what must come before it.
set -eu

cd "$SESDNS_SOURCE/src"
status=0
count=0
for header in */*.h; do
    count=$((count + 1))
    # From standard input, because a header that is itself compiled would warn about that.
    printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
        "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -Werror -fsyntax-only -x c - || {
        echo "src/$header: does not compile alone"
        status=1
    }
done
if [ "$count" -eq 1 ] && [ "$header" = '*/*.h' ]; then
    echo "no headers below $SESDNS_SOURCE/src"
    exit 1
fi
echo "$count headers tried"
exit $status
