# SPDX-License-Identifier: MIT
"""What the proofs of tests/data share: the program, the published data, made-up exports, complaints.

A proof collects complaints and goes on; at its end `finish` prints them all, or how much was looked at.
"""
import csv
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["SESDNS"]
SOURCE = pathlib.Path(os.environ["SESDNS_SOURCE"])
DATA = pathlib.Path(os.environ["SESDNS_DATA_DIR"])

HEADER = "Type,Name,Value"

# Nothing of the person's own settings, and a clock that stands still on 2025-12-01.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C.UTF-8",
    "SOURCE_DATE_EPOCH": "1764547200",
    "XDG_CONFIG_HOME": os.devnull,
    "HOME": os.devnull,
    **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS") if name in os.environ},
}

complaints = []


def complain(what):
    complaints.append(what)


def finish(summary):
    print("\n".join(complaints) or summary)
    sys.exit(1 if complaints else 0)


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def need_data(name):
    path = DATA / name
    if not path.exists():
        skip(f"no {name} in {DATA}")
    return path


def need_tools(names):
    """Their paths. Some live in sbin, which is not in everybody's PATH."""
    path = os.environ["PATH"] + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
    found = {name: shutil.which(name, path=path) for name in names}
    missing = [name for name in names if not found[name]]
    if missing:
        skip(f"not installed: {', '.join(missing)}")
    return found


def need_module(name, package):
    """The module. Where this Python does not have it the system's may: a distribution installs it there only."""
    try:
        return importlib.import_module(name)
    except ImportError:
        system = "/usr/bin/python3"
        if sys.executable != system and run([system, "-c", f"import {name}"]).returncode == 0:
            os.execv(system, [system, *sys.argv])
        skip(f"{package} is not installed")


def folder():
    """A folder that goes away with the object."""
    return tempfile.TemporaryDirectory(prefix="sesdns-proof.")


def run(arguments, **more):
    """Output as bytes: what is wrong with it may be its encoding."""
    return subprocess.run([str(a) for a in arguments], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, **{"env": ENVIRONMENT, **more})


def sesdns(*arguments, **more):
    result = run([PROGRAM, *arguments], **more)
    if b"Sanitizer" in result.stderr or b"runtime error" in result.stderr or result.returncode < 0:
        complain(f"{arguments}: the program broke\n{result.stderr.decode(errors='replace')}")
    return result


def build_preload(source, folder):
    """The library of tests/interrupt/SOURCE, to be loaded before a program; see loaded_before."""
    library = pathlib.Path(folder) / pathlib.Path(source).with_suffix(".so")
    compiler = os.environ.get("CC", "cc")
    built = run([compiler, "-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-o", library,
                 SOURCE / "tests/interrupt" / source, "-ldl"])  # fmt: skip
    if built.returncode != 0:
        skip(f"no library to preload: {built.stderr.decode(errors='replace').strip()}")
    return library


def loaded_before(library, **variables):
    """The environment of a program that `library` is loaded before. The sanitizers' library wants to come first,
    and need not."""
    asan = ENVIRONMENT.get("ASAN_OPTIONS", "")
    return ENVIRONMENT | {
        "LD_PRELOAD": str(library),
        "ASAN_OPTIONS": f"verify_asan_link_order=0:detect_leaks=0:{asan}",
        **{name: str(value) for name, value in variables.items()},
    }


def codes(result):
    """The codes of the errors and warnings that a run with --format json reported."""
    import json
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [f["code"] for f in found if f["severity"] != "note"]


def published():
    """Domain -> rows (type, name, value) as they were published: dots and duplicates too."""
    domains = {}
    with open(need_data("published-ses-records.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            domains.setdefault(row["domain"], []).append((row["type"], row["name"], row["value"]))
    return domains


def bare(name):
    return name[:-1] if name.endswith(".") else name


def console_form(rows):
    """The rows as the console writes them: distinct, without final dots."""
    rows = [(t, bare(n), bare(v) if t == "CNAME" else v) for t, n, v in rows]
    return list(dict.fromkeys(rows))


def write_export(path, rows):
    """Byte for byte as the console does: no quotes around names, no newline behind the last row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\n".join([HEADER, *(",".join(row) for row in rows)]).encode())
    return path


def write_console_exports(where, rows):
    """One file a record type, as two downloads give them."""
    exports = []
    for types, name in ((("CNAME",), "dkim-dns-records.csv"), (("TXT", "MX"), "txt-dns-records.csv")):
        chosen = [row for row in rows if row[0] in types]
        if chosen:
            exports.append(write_export(where / name, chosen))
    return exports
