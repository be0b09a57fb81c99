# SPDX-License-Identifier: MIT
"""Looks for words that belong to somebody's machine and not into the tree: absolute paths of a build,
hosts of package registries, and the like. What a file needs from outside it gets by name, from the
package manager.

The patterns are written so that they do not find themselves.
"""
import os
import pathlib
import re
import sys

SOURCE = pathlib.Path(os.environ["SESDNS_SOURCE"])
SKIPPED = {".git", "build", "__pycache__", ".cache"}

WORDS = [
    (r"(?<![\w.}])(/wor[k]/|/roo[t]/|/hom[e]/\w|/User[s]/\w|/tm[p]/\w)", "a path of one machine"),
    (r"(deb|snapshot|security|ftp)\.debia[n]\.org|archive\.ubunt[u]\.com", "a package registry"),
    (r"registry\.npmj[s]|npmj[s]\.(com|org)|pyp[i]\.org|crate[s]\.io|proxy\.golan[g]", "a package registry"),
    (r"artifact-?registr[y]|artifactor[y]", "a package registry"),
    (r"\b(language mode[l]|chatbo[t]|LL[M]s?|AI agen[t]s?|subagen[t]s?)\b", "not a subject of this tree"),
    (r"\b(this|another|last|next|an?|earlier|previous) sessio[n]s?\b", "who wrote it when is for git"),
]


def files():
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = sorted(f for f in folders if f not in SKIPPED)
        for name in sorted(names):
            yield pathlib.Path(folder, name)


def main():
    complaints = []
    count = 0
    for path in files():
        count += 1
        text = path.read_bytes().decode("utf-8", "replace")
        for pattern, why in WORDS:
            for match in re.finditer(pattern, text, re.IGNORECASE):
                line = text.count("\n", 0, match.start()) + 1
                complaints.append(f"{path.relative_to(SOURCE)}:{line}: '{match.group()}': {why}")
    if count == 0:
        complaints.append(f"no files below {SOURCE}")

    print("\n".join(complaints) or f"{count} files, nothing found")
    return 1 if complaints else 0


sys.exit(main())
