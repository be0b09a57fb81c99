#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what the tests need, builds with sanitizers, runs every test. The last line says how it went.
#
#   sh tests/run.sh [CTEST-OPTION...]        for example: sh tests/run.sh -R golden.check
#
# The exit status is that of ctest, or that of the step before it which failed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/dev
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

sh "$root/cmake/install-deps.sh" --tests

# A build that works says nothing; one that fails says everything.
mkdir -p "$build"
quietly()
{
    "$@" >"$build/run.log" 2>&1 </dev/null || {
        status=$?
        cat "$build/run.log" >&2
        echo "run.sh: failed: $*" >&2
        exit $status
    }
}

# The presets are read from the current folder.
cd "$root"
echo "building in $build"
# A warning fails the build where nobody would read it.
quietly cmake --preset dev ${CI:+-DSESDNS_WERROR=ON}
quietly cmake --build "$build" --parallel "$jobs"

results=$build/results.xml
rm -f "$results"
status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$jobs" \
    --output-junit "$results" "$@" </dev/null || status=$?

# Without results ctest never got to run a test, and says why above.
[ -f "$results" ] || exit $((status ? status : 1))
python3 "$root/tests/summary.py" "$results"
exit $status
