# SPDX-License-Identifier: MIT
"""Reads the symbols of the built library: what it exports is named ses_..., it calls nothing that
prints, exits, reads the environment or the clock, and it keeps no state.

The symbols know better than the source: a macro, a comment or another library's inline function
cannot hide a call.
"""
import os
import re
import shutil
import subprocess
import sys

LIBRARY = os.environ["SESDNS_LIBRARY"]

# What a compiler or sanitizer adds to an object on its own.
NOT_OURS = re.compile(r"__odr_asan|__?_?asan_|__ubsan|__sancov|__start___|__stop___|\.|DW\.ref")

# A caller decides about all of these. abort() is left to assert(), for our own bugs.
FORBIDDEN = {
    "prints": "printf vprintf puts putchar putchar_unlocked perror psignal err errx warn warnx error syslog "
    "stdout stderr dprintf",
    "reads standard input": "stdin getchar gets scanf",
    "ends the program": "exit _exit _Exit quick_exit abort raise kill",
    "reads or changes the environment": "getenv secure_getenv setenv unsetenv putenv environ setlocale",
    "runs a program": "system popen fork vfork execv execve execvp execl execlp posix_spawn posix_spawnp",
    "looks at the clock": "time clock clock_gettime gettimeofday ftime timespec_get",
    "waits": "sleep usleep nanosleep clock_nanosleep",
    "depends on the time zone of the machine": "localtime localtime_r mktime tzset",
    "keeps hidden state": "strtok rand srand random srandom gmtime ctime asctime inet_ntoa",
    "cannot be told how much room there is": "strcpy strcat sprintf vsprintf stpcpy",
}
REASONS = {name: why for why, names in FORBIDDEN.items() for name in names.split()}


def plain(name):
    """The function that was meant: without Darwin's underscore and the checking variant's dress."""
    if sys.platform == "darwin":
        name = name.removeprefix("_")
    checked = re.fullmatch(r"__(\w+)_chk", name)
    return checked.group(1) if checked else name.removeprefix("__isoc99_")


def symbols():
    """Yields (object, name, type) for every global symbol, in POSIX format: name type [value size]."""
    nm = subprocess.run(
        [os.environ.get("NM") or "nm", "-g", "-P", LIBRARY], check=True, text=True, capture_output=True
    )
    member = "?"
    for line in nm.stdout.splitlines():
        fields = line.split()
        if line.endswith(":"):
            member = re.sub(r".*\[(.*)\]:$", r"\1", line)
        elif len(fields) >= 2:
            yield member, fields[0], fields[1]


def state():
    """Yields (object, name) for every variable that can change. Tables of pointers lie in
    .data.rel.ro, which only the loader writes."""
    objdump = subprocess.run(["objdump", "-t", LIBRARY], check=True, text=True, capture_output=True)
    member = "?"
    for line in objdump.stdout.splitlines():
        start = re.match(r"(\S+\.o):\s+file format", line)
        if start:
            member = start.group(1)
        row = re.match(r"\S+ ......O (\S+)\s+\S+\s+(?:\.hidden )?(\S+)$", line)
        if row and re.match(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)|\*COM\*", row.group(1)):
            yield member, row.group(2)


def main():
    complaints = set()
    exported = 0
    for member, name, kind in symbols():
        if kind in "Uwv":
            why = REASONS.get(plain(name))
            if why:
                complaints.add(f"{member}: calls {plain(name)}, which {why}")
        elif not NOT_OURS.match(name):
            exported += 1
            if not plain(name).startswith("ses_"):
                complaints.add(f"{member}: exports {name}; its name must begin with ses_, or it be static")
    if shutil.which("objdump"):
        for member, name in state():
            if not NOT_OURS.match(name):
                complaints.add(f"{member}: {name} is a variable that outlives its call; make it const")
    if exported == 0:
        complaints.add(f"{LIBRARY} exports nothing: is it the right file?")

    print("\n".join(sorted(complaints)) or f"{exported} symbols, all in order")
    return 1 if complaints else 0


sys.exit(main())
