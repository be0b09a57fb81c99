# SPDX-License-Identifier: MIT
"""A variable that is released when its function ends (SES_CLEANUP) has a value before anything can return: compilers
do not warn of one that has none, and sanitizers see it only where the stack happens to hold something else."""
import os
import pathlib
import re
import sys

SOURCE = pathlib.Path(os.environ["SESDNS_SOURCE"]) / "src"
DECLARATION = re.compile(r"\s+(?:struct \w+|\w+) \**(\w+) SES_CLEANUP\(\w+\);")


def first_return(lines, start, name):
    """The line of a return before `name` was given a value or handed to a function that begins it; 0 for none."""
    begun = re.compile(rf"(init|open|make)\w*\((\w+, )*&{name}\b|(?<![\w.>])\*?{name} =")
    for number in range(start, len(lines)):
        if begun.search(lines[number]) or lines[number].startswith("}"):
            return 0
        if re.search(r"\breturn\b", lines[number]):
            return number + 1
    return 0


def main():
    complaints = []
    seen = 0
    for path in sorted(SOURCE.rglob("*.c")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            match = DECLARATION.match(line)
            if not match:
                continue
            seen += 1
            at = first_return(lines, number + 1, match.group(1))
            if at:
                complaints.append(f"src/{path.relative_to(SOURCE)}:{at}: returns before {match.group(1)} has a value")
    if not seen:
        complaints.append("no variable with SES_CLEANUP was found: the pattern has gone stale")
    print("\n".join(complaints) or f"{seen} variables have a value before anything returns")
    return 1 if complaints else 0


sys.exit(main())
