# True where the node is there.
there() {
    "$netdb" node info "$1" >/dev/null 2>&1
}
