# SPDX-License-Identifier: MIT
"""Kills `sesdns submit` before every call that writes a file or speaks to the network, and after every one that sends,
then runs the same command again: one ticket a domain, with its files, each once. And kills the stand-in, at random, while
the program runs and is killed at random itself.

    python3 tests/interrupt/submit_kill.py                  # a spread of it, as ctest does
    SESDNS_ALL=1 python3 tests/interrupt/submit_kill.py     # every call, and more rounds
"""
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
from support import proof, servicenow, submitting  # noqa: E402

ALL = bool(os.environ.get("SESDNS_ALL"))
DOMAINS = 4
POINTS = 45  # of a spread: 30 before and after a call, the rest with half of a write, and with four connections
ROUNDS = 20 if ALL else 2
CROWD = 12  # domains of a round
RERUNS = 8


class Proof:
    def __init__(self, folder):
        self.folder = folder
        self.clock = proof.build_preload("fast_clock.c", folder)
        self.stop = proof.build_preload("stop_at_call.c", folder)
        self.runs = 0
        self.killed = 0

    def stopping(self, **variables):
        """The environment of a run that is killed, and whose waits cost nothing until then."""
        return proof.loaded_before(f"{self.stop}:{self.clock}", **variables)

    def patient(self):
        return proof.loaded_before(self.clock)

    def run(self, case, environment, *arguments):
        self.runs += 1
        command = [proof.PROGRAM, *case.arguments("--yes", *arguments)]
        return proof.run(command, env={**case.environment, **environment})

    def rerun(self, case, what, *arguments):
        """Until there is nothing left to do."""
        for _ in range(RERUNS):
            done = self.run(case, self.patient(), *arguments)
            if done.returncode == 0:
                break
            if done.returncode != 4:
                break
        if done.returncode != 0:
            proof.complain(f"{what}: ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")
        case.complain_about(what)


# At every call.


def count_calls(it, case):
    """How many there are in a whole run, and the request that each of them belongs to, more or less."""
    counted = it.folder / "calls"
    done = it.run(case, it.stopping(COUNT_CALLS=counted))
    if done.returncode != 0 or not counted.exists():
        proof.skip(f"calls cannot be counted here: {done.stderr.decode(errors='replace')[:300]}")
    return int(counted.read_text())


def spread(total, points):
    if points >= total:
        return list(range(1, total + 1))
    return sorted({1 + round(number * (total - 1) / (points - 1)) for number in range(points)})


def kill_once(it, case, what, *arguments, **variables):
    case.forget_ledger()
    case.fake.reset()
    done = it.run(case, it.stopping(**variables), *arguments)
    it.killed += done.returncode == -signal.SIGKILL
    if done.returncode not in (-signal.SIGKILL, 0):
        proof.complain(f"{what}: ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")
    it.rerun(case, what, *arguments)


def at_every_call(it):
    with servicenow.Fake(it.folder / "calls-fake") as fake:
        case = submitting.Case(it.folder / "calls-case", fake, DOMAINS)
        total = count_calls(it, case)
        third = total if ALL else POINTS // 3
        for call in spread(total, third):
            kill_once(it, case, f"before call {call} of {total}", STOP_AT_CALL=call)
        for call in spread(total - 1, third):
            kill_once(it, case, f"after call {call} of {total}", STOP_AT_CALL=call, AFTER_CALL=1)
        for call in spread(total - 2, third // 2):
            kill_once(it, case, f"within call {call} of {total}", STOP_AT_CALL=call, TEAR_CALL=1)
        # Which connection makes which call is chance here.
        for call in spread(total + 10, third // 2):
            kill_once(it, case, f"call {call} with four connections", "--jobs", "4", STOP_AT_CALL=call, AFTER_CALL=1)
    return total


def again_and_again(it):
    """A run that dies a little later each time gets to its end all the same."""
    with servicenow.Fake(it.folder / "again-fake") as fake:
        case = submitting.Case(it.folder / "again-case", fake, DOMAINS)
        deaths = 0
        for call in range(25, 500, 25):
            done = it.run(case, it.stopping(STOP_AT_CALL=call, AFTER_CALL=1))
            if done.returncode == 0:
                break
            deaths += 1
        it.rerun(case, f"killed {deaths} times in a row")
        it.killed += deaths


# Requests that are carried out after their sender is gone.


def ghosts(it):
    """What was sent by a run that was killed may be carried out when the next one has begun: that one waits for it."""
    for fault, kind in (("kind create 2 wait 2", "create"), ("kind attach 2 wait 2", "attach"),
                        ("kind attach 3 wait 2", "attach")):  # fmt: skip
        with servicenow.Fake(it.folder / f"ghost-{fault.replace(' ', '-')}", faults=[fault]) as fake:
            case = submitting.Case(it.folder / f"ghost-case-{fault.replace(' ', '-')}", fake, 2, "settle = 3")
            before = int(fault.split()[2]) - 1
            with subprocess.Popen([str(word) for word in (proof.PROGRAM, *case.arguments("--yes"))], env=case.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
                for _ in range(1000):
                    if len([line for line in fake.log() if line.kind == kind]) >= before:
                        break
                    time.sleep(0.01)
                time.sleep(0.3)
                process.kill()
            it.killed += 1
            done = it.run(case, {})
            if done.returncode != 0:
                proof.complain(f"{fault}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
            case.complain_about(fault)


def sent_again(it):
    """A request that waited for its turn is marked as sent when it is sent, not when it was first tried."""
    with servicenow.Fake(it.folder / "turn", faults=["kind create 1 429-rule 900", "kind create 2 hang"]) as fake:
        case = submitting.Case(it.folder / "turn-case", fake, 1)
        with subprocess.Popen([str(word) for word in (proof.PROGRAM, *case.arguments("--yes"))],
                              env={**case.environment, **it.patient()}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
            time.sleep(1.5)
            process.kill()
        it.killed += 1
        with sqlite3.connect(case.ledger) as ledger:
            intended, sent = ledger.execute("SELECT intended_at, sent_at FROM ticket").fetchone()
        if sent - intended < 900:
            proof.complain(f"sent {sent - intended} s after the intent, and not when a pause of 900 s was over")
        fake.faults()
        it.rerun(case, "sent again")


def replaced(it):
    """A ticket that is opened in the place of one that is gone gets its files, wherever the run that opens it dies."""
    with servicenow.Fake(it.folder / "gone-fake") as fake:
        case = submitting.Case(it.folder / "gone-case", fake, 1)
        for call in spread(150, 150 if ALL else 8):
            case.forget_ledger()
            fake.reset()
            it.run(case, it.patient())
            fake.reset()
            it.killed += it.run(case, it.stopping(STOP_AT_CALL=call, AFTER_CALL=1), "--again").returncode < 0
            it.rerun(case, f"--again, killed at call {call}", "--again")


# At random.


class Chaos(threading.Thread):
    """Kills the stand-in and starts it again, at random, so often."""

    def __init__(self, fake, draw, times):
        super().__init__()
        self.fake = fake
        self.draw = draw
        self.times = times

    def run(self):
        for _ in range(self.times):
            time.sleep(self.draw.uniform(0.02, 0.25))
            self.fake.kill()
            time.sleep(self.draw.uniform(0, 0.1))
            self.fake.start()


def at_random(it):
    kills = 0
    for number in range(ROUNDS):
        draw = random.Random(number)
        fake = servicenow.Fake(it.folder / f"chaos{number}", delay_ms=draw.choice((0, 5, 20))).start()
        case = submitting.Case(it.folder / f"chaos-case{number}", fake, CROWD, "timeout = 5")
        chaos = Chaos(fake, draw, 12)
        chaos.start()
        jobs = ("--jobs", str(draw.choice((1, 1, 4))))
        while chaos.is_alive():
            with subprocess.Popen([str(word) for word in (proof.PROGRAM, *case.arguments("--yes", *jobs))],
                                  env={**case.environment, **it.patient()}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
                it.runs += 1
                try:
                    process.wait(draw.uniform(0.1, 1.2))
                except subprocess.TimeoutExpired:
                    process.kill()
                    it.killed += 1
        chaos.join()
        kills += chaos.times
        it.rerun(case, f"round {number}", *jobs)
        fake.stop()
    return kills


def main():
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        total = at_every_call(it)
        again_and_again(it)
        replaced(it)
        ghosts(it)
        sent_again(it)
        kills = at_random(it)
    proof.finish(f"{total} calls of {DOMAINS} domains; the program was killed {it.killed} times in {it.runs} runs, the stand-in "
                 f"{kills} times: each time one ticket a domain with its files")


main()
