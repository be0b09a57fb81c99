if [ "$refused" -gt 0 ]; then
    echo "$refused entries were refused; the rest is done" >&2
    exit 1
fi
