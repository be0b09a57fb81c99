#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures `sesdns verify` beside plain queriers, all against one knot on loopback, and prints one table.
# Not a test: it never fails for being slow.
#
#   sh tests/bench/verify.sh [--rounds N] [--program SESDNS] [SIZE...]
#
# SIZE is a number of domains, of four questions each; without one: 1000 10000 100000. Builds what it needs
# below build/bench. Needs knotd; dnsperf and dig are left out where they are not installed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$root/build/bench
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

mkdir -p "$build"
"${CC:-cc}" -O2 -std=c11 -D_GNU_SOURCE -o "$build/spawn" "$root/tests/bench/spawn.c"
case " $* " in
*' --program '*) ;;
*)
    (
        cd "$root"
        cmake --preset release -B "$build/sesdns" -DBUILD_TESTING=OFF
        cmake --build "$build/sesdns" --parallel "$jobs"
    ) >"$build/build.log" 2>&1 || {
        cat "$build/build.log" >&2
        exit 3
    }
    set -- --program "$build/sesdns/sesdns" "$@"
    ;;
esac
# Files in memory: a disk would drown all that is to be seen.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then
    TMPDIR=/dev/shm
    export TMPDIR
fi
exec python3 "$root/tests/bench/verify.py" --spawn "$build/spawn" "$@"
