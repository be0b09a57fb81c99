#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/submit.sh shows what it says: a ticket opened once with its files, the same again without effect, a
# create whose reply is lost and which is not repeated. And it leaves nothing behind, also when it is stopped.
set -eu

if [ -z "${SESDNS-}" ] || [ ! -x "${SESDNS_FAKE-}" ]; then
    echo "skipped: there is no program, or no stand-in"
    exit 77
fi

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-example.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
status=0
complain()
{
    echo "$*"
    status=1
}

# The stand-in, which also says its process id. A dump is no server.
mkdir "$temp/home" "$temp/tmp"
cat >"$temp/fake" <<STEP
#!/bin/sh
[ "\$1" = --dump ] || echo \$\$ >"$temp/server"
exec "$SESDNS_FAKE" "\$@"
STEP
chmod +x "$temp/fake"

# Becomes the example, so that a signal reaches it.
example()
{
    cd "$temp/home"
    exec env -i PATH="$PATH" HOME="$temp/home" TMPDIR="$temp/tmp" ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
        SESDNS="$SESDNS" SESDNS_FAKE="$temp/fake" SESDNS_ACCOUNT=999 ${1:+"SESDNS=$1"} \
        sh "$SESDNS_SOURCE/examples/submit.sh"
}

nothing_is_left()
{
    ! kill -0 "$(cat "$temp/server")" 2>/dev/null || complain "$1: the stand-in goes on"
    left=$(find "$temp/home" "$temp/tmp" -mindepth 1)
    [ -z "$left" ] || complain "$1: leaves $left"
}

(example) >"$temp/out" 2>&1 || complain "the example ends with status $?"
nothing_is_left "the example"

shows()
{
    grep -qE -- "$1" "$temp/out" || complain "does not show: $1"
}
shows '^example\.edu  open$'
shows '^example\.edu  opened   INC0010001   http://127\.0\.0\.1:[0-9]+/incident\.do\?sys_id=[0-9a-f]{32}$'
shows '^    Expires: [0-9]{4}-[0-9]{2}-[0-9]{2}$'
shows '^    Digest: sha256:[0-9a-f]{64}$'
shows '^example\.edu  found    INC0010001 '
shows '^all 1 open already: nothing was done$'
shows '^alumni\.example\.edu  opened   INC0010002 '
shows '^Tickets at the instance: 2$'
for file in "$SESDNS_SOURCE"/examples/exports/*.csv; do
    shows "^file: ${file##*/}\$"
    shows "^    SHA-256 $(openssl dgst -sha256 -r "$file" | cut -d ' ' -f 1)\$"
done
[ "$(grep -c '^create ' "$temp/out")" -eq 1 ] || complain "does not show one create"
grep -A 1 '^create  POST 500  commit-500$' "$temp/out" | grep -q '^lookup  GET  200$' ||
    complain "does not show that the lost create was looked up"
[ $status -eq 0 ] || cat "$temp/out"

# Stopped in the middle. A shell looks at a signal when the program that it runs has ended.
printf '#!/bin/sh\n: >"%s"\nexec sleep 1\n' "$temp/begun" >"$temp/slow"
chmod +x "$temp/slow"
example "$temp/slow" >"$temp/out" 2>&1 &
stopped=$!
waited=0
while [ ! -e "$temp/begun" ] && [ $waited -lt 60 ]; do
    sleep 1
    waited=$((waited + 1))
done
[ -e "$temp/begun" ] || complain "stopped: never got to its first ticket"
kill "$stopped"
! wait "$stopped" || complain "stopped: ends with status 0"
nothing_is_left "stopped"
[ $status -eq 0 ] || cat "$temp/out"
exit $status
