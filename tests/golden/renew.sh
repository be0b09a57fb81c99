#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes golden cases expect what the program prints now: shows each difference and asks before it writes.
#
#   sh tests/golden/renew.sh [--yes] [--program PROGRAM] [AREA | AREA/CASE]...
#
# Without names, all cases. --yes does not ask. A new case needs only its `cmd` and its input: renew.sh
# writes the rest. Exit status: 0; 1 somebody said no, or an output can never be right; 2 command line.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
program=$here/../../build/dev/sesdns
yes=
while [ $# -gt 0 ]; do
    case $1 in
    --yes) yes=yes ;;
    --program)
        [ $# -ge 2 ] || { echo "renew.sh: --program wants a path" >&2 && exit 2; }
        program=$2
        shift
        ;;
    -*)
        echo "usage: renew.sh [--yes] [--program PROGRAM] [AREA | AREA/CASE]..." >&2
        exit 2
        ;;
    *) break ;;
    esac
    shift
done
if [ ! -x "$program" ]; then
    echo "renew.sh: no program at $program; build it: cmake --preset dev && cmake --build build/dev" >&2
    exit 2
fi
program=$(CDPATH='' cd -- "$(dirname -- "$program")" && pwd)/$(basename -- "$program")

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-renew.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
cd "$here"
[ $# -gt 0 ] || set -- */
result=0

# Asks on the terminal, since standard input may be the list of cases. No terminal means no.
agreed()
{
    [ -z "$yes" ] || return 0
    printf 'Replace the expected output of %s? [y/N] ' "$1"
    answer=
    { read -r answer </dev/tty; } 2>/dev/null || echo "no terminal to ask on; use --yes"
    case $answer in y | Y | yes) return 0 ;; esac
    return 1
}

# Brings stdout, stderr, status and tree/ of a case to what came out. What is empty, or 0, is not kept.
# tree/ is kept for cases that have one already, and for new ones.
renew()
{
    name=$1
    new=
    [ -e "$name/stdout" ] || [ -e "$name/stderr" ] || [ -e "$name/status" ] || new=yes
    rm -rf "$temp/actual" "$temp/before" "$temp/after"
    sh run_case.sh "$program" "$name" "$temp/actual"
    if grep -qE 'Sanitizer|runtime error:' "$temp/actual/stderr"; then
        echo "$name: the program is broken, this output can never be right:"
        cat "$temp/actual/stderr"
        result=1
        return
    fi
    mkdir "$temp/before" "$temp/after"
    for part in stdout stderr status tree; do
        [ ! -e "$name/$part" ] || cp -R "$name/$part" "$temp/before"
    done
    [ ! -s "$temp/actual/stdout" ] || cp "$temp/actual/stdout" "$temp/after"
    [ ! -s "$temp/actual/stderr" ] || cp "$temp/actual/stderr" "$temp/after"
    [ "$(cat "$temp/actual/status")" = 0 ] || cp "$temp/actual/status" "$temp/after"
    if [ -d "$temp/actual/tree" ] && { [ -n "$new" ] || [ -d "$name/tree" ]; }; then
        cp -R "$temp/actual/tree" "$temp/after"
    fi
    ! diff -rq "$temp/before" "$temp/after" >/dev/null || return 0
    (cd "$temp" && diff -ruN before after) || :
    if agreed "$name"; then
        (cd "$name" && rm -rf stdout stderr status tree)
        cp -R "$temp/after/." "$name"
    else
        result=1
    fi
}

for name in "$@"; do
    name=${name%/}
    found=
    # A case, or an area full of them.
    for command in "$name/cmd" "$name"/*/cmd; do
        [ -f "$command" ] || continue
        found=yes
        renew "${command%/cmd}"
    done
    if [ -z "$found" ] && [ "$name" != '*' ]; then
        echo "renew.sh: no case '$name' in tests/golden" >&2
        exit 2
    fi
done
exit $result
