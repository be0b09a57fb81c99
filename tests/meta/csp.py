# SPDX-License-Identifier: MIT
"""The page that lists a run allows its own style and script to run and nothing else: its content security policy
names their hashes. Here the hashes are held to what they stand for.

    python3 tests/meta/csp.py --renew     writes them anew
"""
import base64
import hashlib
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("SESDNS_SOURCE", pathlib.Path(__file__).parents[2]))
HEAD = ROOT / "templates" / "index-head.html"
PARTS = [HEAD, ROOT / "templates" / "index-foot.html"]


def hash_of(element, text):
    """The policy's name for the one element of its kind (CSP level 3, section 2.3.1)."""
    found = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
    if len(found) != 1:
        sys.exit(f"want one <{element}>, found {len(found)}")
    if "{{" in found[0]:
        sys.exit(f"<{element}> holds a tag: its hash would change from page to page")
    return "sha256-" + base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()


def main():
    text = "".join(path.read_text(encoding="utf-8") for path in PARTS)
    head = wanted = HEAD.read_text(encoding="utf-8")
    for element in ("style", "script"):
        wanted, count = re.subn(rf"({element}-src) '[^']*'", rf"\1 '{hash_of(element, text)}'", wanted)
        if count != 1:
            sys.exit(f"templates/index-head.html: want one {element}-src in the policy, found {count}")
    if sys.argv[1:] == ["--renew"]:
        HEAD.write_text(wanted, encoding="utf-8")
    elif wanted != head:
        print("templates/index-head.html: the policy does not fit: python3 tests/meta/csp.py --renew")
        return 1
    print("the policy names the style and the script that are there")
    return 0


sys.exit(main())
