#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures sesdns beside others that do the same work, and prints one table. Not a test: it never fails
# for being slow.
#
#   sh tests/bench/run.sh [--rounds N] [--work FOLDER] [--program SESDNS] [SIZE...]
#
# SIZE is a number of domains; without one: 1 1000 10000 100000 1000000. The last takes 20 GiB of
# memory where the work folder is in memory, and half an hour. Builds what it needs below build/bench.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
here=$root/tests/bench
build=$root/build/bench
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

mkdir -p "$build"
(
    cd "$root"
    cmake --preset release -B "$build/sesdns" -DBUILD_TESTING=OFF
    cmake --build "$build/sesdns" --parallel "$jobs"
) >"$build/build.log" 2>&1 || {
    cat "$build/build.log" >&2
    exit 3
}
for tool in gen floor reader spawn; do
    "${CC:-cc}" -O2 -std=c11 -D_GNU_SOURCE -o "$build/$tool" "$here/$tool.c"
done

# Files in memory: a disk would drown all that is to be seen.
work=$build/work
if [ -d /dev/shm ] && [ -w /dev/shm ]; then
    work=/dev/shm/sesdns-bench
fi

# mustache.js is looked for here too: npm install --prefix build/bench mustache
NODE_PATH=${NODE_PATH:-$build/node_modules}
export NODE_PATH
exec python3 "$here/measure.py" --program "$build/sesdns/sesdns" --tools "$build" --work "$work" "$@"
