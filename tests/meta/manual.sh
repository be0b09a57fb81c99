#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual page is well-formed and says something about everything there is: each option of each
# command's --help, each finding, document, setting, variable, manifest column and template name. And
# examples/config.ini has every setting, with its real default.
#
#   sh tests/meta/manual.sh             status 0 all there, 1 not
#   sh tests/meta/manual.sh --renew     first write anew what the page takes from the program: the list of
#                                       findings and the default openings
set -eu

root=${SESDNS_SOURCE:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)}
program=${SESDNS:-$root/build/dev/sesdns}
page=src/cli/sesdns.1
manual=$root/$page
if [ ! -f "$manual" ]; then
    echo "skipped: there is no manual page yet"
    exit 77
fi
if ! command -v mandoc >/dev/null; then
    echo "skipped: mandoc is not installed"
    exit 77
fi
if [ ! -x "$program" ]; then
    echo "skipped: there is no program yet"
    exit 77
fi

temp=$(mktemp -d "${TMPDIR:-/tmp}/sesdns-manual.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
status=0
complain()
{
    echo "$*"
    status=1
}

# The parts between ".\" NAME: ..." and ".\" end of NAME", made from the program.
guard='s/^[.'"'"']/\\\&&/'
"$program" explain | while read -r code severity sentence; do
    printf '.It Cm %s\n' "$code"
    printf '(%s) %s\n' "$severity" "$sentence" | fold -s -w 78 | sed -e 's/ *$//' -e "$guard"
done >"$temp/codes"
tr -s '\n ' ' ' <"$root/src/model/site.c" | sed -E 's/" +"//g' |
    grep -oE '"[a-z_0-9]+", "[a-z_0-9]+", SES_SETTING_TEMPLATE, "[^"]+"' |
    sed -E 's/"([^"]*)", "([^"]*)", SES_SETTING_TEMPLATE, "(.*)"/\1.\2 =\n\3/' |
    fold -s -w 70 | sed -e 's/ *$//' -e "$guard" >"$temp/openings"
# Rows of the instance: "key", kind, "default", "choices" or NULL, "sentence", from, to. ROW has no choices.
tr -s '\n ' ' ' <"$root/src/submit/instance.c" | sed -E 's/" +"//g' |
    grep -oE '(ROW\(|\{)"[a-z_]+", SES_INSTANCE_[A-Z_]+, "[^"]*", ((NULL|"[^"]*"), )?"[^"]*"(, [0-9]+, [0-9]+)?' |
    sed -E -e 's/^ROW\((("[^"]*"|[A-Z_]+), [A-Z_]+, "[^"]*"), /{\1, NULL, /' \
        -e 's/, NULL, "/, "", "/' \
        -e 's/^\{"([^"]*)", [A-Z_]+, "([^"]*)", "([^"]*)", "([^"]*)"(, ([0-9]+), ([0-9]+))?/\1|\2|\3|\6|\7|\4/' >"$temp/rows"
while IFS='|' read -r key standard choices from to sentence; do
    printf '.It Cm servicenow.%s Pq %s\n' "$key" "${standard:-empty}"
    {
        echo "$sentence"
        [ -z "$choices" ] || echo "One of: $(echo "$choices" | sed 's/ /, /g')."
        [ "${to:-0}" -eq 0 ] || echo "From $from to $to."
    } | fold -s -w 78 | sed -e 's/ *$//' -e "$guard"
done <"$temp/rows" >"$temp/instance"
for part in codes openings instance; do
    [ -s "$temp/$part" ] || complain "$part: nothing found"
    if [ "${1-}" = --renew ]; then
        awk -v part="$part" -v from="$temp/$part" '
            $0 ~ "^.." "\" end of " part "$" { inside = 0 }
            !inside
            $0 ~ "^.." "\" " part ":" {
                inside = 1
                while ((getline line <from) > 0) print line
            }
        ' "$manual" >"$temp/page"
        cat "$temp/page" >"$manual"
    fi
    awk -v part="$part" '
        $0 ~ "^.." "\" end of " part "$" { inside = 0 }
        inside
        $0 ~ "^.." "\" " part ":" { inside = 1 }
    ' "$manual" >"$temp/$part.shown"
    diff "$temp/$part.shown" "$temp/$part" || complain "$page: $part: sh tests/meta/manual.sh --renew"
done

# -W warning leaves out matters of taste, and references to pages that are not installed here.
mandoc -T lint -W warning "$manual" || status=1
if command -v groff >/dev/null; then
    groff -man -mdoc -ww -z -Tascii "$manual" >"$temp/groff" 2>&1 || status=1
    ! grep . "$temp/groff" || complain "$page: groff complains"
fi

# Plain text on one line: mandoc prints bold as letter, backspace, letter.
backspace=$(printf '\b')
text=" $(mandoc -T ascii "$manual" | sed "s/.$backspace//g" | tr -s '\n ' ' ') "

# Looks for a whole word; a dot may stand behind it, as at the end of a sentence.
says()
{
    case $text in
    *[!a-zA-Z0-9_.-]"$1"[!a-zA-Z0-9_-]*) ;;
    *) complain "$page: says nothing about '$1', $2" ;;
    esac
}

# Commands have a file each; see "how to add a command" in src/README.md.
commands=
for file in "$root"/src/cli/cmd_*.c; do
    command=${file##*/cmd_}
    commands="$commands ${command%.c}"
done
for command in '' $commands; do
    # shellcheck disable=SC2086 # no command is no argument
    if ! help=$("$program" $command --help); then
        complain "sesdns $command --help: failed"
        continue
    fi
    for word in $command $(printf '%s\n' "$help" | grep -oE -- '--[a-z][a-z0-9-]*' | sort -u); do
        says "$word" "of: sesdns $command --help"
    done
done

documents=$("$program" render --help | sed -n '/^Documents that/,$ s/^  \([a-z-]*\)  *.*/\1/p')
[ -n "$documents" ] || complain "sesdns render --help: lists no documents"
for word in $documents; do
    says "$word" "a document"
done

# Settings: the rows of the two tables.
settings=$(tr -s '\n ' ' ' <"$root/src/model/site.c" |
    grep -oE '"[a-z_0-9]+", "[a-z_0-9]+", SES_SETTING_' | sed -E 's/"([^"]*)", "([^"]*)".*/\1.\2/')
requests=$(grep -oE '\{"[a-z_]+", "SESDNS_' "$root/src/cli/config.c" | sed -E 's/\{"([a-z_]+)".*/request.\1/')
if [ -z "$settings" ] || [ -z "$requests" ]; then
    complain "src/model/site.c, src/cli/config.c: no settings found"
fi
config=$root/examples/config.ini
for word in $settings $requests; do
    says "$word" "a setting"
    awk -v section="${word%%.*}" -v key="${word#*.}" '
        /^\[/ { inside = $0 == "[" section "]" }
        inside && $0 ~ "^; ?" key " =" { found = 1 }
        END { exit !found }
    ' "$config" || complain "examples/config.ini: has no '$word'"
done

# Settings of the instance, with their defaults, and secrets, which have none.
in_section()
{
    sed -n "/^\[servicenow\]\$/,/^\[/p" "$config" | grep -qxE -- "$1"
}
[ "$(wc -l <"$temp/rows")" -gt 20 ] || complain "src/submit/instance.c: hardly any settings found"
while IFS='|' read -r key standard _; do
    in_section ";$key =${standard:+ $(echo "$standard" | sed 's/[.~]/\\&/g')}" ||
        complain "examples/config.ini: [servicenow] has no ';$key = $standard'"
done <"$temp/rows"
secrets=$(grep -oE 'ROW\([a-z_]+, "SESDNS_' "$root/src/submit/secret.c" | sed -E 's/ROW\(([a-z_]+).*/\1/')
[ -n "$secrets" ] || complain "src/submit/secret.c: no secrets found"
for word in $secrets; do
    says "servicenow.$word" "a secret"
    in_section "; $word = .*" || complain "examples/config.ini: has no '$word'"
done

# Columns of a manifest: the rows of the table, in its order, each with an entry of its own. The starter
# manifest has them all.
columns=$(tr -s '\n ' ' ' <"$root/src/ingest/manifest.c" |
    grep -oE '\[SES_COLUMN_[A-Z_0-9]+\] = "[a-z_0-9]+"' | sed -E 's/.*"([^"]*)".*/\1/')
[ -n "$columns" ] || complain "src/ingest/manifest.c: no columns found"
printf '%s\n' "$columns" >"$temp/columns"
sed -n '/^\.\\" columns:/,/^\.\\" end of columns/ s/^\.It Cm \([a-z_0-9]*\)$/\1/p' "$manual" >"$temp/columns.shown"
diff "$temp/columns.shown" "$temp/columns" || complain "$page: MANIFEST: other columns than src/ingest/manifest.c"
"$program" check --manifest-template "$root"/examples/exports 2>/dev/null | head -n 1 | tr ',' '\n' >"$temp/columns.printed"
diff "$temp/columns.printed" "$temp/columns" || complain "sesdns check --manifest-template: other columns"

variables=$(grep -ohE 'getenv\("[A-Z_]+"\)|"SESDNS_[A-Z_]+"|"[A-Z]+_PROXY"' "$root"/src/cli/*.c \
    "$root/src/submit/secret.c" | grep -oE '[A-Z_]{4,}')
for word in $(printf '%s\n' "$variables" | sort -u); do
    says "$word" "a variable"
done

# What templates may say: the lower-case words among the strings of the view.
for word in $(grep -ohE '"[a-z][a-z_0-9]+"' "$root"/src/render/view*.c | tr -d '"' | sort -u); do
    says "$word" "a name that templates can use"
done

# The other way round: a template that uses every name of the page is one that the program takes.
names()
{
    sed -n "/^\\.Ss $1\$/,/^\\.S[hs] /p" "$manual" | sed -n 's/^\.It Va //p' | tr -d ',' | tr -s ' ' '\n'
}
mkdir "$temp/templates"
{
    for word in $(names 'Names everywhere') $settings; do
        case $word in ticket.opening_* | ticket.closing) continue ;; esac
        echo "{{#$word}}{{/$word}}"
    done
    for list in records left_out nodes; do
        heading='Names of a record'
        [ $list != nodes ] || heading='Names of a node'
        for word in $(names "$heading"); do
            echo "{{#$list}}{{#$word}}{{/$word}}{{/$list}}"
        done
    done
} >"$temp/templates/ticket.txt"
[ "$(wc -l <"$temp/templates/ticket.txt")" -gt 80 ] || complain "$page: lists hardly any template names"
run()
{
    env -i PATH="$PATH" HOME="$temp" SOURCE_DATE_EPOCH=1764547200 \
        ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} "$program" "$@"
}
run render -q --production --templates "$temp/templates" -t ticket \
    --dedicated-ip 198.51.100.7=mail1.example.edu "$root"/examples/exports/*.csv >"$temp/out" 2>&1 || {
    complain "$page: a name under TEMPLATES does not exist:"
    cat "$temp/out"
}

# The same of the templates of a group and of the index, and of a column x_*, with the manifest of the examples.
mkdir "$temp/group" "$temp/index"
{
    for word in $(names 'Names everywhere') $(names 'Names in group documents') x_cost_centre; do
        echo "{{#$word}}{{/$word}}{{#members}}{{#$word}}{{/$word}}{{/members}}"
    done
} >"$temp/group/group-ticket.txt"
for word in $(names 'Names of the index'); do
    echo "{{#$word}}{{/$word}}"
done >"$temp/index/index-row.html"
sed -n '/^\.Ss Names of the index$/,/^\.Pp$/p' "$manual" | sed -n 's/^\.Va //p' | tr -d ',.' | tr -s ' ' '\n' |
    sed 's/.*/{{#&}}{{\/&}}/' >"$temp/index/index-foot.html"
for kind in group index; do
    for file in "$temp/$kind"/*; do
        [ "$(wc -l <"$file")" -gt 12 ] || complain "$page: lists hardly any names for ${file##*/}"
    done
    run render -q --templates "$temp/$kind" --manifest "$root/examples/manifest.csv" -t ticket --group-by all \
        -o "$temp/$kind.out" >"$temp/out" 2>&1 || {
        complain "$page: a name under TEMPLATES, for $kind templates, does not exist:"
        cat "$temp/out"
    }
done

# In config.ini ";key" is a default and "; key" an example. All of them are taken, and the defaults are such.
sed -E 's/^; ?([a-z_0-9]+ =)/\1/' "$config" >"$temp/all.ini"
sed -E 's/^;([a-z_0-9]+ =)/\1/' "$config" >"$temp/defaults.ini"
: >"$temp/empty.ini"
for name in all defaults empty; do
    run render -q --poc --expires +90d --config "$temp/$name.ini" -o "$temp/$name" \
        "$root"/examples/exports/*.csv || complain "examples/config.ini: was refused (see $name above)"
done
diff -r "$temp/empty" "$temp/defaults" || complain "examples/config.ini: a default is none"
exit $status
