# SPDX-License-Identifier: MIT
"""Kills renew and retire at every call that writes to a file, sends to ServiceNow or takes its answer, whole and with
half a write, and runs the same command again: afterwards each request has one ticket, and the ledger knows it.

    python3 tests/interrupt/lifecycle.py            # a spread of the calls, as ctest does
    SESDNS_ALL=1 python3 tests/interrupt/lifecycle.py   # all of them
"""
import json
import os
import pathlib
import random
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
from support import batch, dns, proof, servicenow, submitting  # noqa: E402

DOMAINS = 4
POINTS = 24
PREFIXES = {"renew": "renew-", "remove": "remove-"}
ALL = bool(os.environ.get("SESDNS_ALL"))
# The second run is on another day: what it goes on with must not depend on it.
FIRST_DAY, SECOND_DAY = 1764547200, 1764547200 + 86400


class Stage:
    """A stand-in and a ledger that can be put back to where they were."""

    def __init__(self, folder, fake, case):
        self.folder, self.fake, self.case = folder, fake, case

    def parts(self):
        return ((self.fake.state, self.folder / "kept-state"), (self.case.ledger.parent, self.folder / "kept-ledger"))

    def keep(self):
        self.fake.kill()
        for live, kept in self.parts():
            shutil.copytree(live, kept)
        self.fake.start()

    def restore(self):
        self.fake.kill()
        for live, kept in self.parts():
            shutil.rmtree(live, ignore_errors=True)
            shutil.copytree(kept, live)
        self.fake.start()


def tickets(fake, operation):
    """Subjects of the tickets of an operation, with repetitions."""
    split = [ticket["correlation_display"].split(" ") for ticket in fake.tickets()]
    return sorted(subject for _, what, subject in split if what == operation)


def days_of(fake):
    """(number, day) of every renewal."""
    return {(ticket["number"], line.removeprefix("Expires: ")) for ticket in fake.tickets()
            for line in ticket["description"].splitlines()[-3:] if line.startswith("Expires: ")}


def run(case, arguments, library=None, day=FIRST_DAY, **variables):
    """The finished process."""
    environment = {**case.environment, "SOURCE_DATE_EPOCH": str(day)}
    if library:
        environment |= proof.loaded_before(library, **variables)
        environment["SOURCE_DATE_EPOCH"] = str(day)
    return proof.run([proof.PROGRAM, *arguments, "--config", case.config, "--ledger", case.ledger], env=environment)


def grow(case, name):
    """So many records that they do not fit into a ticket, and go with it as files."""
    draw = random.Random(7)
    for _ in range(8):
        case.domains[name] += batch.rows_of(name, draw)[1:]
    proof.write_console_exports(case.folder / name, case.domains[name])


def listed(case):
    done = run(case, ["list", "--format", "json"])
    if done.returncode != 0:
        proof.complain(f"the ledger cannot be read\n{done.stderr.decode()}")
    return {line["subject"]: line for line in map(json.loads, done.stdout.splitlines())}


def complain_about(where, stage, operation, subjects, known):
    """One ticket each, and the ledger says so."""
    found = tickets(stage.fake, operation)
    if found != subjects:
        proof.complain(f"{where}: tickets for {found}, not {subjects}")
    for ticket in stage.fake.tickets():
        _, what, subject = ticket["correlation_display"].split(" ")
        names = [f"{PREFIXES[what]}records.csv", f"{PREFIXES[what]}records.zone"] if what == operation else []
        if what == operation and [name for name, _ in ticket["files"]] != (names if subject == subjects[0] else []):
            proof.complain(f"{where}: {subject} has the files {ticket['files']}")
    lines = listed(stage.case)
    for subject in subjects:
        if not known(lines[subject]):
            proof.complain(f"{where}: {subject}: the ledger has {lines[subject]['expires']}, "
                           f"{lines[subject]['renewed_by']}, {lines[subject]['removed_by']}")


def spread(count):
    if ALL or count <= POINTS:
        return range(1, count + 1)
    return sorted({1 + round(i * (count - 1) / (POINTS - 1)) for i in range(POINTS)})


def prove(stage, library, operation, arguments, subjects, known):
    """Returns how many times it was killed."""
    counted = stage.folder / "calls"
    done = run(stage.case, arguments, library, COUNT_CALLS=counted)
    if done.returncode != 0:
        proof.complain(f"{operation}: {done.returncode} without a death\n{done.stderr.decode()}")
        return 0
    complain_about(operation, stage, operation, subjects, known)
    kills = 0
    for call in spread(int(counted.read_text())):
        for tear in ({}, {"TEAR_CALL": 1}):
            stage.restore()
            done = run(stage.case, arguments, library, STOP_AT_CALL=call, **tear)
            if done.returncode != -signal.SIGKILL:
                continue
            kills += 1
            where = f"{operation}: killed at call {call}{', half written' if tear else ''}"
            again = run(stage.case, arguments, day=SECOND_DAY)
            if again.returncode != 0:
                proof.complain(f"{where}: then {again.returncode}\n{again.stderr.decode()}")
            complain_about(where, stage, operation, subjects, known)
    return kills


def main():
    proof.need_tools(["knotd"])
    with proof.folder() as name:
        folder = pathlib.Path(name)
        library = proof.build_preload("stop_at_call.c", folder)
        with servicenow.Fake(folder / "fake") as fake:
            case = submitting.Case(folder / "case", fake, DOMAINS, more="settle = 1")
            stage = Stage(folder, fake, case)
            subjects = sorted(case.domains)
            poc = subjects[1::2]
            grow(case, poc[0])
            submitting.expect("submit", case.submit(), 0)
            stage.keep()
            # A day that moves: a second run that does not know of the first asks for another one.
            kills = prove(stage, library, "renew", ["renew", "--expiring", "120d", "--expires", "+200d", "--yes"], poc,
                          lambda line: (line["renewed_by"], line["expires"]) in days_of(fake))
            stage.restore()
            zone = "".join(dns.record_line(*row) for name in subjects[:3] for row in case.domains[name])
            with dns.Knot(folder, {"example.edu": zone}) as knot:
                arguments = ["retire", "--domain", poc[0], "--domain", subjects[2], "--domain", poc[1], "--yes",
                             "--server", knot.address]
                kills += prove(stage, library, "remove", arguments, sorted([poc[0], subjects[2]]),
                               lambda line: line["removed_by"] is not None)
    proof.finish(f"killed {kills} times, and run again on another day: one ticket each, all of them in the ledger")


main()
