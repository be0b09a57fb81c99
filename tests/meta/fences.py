# SPDX-License-Identifier: MIT
"""Holds the includes in src/ to the picture of the house: arrows point down only, and every vendor's
header stands behind one of ours. A new room or library is a row here.
"""
import os
import pathlib
import re
import sys

SOURCE = pathlib.Path(os.environ["SESDNS_SOURCE"]) / "src"

# What a room may see of ours, itself included.
ROOMS = {
    "base": {"base"},
    "model": {"base", "model"},
    "ingest": {"base", "model", "ingest"},
    "check": {"base", "model", "check"},
    "render": {"base", "model", "render"},
    "ledger": {"base", "model", "ledger"},
    "submit": {"base", "model", "ledger", "submit"},
    "verify": {"base", "model", "verify"},
}
ROOMS["cli"] = set(ROOMS) | {"cli"}

# Vendor headers: pattern, the rooms that may include it, and in how many files at most (None: any).
# All of them in .c files only.
VENDORS = [
    (r"csv\.h", {"ingest"}, 1),
    (r"curl/.*", {"submit"}, 1),
    (r"sqlite3\.h", {"ledger"}, None),
    (r"unbound\.h", {"verify"}, 1),
    (r"libpsl\.h", {"verify"}, 1),
    (r"libxml/.*", {"render"}, 1),
    (r"libical/.*", {"cli"}, 1),
    (r"ini\.h", {"cli"}, None),
    (r"popt\.h", {"cli"}, None),
    (r"idn2\.h", {"model", "ingest"}, 1),
    (r"jansson\.h", {"render", "submit", "ledger", "cli"}, None),
    (r"openssl/.*", {"model", "check", "render", "submit"}, None),
]

# The C library and POSIX. A header that is neither here nor a vendor's is a dependency nobody decided on.
SYSTEM = set(
    """
    assert ctype errno float inttypes limits locale math setjmp signal stdalign stdarg stdatomic
    stdbool stddef stdint stdio stdlib stdnoreturn string strings time uchar wchar wctype
    arpa/inet dirent fcntl fnmatch fts ftw getopt glob langinfo libgen netdb netinet/in poll pthread pwd
    spawn
    sys/file sys/ioctl sys/mman sys/random sys/resource sys/select sys/socket sys/stat sys/time sys/types sys/un
    sys/wait termios unistd
    """.split()
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def main():
    complaints = []
    users = {pattern: set() for pattern, _, _ in VENDORS}
    files = sorted(p for p in SOURCE.rglob("*") if p.suffix in (".c", ".h"))
    if not files:
        sys.exit(f"no C files below {SOURCE}")

    for path in files:
        name = path.relative_to(SOURCE)
        room = name.parts[0]
        text = path.read_text(encoding="utf-8")

        def complain(at, sentence):
            line = text.count("\n", 0, at) + 1
            complaints.append(f"src/{name}:{line}: {sentence}")

        if room not in ROOMS:
            complain(0, f"'{room}' is not a room; rooms are rows in tests/meta/fences.py")
            continue
        for match in INCLUDE.finditer(text):
            quote, header = match.groups()
            if quote == '"':
                target = header.split("/")[0]
                if "/" not in header or target not in ROOMS:
                    complain(match.start(), f'write "{header}" as "room/file.h"')
                elif target not in ROOMS[room]:
                    complain(match.start(), f"{room} must not see {target}: '{header}'")
                continue
            if header.removesuffix(".h") in SYSTEM:
                continue
            for pattern, rooms, _ in VENDORS:
                if not re.fullmatch(pattern, header):
                    continue
                users[pattern].add(str(name))
                if room not in rooms:
                    complain(match.start(), f"<{header}> belongs into {', '.join(sorted(rooms))}")
                if path.suffix == ".h":
                    complain(match.start(), f"<{header}> in a header of ours")
                break
            else:
                complain(match.start(), f"<{header}> is neither the C library's nor a known vendor's")

    for pattern, _, limit in VENDORS:
        if limit is not None and len(users[pattern]) > limit:
            names = ", ".join(sorted(users[pattern]))
            complaints.append(f"<{pattern}> must stay in {limit} file, not in: {names}")

    print("\n".join(complaints) or f"{len(files)} files keep to their rooms")
    return 1 if complaints else 0


sys.exit(main())
