#!/bin/sh
# SPDX-License-Identifier: MIT
# A netdb that keeps its nodes as files below $NETDB_STATE and writes each call that changes one to
# $NETDB_STATE.log: what the document netdb-cli says is run against it. It knows the verbs that the document
# uses and refuses all else, a node that is there when it is cloned, and a node that is not when it is not.
set -eu

refuse()
{
    echo "netdb: $*" >&2
    exit 1
}

# A name without its final dot is the file of the node.
node()
{
    [ -f "$NETDB_STATE/$1" ] || refuse "no node $1"
    echo "$NETDB_STATE/$1"
}

# Sets a field of a node: FIELD VALUE FILE.
set_field()
{
    { grep -v "^$1: " "$3" || :; } >"$3.new"
    [ -z "$2" ] || echo "$1: $2" >>"$3.new"
    mv "$3.new" "$3"
}

add_field()
{
    ! grep -qxF "$1: $2" "$3" || refuse "$2 is there already"
    echo "$1: $2" >>"$3"
}

clone()
{
    name='' address=''
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || refuse "$1 wants a value"
        case $1 in
        --name) name=$2 ;;
        --ip) address=$2 ;;
        --template | --location | --model | --admin | --user) ;;
        *) refuse "clone: $1" ;;
        esac
        shift 2
    done
    [ ! -f "$NETDB_STATE/$name" ] || refuse "$name is there already"
    case $name in '' | */*) refuse "bad name '$name'" ;; esac
    # What a clone brings along from its template.
    printf 'Name: %s\nIP Address: %s\nExpiration Date: 2024-01-01\n' "$name" "$address" >"$NETDB_STATE/$name"
}

mkdir -p "$NETDB_STATE"
[ "$1" = node ] || refuse "not node but $1"
verb=$2
shift 2
if [ "$verb" = info ]; then
    cat "$(node "$1")"
    exit 0
fi
{
    printf '%s' "$verb"
    printf ' <%s>' "$@"
    echo
} >>"$NETDB_STATE.log"

# Takes away a line that must be there.
remove_field()
{
    grep -q "^$1: $2\( \|$\)" "$3" || refuse "no $2 there"
    grep -v "^$1: $2\( \|$\)" "$3" >"$3.new" || :
    mv "$3.new" "$3"
}

case "$verb $1" in
"clone "*) clone "$@" ;;
"delete "*) rm "$(node "$1")" ;;
"alias --remove") remove_field Alias "$2" "$(node "$3")" ;;
"receive_mail_for --remove") remove_field 'Receives mail for' "$2" "$(node "$3")" ;;
"ip_address --remove") remove_field 'IP Address' "$2" "$(node "$3")" ;;
"comment --set") set_field Comment "$2" "$(node "$3")" ;;
"department --set") set_field Department "$2" "$(node "$3")" ;;
"group --add") add_field Group "$2" "$(node "$3")" ;;
"expiration --set") set_field 'Expiration Date' "$2" "$(node "$3")" ;;
"expiration --clear") set_field 'Expiration Date' '' "$(node "$2")" ;;
"alias --add") add_field Alias "$2" "$(node "$3")" ;;
"receive_mail_for --add") add_field 'Receives mail for' "$(echo "$2" | sed 's/:/ :/')" "$(node "$3")" ;;
"interface --add")
    [ "$2 $3" = "none --ip" ] || refuse "interface $*"
    add_field 'IP Address' "$4" "$(node "$5")"
    ;;
"ptr_pref --set") grep -qrF "IP Address: $3" "$NETDB_STATE" || refuse "no address $3" ;;
*) refuse "no such command: $verb $*" ;;
esac
