#!/bin/sh
# SPDX-License-Identifier: MIT
# What `cmake --install` lays down is complete: the program runs from there, and a stranger's program
# finds header and library through pkg-config.
set -eu

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-install.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

cmake --install "$SESDNS_BUILD" --prefix "$temp/usr" >"$temp/log" 2>&1 || {
    cat "$temp/log"
    exit 1
}

status=0
present()
{
    if [ -z "$(find "$temp/usr" -path "$temp/usr/$1")" ]; then
        echo "not installed: $1"
        status=1
    fi
}
present 'lib*/libsesdns.a'
present 'include/sesdns/base/str.h'
present 'share/doc/sesdns/LICENSE'
present 'share/doc/sesdns/examples/quickstart.sh'
for template in "$SESDNS_SOURCE"/templates/*; do
    [ ! -e "$template" ] || present "share/sesdns/templates/${template##*/}"
done
# The verbs that are programs of their own are found, and still are where all of it was moved.
if [ -n "${SESDNS-}" ]; then
    "$temp/usr/bin/sesdns" --version || status=1
    present 'share/man/man1/sesdns.1'
    mkdir "$temp/empty"
    for folder in usr moved; do
        [ $folder = usr ] || mv "$temp/usr" "$temp/moved"
        for verb in check render submit; do
            (cd "$temp/empty" && "$temp/$folder/bin/sesdns" $verb --help) >"$temp/log" 2>&1 || {
                cat "$temp/log"
                status=1
            }
        done
    done
    mv "$temp/moved" "$temp/usr"
fi

PKG_CONFIG_PATH=$(dirname -- "$(find "$temp/usr" -name sesdns.pc)")
export PKG_CONFIG_PATH
# The prefix given here is not the one that the build was configured for: tell pkg-config.
flags=$(pkg-config --define-variable=prefix="$temp/usr" --cflags sesdns)
printf '#include "base/str.h"\nint main(void) { return ses_str_eq(SES_STR("a"), SES_STR("b")); }\n' |
    sh -c "\"\${CC:-cc}\" $flags -std=c11 -fsyntax-only -x c -" || status=1
exit $status
