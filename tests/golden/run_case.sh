#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs one golden case and compares what came out with what the case's folder says.
#
#   sh run_case.sh PROGRAM CASE          compare; status 0 the same, 1 not, with a diff
#   sh run_case.sh PROGRAM CASE ACTUAL   write what came out to the folder ACTUAL instead
#
# A case is a folder with:
#
#   cmd      the command line, read by sh; `sesdns` is the program under test
#   stdin    optional: what it reads
#   stdout, stderr, status   what must come out; a file that is not there means nothing, or 0
#   tree/    optional: the files that must be below out/ afterwards, all of them and no others
#   serve    optional: a stand-in for ServiceNow is there, with these faults (tests/fake/README.md)
#   serve.json   optional: what is otherwise about it
#
# and any other file, which cmd finds in its current folder: a copy, thrown away afterwards. The clock
# stands still on 2025-12-01, and nothing of the person's own settings reaches the program.
# SESDNS_WRAPPER in the environment is put before the program: "valgrind -q --error-exitcode=99".
#
# In config.ini @HOST@ stands for the address of the stand-in, and is what the output has in the place of it. The
# stand-in is looked for beside the program, where a build leaves it, or is what SESDNS_FAKE names.
set -eu

program=$1
case_folder=$(CDPATH='' cd -- "$2" && pwd)
actual_to=${3-}

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-golden.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir "$temp/bin" "$temp/home" "$temp/work" "$temp/actual"

# Of the case's files the program sees the input only.
cp -R "$case_folder/." "$temp/work"
(cd "$temp/work" && rm -rf cmd stdin stdout stderr status tree serve serve.json)

# It says where it listens before it is asked anything.
host=
if [ -f "$case_folder/serve" ]; then
    fake=${SESDNS_FAKE:-$(dirname -- "$program")/tests/fake-servicenow}
    if [ ! -x "$fake" ]; then
        echo "skipped: no stand-in at $fake"
        exit 77
    fi
    mkfifo "$temp/listening"
    set -- --state "$temp/served" --faults "$case_folder/serve"
    [ ! -f "$case_folder/serve.json" ] || set -- "$@" --config "$case_folder/serve.json"
    "$fake" "$@" >"$temp/listening" &
    server=$!
    read -r _ host <"$temp/listening"
    host=${host#http://}
    sed "s/@HOST@/$host/" "$case_folder/config.ini" >"$temp/work/config.ini"
fi

# A step between, so that a wrapper can stand before the program wherever cmd calls it.
cat >"$temp/bin/sesdns" <<'STEP'
#!/bin/sh
# shellcheck disable=SC2086 # the wrapper is a command line
exec $GOLDEN_WRAPPER "$GOLDEN_PROGRAM" "$@"
STEP
chmod +x "$temp/bin/sesdns"

stdin=/dev/null
[ ! -f "$case_folder/stdin" ] || stdin=$case_folder/stdin
status=0
(
    cd "$temp/work"
    # The sanitizers' settings go along: with them a person can look closer at a case that fails.
    exec env -i \
        PATH="$temp/bin:$PATH" \
        HOME="$temp/home" \
        XDG_CONFIG_HOME="$temp/home/.config" \
        TMPDIR="$temp" \
        TZ=UTC \
        LC_ALL=C.UTF-8 \
        COLUMNS=100 \
        SOURCE_DATE_EPOCH=1764547200 \
        ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
        ${LSAN_OPTIONS:+"LSAN_OPTIONS=$LSAN_OPTIONS"} \
        ${UBSAN_OPTIONS:+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} \
        GOLDEN_PROGRAM="$program" \
        GOLDEN_WRAPPER="${SESDNS_WRAPPER-}" \
        sh "$case_folder/cmd"
) <"$stdin" >"$temp/actual/stdout" 2>"$temp/actual/stderr" || status=$?
echo $status >"$temp/actual/status"
if [ -n "$host" ]; then
    for name in stdout stderr; do
        sed -i "s/$host/@HOST@/g; s/transaction [0-9a-f]*/transaction ID/g" "$temp/actual/$name"
    done
fi
if [ -d "$temp/work/out" ]; then
    cp -R "$temp/work/out" "$temp/actual/tree"
fi

if [ -n "$actual_to" ]; then
    mkdir -p "$actual_to"
    cp -R "$temp/actual/." "$actual_to"
    exit 0
fi

# Two folders of the same shape, so that one comparison sees everything.
mkdir "$temp/expected"
cd "$temp"
for name in stdout stderr status; do
    if [ -f "$case_folder/$name" ]; then
        cp "$case_folder/$name" expected/
    elif [ $name = status ]; then
        echo 0 >expected/status
    else
        : >expected/$name
    fi
done
if [ -d "$case_folder/tree" ]; then
    cp -R "$case_folder/tree" expected/
    mkdir -p actual/tree
else
    rm -rf actual/tree
fi

# Without -N, for which an empty file and none are the same.
if diff -ru expected actual; then
    exit 0
fi
echo "case: $case_folder"
echo "cmd:  $(cat "$case_folder/cmd")"
echo "When the new output is right: sh tests/golden/renew.sh ${case_folder#*/tests/golden/}"
exit 1
