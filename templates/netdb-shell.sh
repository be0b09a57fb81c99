refused=0

# What NetDB would not do is said, counted, and does not stop the rest.
complain() {
    echo "$*" >&2
    refused=$((refused + 1))
}

shows() {
    "$netdb" node info "$1" | grep -qiwF -- "$2"
}
