#!/bin/sh
# SPDX-License-Identifier: MIT
# What README.md, examples/walkthrough.md and the EXAMPLES of the manual show is what the program prints.
#
#   sh tests/meta/walkthrough.sh             compare; status 0 the same, 1 not, with a diff
#   sh tests/meta/walkthrough.sh --renew     write what the program prints now into the three files
#
# In Markdown a fenced block marked sh is run; the fenced block right behind it, marked text, is what it
# prints. In the manual a line of a literal block of EXAMPLES that begins with "$ " is run. Blocks of one
# file run one after the other in one folder, which has a copy of examples/ in it. A line [...] stands for
# any number of lines; there can be one in a block. A command that shows no output must end with status 0.
# Commands that are not to be run are indented by four blanks, without a fence.
set -eu

root=${SESDNS_SOURCE:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)}
program=${SESDNS:-$root/build/dev/sesdns}
renew=
[ "${1-}" != --renew ] || renew=yes
if [ ! -x "$program" ]; then
    echo "skipped: there is no program yet"
    exit 77
fi

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-walk.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir "$temp/bin" "$temp/home"

# Shows both streams in the order of a terminal, where neither waits in a buffer.
cat >"$temp/bin/sesdns" <<STEP
#!/bin/sh
status=0
"$program" "\$@" >"$temp/stdout.\$\$" 2>"$temp/stderr.\$\$" || status=\$?
[ "\$1" != check ] || cat "$temp/stdout.\$\$"
cat "$temp/stderr.\$\$" >&2
[ "\$1" = check ] || cat "$temp/stdout.\$\$"
exit \$status
STEP
chmod +x "$temp/bin/sesdns"
status=0

# Cuts a file into N.cmd and N.want, and says in N.at at which line N.want begins and how many lines it
# has.
split_markdown()
{
    awk -v to="$2" '
        !fence && /^```/ {
            fence = 1
            kind = substr($0, 4)
            if (kind == "sh") {
                name = to "/" sprintf("%03d", ++n) ".cmd"
                fresh = 1
            } else if (kind == "text" && fresh) {
                name = to "/" sprintf("%03d", n) ".want"
                first = NR + 1
                fresh = 0
            } else
                name = ""
            if (name != "")
                printf "" >name
            next
        }
        fence && /^```$/ {
            fence = 0
            if (name ~ /want$/)
                print first, NR - first >(to "/" sprintf("%03d", n) ".at")
            next
        }
        fence && name != "" { print >name }
        !fence && /[^ ]/ { fresh = 0 }
    ' "$1"
}

# roff: \- is a hyphen and \e a backslash.
split_manual()
{
    awk -v to="$2" '
        function end() {
            if (n && lines)
                print NR - lines, lines >(to "/" sprintf("%03d", n) ".at")
            lines = 0
        }
        /^\.Sh / { inside = $2 == "EXAMPLES" }
        inside && /^\.Bd -literal/ { literal = 1; next }
        literal && /^\.Ed/ { end(); literal = 0; next }
        !literal { next }
        /^\$ / {
            end()
            $0 = substr($0, 3)
            name = to "/" sprintf("%03d", ++n) ".cmd"
        }
        !/^\$ / && was == n && n { name = to "/" sprintf("%03d", n) ".want"; lines++ }
        {
            was = n
            gsub(/\\-/, "-")
            gsub(/\\e/, "\\")
            sub(/^\\&/, "")
            print >name
        }
    ' "$1"
}

# What is expected, with [...] replaced by the lines that it stands for in what came out.
fill_gap()
{
    awk '
        NR == FNR { got[++count] = $0; next }
        { want[++lines] = $0; if ($0 == "[...]") gap = lines }
        END {
            for (i = 1; i <= lines; i++) {
                if (i != gap) { print want[i]; continue }
                for (k = gap; k <= count - (lines - gap); k++) print got[k]
            }
        }
    ' "$1" "$2"
}

# The other way round: what came out, with the part cut that [...] stands for.
cut_gap()
{
    awk '
        NR == FNR { got[++count] = $0; next }
        { lines++; if ($0 == "[...]") gap = lines }
        END {
            for (k = 1; k <= count; k++) {
                if (gap && k == gap) print "[...]"
                if (!gap || k < gap || k > count - (lines - gap)) print got[k]
            }
        }
    ' "$1" "$2"
}

run_block()
{
    (
        cd "$temp/work"
        exec env -i PATH="$temp/bin:$PATH" HOME="$temp/home" TMPDIR="$temp" TZ=UTC LC_ALL=C.UTF-8 \
            COLUMNS=80 SOURCE_DATE_EPOCH=1764547200 sh "$1"
    ) </dev/null >"$temp/got" 2>&1
}

renew_block()
{
    read -r first shown <"$2.at"
    cut_gap "$temp/got" "$2.want" >"$temp/new"
    case $1 in
    *.1)
        sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e 's/^[.'"'"']/\\\&&/' "$temp/new" >"$temp/roff"
        mv "$temp/roff" "$temp/new"
        ;;
    esac
    {
        head -n $((first + shift_by - 1)) "$1"
        cat "$temp/new"
        tail -n +$((first + shift_by + shown)) "$1"
    } >"$temp/whole"
    cat "$temp/whole" >"$1"
    shift_by=$((shift_by + $(wc -l <"$temp/new") - shown))
}

walk()
{
    file=$1
    rm -rf "$temp/work" "$temp/blocks"
    mkdir "$temp/work" "$temp/blocks"
    cp -R "$root/examples" "$temp/work/examples"
    case $file in
    *.1)
        cp "$root/examples/exports/"*.csv "$temp/work"
        split_manual "$root/$file" "$temp/blocks"
        ;;
    *) split_markdown "$root/$file" "$temp/blocks" ;;
    esac
    count=0
    shift_by=0
    for block in "$temp/blocks"/*.cmd; do
        [ -e "$block" ] || continue
        count=$((count + 1))
        result=0
        run_block "$block" || result=$?
        block=${block%.cmd}
        if [ ! -e "$block.at" ]; then
            if [ $result -ne 0 ]; then
                printf '%s: status %s of:\n%s\n' "$file" "$result" "$(cat "$block.cmd")"
                cat "$temp/got"
                status=1
            fi
            continue
        fi
        fill_gap "$temp/got" "$block.want" >"$temp/want"
        ! diff "$temp/want" "$temp/got" >/dev/null || continue
        if [ -n "$renew" ]; then
            renew_block "$root/$file" "$block"
            continue
        fi
        printf '%s: other output than shown, of:\n%s\n' "$file" "$(cat "$block.cmd")"
        diff -u "$temp/want" "$temp/got" || status=1
    done
    if [ "$count" -eq 0 ]; then
        echo "$file: no commands to run"
        status=1
    fi
    echo "$file: $count blocks"
}

for file in README.md examples/walkthrough.md src/cli/sesdns.1; do
    if [ -f "$root/$file" ]; then
        walk "$file"
    else
        echo "$file: not there"
        status=1
    fi
done
[ $status -eq 0 ] || echo "When the new output is right: sh tests/meta/walkthrough.sh --renew"
exit $status
