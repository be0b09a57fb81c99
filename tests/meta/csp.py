# SPDX-License-Identifier: MIT
"""The pages of the program allow their own style and script to run and nothing else: their content security policy
names the hashes. Here the hashes are held to what they stand for.

    python3 tests/meta/csp.py --renew     writes them anew
"""
import base64
import hashlib
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("SESDNS_SOURCE", pathlib.Path(__file__).parents[2]))
TEMPLATES = ROOT / "templates"

# The parts of each page, that with the policy first, and what its policy names.
PAGES = [
    (["index-head.html", "index-foot.html"], ["style", "script"]),
    (["verify-head.html"], ["style"]),
]


def hash_of(element, text):
    """The policy's name for the one element of its kind (CSP level 3, section 2.3.1)."""
    found = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
    if len(found) != 1:
        sys.exit(f"want one <{element}>, found {len(found)}")
    if "{{" in found[0]:
        sys.exit(f"<{element}> holds a tag: its hash would change from page to page")
    return "sha256-" + base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()


def check(parts, elements, renew):
    """True where the policy fits, or was made to."""
    head = TEMPLATES / parts[0]
    text = "".join((TEMPLATES / part).read_text(encoding="utf-8") for part in parts)
    before = wanted = head.read_text(encoding="utf-8")
    for element in elements:
        wanted, count = re.subn(rf"({element}-src) '[^']*'", rf"\1 '{hash_of(element, text)}'", wanted)
        if count != 1:
            sys.exit(f"templates/{parts[0]}: want one {element}-src in the policy, found {count}")
    if renew:
        head.write_text(wanted, encoding="utf-8")
    elif wanted != before:
        print(f"templates/{parts[0]}: the policy does not fit: python3 tests/meta/csp.py --renew")
        return False
    return True


def main():
    renew = sys.argv[1:] == ["--renew"]
    if not all([check(parts, elements, renew) for parts, elements in PAGES]):
        return 1
    print(f"the policies of {len(PAGES)} pages name what is there")
    return 0


sys.exit(main())
