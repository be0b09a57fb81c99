# SPDX-License-Identifier: MIT
"""Every finding code that `sesdns explain` lists has one golden case that bears its name, and that case shows it.

A code that no golden case can show stands in ELSEWHERE with the reason and the test that shows it instead.
"""
import os
import pathlib
import re
import subprocess
import sys

GOLDEN = pathlib.Path(os.environ["SESDNS_SOURCE"], "tests/golden")

ELSEWHERE = {
    "folder-unreadable": ("whoever may do everything can read every folder", "unit/test_tree.c"),
    "document-without-lifetime": ("the program refuses the request before it gets so far", "unit/test_document.c"),
}

# What DNS says: a golden case starts no name server.
for test, said in {
    "data/verify_defects.py": "verify-missing verify-doubled verify-different verify-target-appended "
                              "verify-not-cname verify-value-damaged verify-several",
    "data/verify_lies.py": "verify-dkim-key-missing verify-dkim-key-invalid verify-bogus",
    "data/verify_nodes.py": "verify-ptr-several",
    "unit/test_verify.c": "verify-dkim-key-unseen",
    "data/verify_root.py": "before-live before-unregistered before-not-public before-occupied before-cname before-keep "
                           "before-mx before-wildcard before-bogus",
    "unit/test_before.c": "before-zone before-node before-other-zone",
}.items():
    ELSEWHERE |= {code: ("a golden case starts no name server", test) for code in said.split()}


def codes():
    listed = subprocess.run([os.environ["SESDNS"], "explain"], capture_output=True, check=True, text=True)
    return [line.split()[0] for line in listed.stdout.splitlines()]


def shows(case, code):
    said = b"".join(path.read_bytes() for path in (case / "stdout", case / "stderr") if path.exists())
    return f"[{code}]".encode() in said or f'"code":"{code}"'.encode() in said


def complaints_about(code):
    cases = sorted(GOLDEN.glob(f"*/{code}"))
    if code in ELSEWHERE:
        where = GOLDEN.parent / ELSEWHERE[code][1]
        if cases:
            yield f"{code}: has a golden case, and needs no reason why it has none"
        elif not where.exists() or code not in where.read_text(encoding="utf-8"):
            yield f"{code}: {where.relative_to(GOLDEN.parent)} does not test it"
        return
    if not cases:
        yield f"{code}: no golden case tests/golden/*/{code}"
    if len(cases) > 1:
        yield f"{code}: more than one case: {', '.join(str(c.relative_to(GOLDEN)) for c in cases)}"
    for case in cases:
        if not shows(case, code):
            yield f"{case.relative_to(GOLDEN)}: does not show [{code}]"


def unknown(known):
    """Codes that golden cases expect and that `explain` does not know."""
    for path in sorted(GOLDEN.glob("*/*/std*")):
        for code in re.findall(r" \[([a-z0-9-]+)\]$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE):
            if code not in known:
                yield f"{path.relative_to(GOLDEN)}: shows [{code}], which explain does not list"


def main():
    known = codes()
    complaints = [f"{code}: listed twice" for code in sorted(set(known)) if known.count(code) > 1]
    for code in known:
        complaints += complaints_about(code)
    complaints += unknown(known)
    complaints += [f"{code}: in ELSEWHERE and not listed by explain" for code in ELSEWHERE if code not in known]
    print("\n".join(complaints) or f"{len(known)} codes, {len(known) - len(ELSEWHERE)} golden cases of their name")
    return 1 if complaints else 0


sys.exit(main())
