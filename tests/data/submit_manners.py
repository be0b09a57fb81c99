# SPDX-License-Identifier: MIT
"""Manners at an instance that others use, too: one request at a time on one connection, pauses that were asked for kept
to the second and by everybody, growing ones otherwise, and an end when too much time went into waiting.

Times are those of the trace; waits cost nothing here (tests/interrupt/fast_clock.c), and are as long by that clock.
"""
import datetime
import pathlib
import re

from support import proof, servicenow, submitting
from support.submitting import actions, expect

STAMP = re.compile(r"^# (\S+)Z\n([<>]) (GET|POST) (\S+)(.*)$", re.MULTILINE)


class Proof:
    def __init__(self, folder):
        self.folder = folder
        self.cases = 0
        self.fake = servicenow.Fake(folder / "fake").start()
        self.library = proof.build_preload("fast_clock.c", folder)

    def case(self, *faults, count=4, more=""):
        self.cases += 1
        self.fake.reset(*faults)
        case = submitting.Case(self.folder / f"case{self.cases}", self.fake, count, more)
        case.trace = case.folder / "trace"
        case.environment |= {key: value for key, value in proof.loaded_before(self.library).items()
                             if key in ("LD_PRELOAD", "ASAN_OPTIONS")}  # fmt: skip
        return case


def events(case):
    """(seconds, ">" or "<", method, target, rest) of every request and reply."""
    found = []
    for stamp, way, method, target, rest in STAMP.findall(case.trace.read_text(encoding="utf-8")):
        time = datetime.datetime.fromisoformat(stamp).replace(tzinfo=datetime.timezone.utc).timestamp()
        found.append((time, way, method, target, rest))
    return found


def pauses(case, status):
    """Seconds from each reply of that status to the next request, whoever sends it."""
    text = case.trace.read_text(encoding="utf-8")
    found = events(case)
    heads = [match.start() for match in STAMP.finditer(text)]
    for index, (time, way, *_) in enumerate(found):
        part = text[heads[index]:heads[index + 1] if index + 1 < len(heads) else None]
        if way == "<" and f"< HTTP/1.1 {status} " in part:
            later = [then for then, direction, *_ in found[index + 1:] if direction == ">"]
            yield later[0] - time if later else None


def asked_for(it):
    """A pause that a rule asks for is kept in full, however long it is, and whatever was asked."""
    for kind in ("lookup 1", "lookup 3", "create 2", "list 2", "attach 3"):
        for seconds in (1, 300, 4000):
            case = it.case(f"kind {kind} 429-rule {seconds}")
            done = case.submit("--trace", case.trace)
            what = f"Retry-After: {seconds} for {kind}"
            expect(what, done, 0)
            case.complain_about(what)
            kept = list(pauses(case, 429))
            # A pause of our own can be longer than a short one that was asked for.
            if len(kept) != 1 or not max(seconds, 15) <= kept[0] <= max(seconds, 30) + 2:
                proof.complain(f"{what}: {kept}")
            # It was denied before it was executed: there is nothing to look up.
            requests = it.fake.status()["kinds"]
            if requests.get("create") != (5 if "create" in kind else 4) or requests["lookup"] > 5:
                proof.complain(f"{what}: {requests}")


def full_queue(it):
    """429 without a rule is everybody's: nobody sends anything for a longer time, and what may have been done is looked
    up."""
    for kind in ("lookup 1", "create 2", "attach 3"):
        case = it.case(f"kind {kind} 429-bare", count=8)
        done = case.submit("--trace", case.trace, "--jobs", "4")
        what = f"a full queue at {kind}"
        expect(what, done, 0)
        case.complain_about(what)
        found = events(case)
        text = case.trace.read_text(encoding="utf-8")
        at = text.index("< HTTP/1.1 429 ")
        # Those that were on their way already were sent before the pause began.
        index = len([match for match in STAMP.finditer(text) if match.start() < at])
        begun = [time for time, way, *_ in found[index:] if way == ">"]
        if begun[0] - found[index - 1][0] < 15 - 0.1:
            proof.complain(f"{what}: the next request comes after {begun[0] - found[index - 1][0]:.3f} s")
        if kind == "create 2":
            denied = next(target for _, way, method, target, rest in found[index - 1:index])
            after = [target for time, way, method, target, _ in found[index:] if way == ">"][:4]
            if not any("correlation_id%3Dsesdns-add" in target for target in after):
                proof.complain(f"{what}: {denied} is not looked up: {after}")


def growing(it):
    """Where nobody says how long, pauses double, and are spread over the upper half."""
    case = it.case("kind list 2-7 500")
    done = case.submit("--trace", case.trace)
    expect("growing pauses", done, 0)
    kept = list(pauses(case, 500))
    for number, pause in enumerate(kept):
        whole = 2**number
        if not whole / 2 <= pause <= whole + 0.5:
            proof.complain(f"growing pauses: number {number} is {pause:.3f} s, want {whole / 2} to {whole}")
    if len(kept) != 6 or len({round(pause / 2**number, 3) for number, pause in enumerate(kept)}) < 4:
        proof.complain(f"growing pauses: not spread: {kept}")


def enough(it):
    """A run that has waited long enough ends, says so, and the next one goes on."""
    for faults, more, status in ((("kind create 2+ 503",), "budget = 100", 4), (("kind create 2 429-rule 300",), "budget = 200", 4),
                                 (("kind list 2+ 503",), "budget = 5", 4), (("kind create 2 cut",), "budget = 10", 4),
                                 (("request 1+ 429-rule 7000",), "", 4), (("request 1+ 429-bare",), "budget = 0", 4)):  # fmt: skip
        case = it.case(*faults, more=more)
        done, results = case.results("--trace", case.trace)
        what = f"{faults}, {more}"
        expect(what, done, status)
        budget = int(more.rpartition(" ")[2]) if more else 7200
        found = events(case)
        waited = found[-1][0] - found[0][0]
        if waited > budget + 5:
            proof.complain(f"{what}: waits {waited:.0f} s")
        said = " ".join(line["reason"] or "" for line in results.values())
        if results and "no time is left for waiting" not in said:
            proof.complain(f"{what}: does not say why: {results}")
        it.fake.faults()
        case.configure()
        expect(f"{what}, and again", case.submit(), 0)
        case.complain_about(f"{what}, and again")


def alone(it):
    """One request at a time, on one connection, in one session; with --jobs as many as there are."""
    for arguments, most in (((), 1), (("--jobs", "3"), 3)):
        case = it.case(count=12)
        before = it.fake.status()
        expect(f"connections {arguments}", case.submit(*arguments), 0)
        status = it.fake.status()
        opened = status["connections"] - before["connections"]
        if opened > most or status["at_once"] > most or status["sessions"] - before["sessions"] > most:
            proof.complain(f"connections {arguments}: {before}, then {status}")


def patience(it):
    """A pause that was asked for is no failed attempt: a rule may say no a dozen times."""
    case = it.case("kind create 2-13 429-rule 500")
    done, results = case.results("--trace", case.trace)
    expect("a rule that says no a dozen times", done, 0)
    case.complain_about("a rule that says no a dozen times")
    if len(list(pauses(case, 429))) != 12 or set(actions(results).values()) != {"opened"}:
        proof.complain(f"a rule that says no a dozen times: {actions(results)}")


SCENES = (asked_for, full_queue, growing, enough, alone, patience)


def main():
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        for scene in SCENES:
            scene(it)
        it.fake.stop()
    proof.finish(f"{len(SCENES)} manners, {it.cases} batches")


main()
