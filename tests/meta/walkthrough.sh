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
#
# Tickets are opened at the stand-in of tests/fake, which is put in the place of $instance in examples/*.ini
# and shown under that name; its sys_ids, which are random, are counted instead. A file that is walked has an instance, a home
# and a ledger of its own. Without the stand-in, blocks with "sesdns submit" are passed over.
set -eu

root=${SESDNS_SOURCE:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)}
program=${SESDNS:-$root/build/dev/sesdns}
fake=${SESDNS_FAKE:-$root/build/dev/tests/fake-servicenow}
instance=https://example.service-now.com
renew=
[ "${1-}" != --renew ] || renew=yes
if [ ! -x "$program" ]; then
    echo "skipped: there is no program yet"
    exit 77
fi

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-walk.XXXXXX")
server=
stop_instance()
{
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$server" ] || wait "$server" || :
    server=
}
trap 'stop_instance; rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir "$temp/bin"

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

# An instance without tickets; its first line has its address, for which the pipe waits.
start_instance()
{
    rm -rf "$temp/instance" "$temp/address"
    : >"$temp/ids"
    mkfifo "$temp/address"
    "$fake" --state "$temp/instance" >"$temp/address" &
    server=$!
    read -r _ address <"$temp/address"
    for config in "$temp/work"/examples/*.ini; do
        sed "s|$instance|$address|" "$config" >"$temp/config"
        mv "$temp/config" "$config"
    done
}

# The first sys_id that a file shows becomes one that ends in 01, and so on. The id of a transaction is one.
count_ids()
{
    awk -v known="$temp/ids" '
        BEGIN { while ((getline id <known) > 0) number[id] = ++count }
        {
            sub(/, transaction [0-9a-f]+/, ", transaction 5e14d317a5ad")
            rest = $0
            line = ""
            while (match(rest, /sys_id[=":]+[0-9a-f]+/)) {
                found = substr(rest, RSTART, RLENGTH)
                id = found
                sub(/^sys_id[=":]+/, "", id)
                if (!(id in number)) {
                    number[id] = ++count
                    print id >>known
                }
                line = line substr(rest, 1, RSTART - 1) substr(found, 1, length(found) - length(id)) \
                    sprintf("5e993d376d6ba66c38022a464172d6%02d", number[id])
                rest = substr(rest, RSTART + RLENGTH)
            }
            print line rest
        }
    '
}

# The password is the one that the stand-in knows.
run_block()
{
    result=0
    (
        cd "$temp/work"
        exec env -i PATH="$temp/bin:$PATH" HOME="$temp/user" TMPDIR="$temp" TZ=UTC LC_ALL=C.UTF-8 \
            COLUMNS=80 SOURCE_DATE_EPOCH=1764547200 SESDNS_PASSWORD=Example-Password-1 sh "$1"
    ) </dev/null >"$temp/printed" 2>&1 || result=$?
    sed "s|${address:-$instance}|$instance|g" "$temp/printed" | count_ids >"$temp/got"
    return $result
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
    rm -rf "$temp/work" "$temp/blocks" "$temp/user"
    mkdir "$temp/work" "$temp/blocks" "$temp/user"
    cp -R "$root/examples" "$temp/work/examples"
    case $file in
    *.1)
        cp "$root/examples/exports/"*.csv "$temp/work"
        split_manual "$root/$file" "$temp/blocks"
        ;;
    *) split_markdown "$root/$file" "$temp/blocks" ;;
    esac
    [ ! -x "$fake" ] || start_instance
    count=0
    shift_by=0
    for block in "$temp/blocks"/*.cmd; do
        [ -e "$block" ] || continue
        if [ -z "$server" ] && grep -q 'sesdns submit' "$block"; then
            echo "$file: no stand-in, so this was not run: $(cat "$block")"
            continue
        fi
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
    stop_instance
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
