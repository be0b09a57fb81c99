# SPDX-License-Identifier: MIT
"""Kills a program that writes to a ledger at every call that changes the file system, whole and with half a write,
runs it again to a second death, and then to its end. After each death the ledger is looked at by another reader,
in a copy: what was said to be done is there, what was in hand is there whole or not at all, and nothing else is.
"""
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "data"))

from support import proof  # noqa: E402

STEPS = os.environ["SESDNS_LEDGER_STEPS"]
VERSION = (3, 37)  # of SQLite: strict tables

NOW = 1764547200

TICKETS = "SELECT key, sent_at, opened_at, attached_at, number, state FROM ticket ORDER BY id"
REQUESTS = """SELECT t.key, r.subject, r.expires, r.dns, coalesce(r.removed_by, ''), r.removed_at,
    (SELECT count(*) FROM record WHERE request = r.id), (SELECT count(*) FROM node WHERE request = r.id)
    FROM request r JOIN ticket t ON t.id = r.ticket ORDER BY r.id"""
RENEWALS = """SELECT t.key, r.subject, n.renewed_by, n.expires
    FROM renewal n JOIN request r ON r.id = n.request JOIN ticket t ON t.id = r.ticket ORDER BY n.id"""


class Ledger:
    """What the file should say after each step."""

    def __init__(self):
        self.tickets, self.requests, self.renewals = {}, {}, {}

    def intend(self, key):
        self.tickets.setdefault(key, [0, 0, 0, "", ""])
        for subject in ("one.example.edu", "two.example.edu"):
            self.requests.setdefault((key, subject), ["2026-03-31", "unknown", "", 0, 1, 1])

    def forget(self, key):
        self.tickets.pop(key, None)
        self.requests = {name: row for name, row in self.requests.items() if name[0] != key}

    def take(self, step):
        one, two = ("a", "one.example.edu"), ("b", "two.example.edu")
        if step == "intend-two":
            self.intend("a")
            self.intend("b")
        elif step == "send":
            self.tickets["a"][0] = NOW + 1
        elif step == "open":
            self.tickets["a"][1], self.tickets["a"][3:] = NOW + 2, ["INC0010001", "New"]
        elif step == "attach":
            self.tickets["a"][2] = NOW + 3
        elif step == "ask-dns":
            self.requests[one][1] = "all"
        elif step == "intend-renewal":
            self.intend("r")
        elif step == "renew":
            self.renewals[(*one, "r")] = ["2026-06-30"]
        elif step == "intend-removal":
            self.intend("d")
        elif step == "ask-removal":
            self.requests[two][2:4] = ["d", 0]
        elif step == "see-removal":
            self.requests[two][2:4] = ["d", NOW + 7]
        elif step == "intend-in-vain":
            self.intend("x")
        elif step == "forget":
            self.forget("x")

    def rows(self):
        return tuple(sorted((name if isinstance(name, tuple) else (name,), *row) for name, row in table.items())
                     for table in (self.tickets, self.requests, self.renewals))  # fmt: skip


def run(path, library=None, **variables):
    environment = proof.loaded_before(library, **variables) if library else proof.ENVIRONMENT
    result = proof.run([STEPS, path], env=environment)
    # What was said last may be half a word.
    said = result.stdout.decode().split("\n")[:-1]
    return result, said


def read(path, copy):
    """The three tables, read from a copy, so that reading repairs nothing; None where there is no ledger yet."""
    shutil.rmtree(copy, ignore_errors=True)
    if not path.exists():
        return None
    copy.mkdir()
    for file in path.parent.iterdir():
        shutil.copy(file, copy)
    database = sqlite3.connect(copy / path.name)
    try:
        if (verdict := database.execute("PRAGMA quick_check").fetchall()) != [("ok",)]:
            raise ValueError(verdict)
        if broken := database.execute("PRAGMA foreign_key_check").fetchall():
            raise ValueError(broken)
        names = (1, 2, 3)
        return tuple(sorted((row[:width], *row[width:]) for row in database.execute(query))
                     for width, query in zip(names, (TICKETS, REQUESTS, RENEWALS)))  # fmt: skip
    finally:
        database.close()


def states(steps):
    """What the file may say: nothing yet, and then the rows behind each step."""
    ledger, rows = Ledger(), [None]
    for step in steps:
        ledger.take(step)
        rows.append(ledger.rows())
    return rows


def look(what, path, copy):
    """The same; what cannot be read is complained about, and as good as something else."""
    try:
        return read(path, copy)
    except (sqlite3.Error, ValueError) as why:
        proof.complain(f"{what}: {why}")
        return "nothing that can be read"


def check_after(what, path, copy, said, wanted):
    """Only the last step that was begun may be there or not: the one behind those that were reported."""
    found = look(what, path, copy)
    if found not in wanted[len(said) : len(said) + 2]:
        proof.complain(f"{what}: said {said[-1:]}, and the ledger holds\n{found}, want\n{wanted[len(said)]}")


def kill_everywhere(folder, library, steps, wanted, total):
    draw = random.Random(total)
    deaths = 0
    for point in range(1, total + 1):
        for tear in ({}, {"TEAR_CALL": 1}):
            what = f"killed at call {point} of {total}{', half written' if tear else ''}"
            home = folder / "home"
            shutil.rmtree(home, ignore_errors=True)
            path = home / "deep" / "ledger.db"
            first, said = run(path, library, STOP_AT_CALL=point, **tear)
            if first.returncode != -signal.SIGKILL or said != steps[: len(said)]:
                proof.complain(f"{what}: ended with {first.returncode}, said {said}\n{first.stderr.decode()}")
            check_after(what, path, folder / "copy", said, wanted)
            # What was done once stays, so from here on only the end is certain.
            second, _ = run(path, library, STOP_AT_CALL=draw.randint(1, total), **tear)
            deaths += 1 + (second.returncode == -signal.SIGKILL)
            last, said = run(path)
            if last.returncode != 0 or said != steps:
                proof.complain(f"{what}: then ended with {last.returncode}\n{last.stderr.decode()}")
            if (found := look(what, path, folder / "copy")) != wanted[-1]:
                proof.complain(f"{what}: in the end the ledger holds {found}")
            left = sorted(file.name for file in path.parent.iterdir())
            if left != ["ledger.db", "ledger.db.lock"]:
                proof.complain(f"{what}: left {left}")
    return deaths


def main():
    if sqlite3.sqlite_version_info < VERSION:
        proof.skip(f"SQLite {sqlite3.sqlite_version} of this Python does not know strict tables")
    with proof.folder() as name:
        folder = pathlib.Path(name)
        library = proof.build_preload("stop_at_call.c", folder)
        counted = folder / "calls"
        result, steps = run(folder / "counted" / "ledger.db", library, COUNT_CALLS=counted)
        if result.returncode != 0 or not counted.exists():
            proof.skip(f"calls cannot be counted here: {result.stderr.decode(errors='replace')[:200]}")
        wanted = states(steps)
        if read(folder / "counted" / "ledger.db", folder / "copy") != wanted[-1]:
            proof.complain("the undisturbed run wrote something else")
        total = int(counted.read_text())
        deaths = kill_everywhere(folder, library, steps, wanted, total)
    proof.finish(f"{len(steps)} steps, {total} calls, died {deaths} times: nothing lost, nothing twice")


main()
