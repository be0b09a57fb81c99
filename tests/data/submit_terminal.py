# SPDX-License-Identifier: MIT
"""A person at `sesdns submit`: the question before anything is opened, Ctrl-C once and twice, waits that are explained,
and output that nobody reads. Whatever happens, the same command run again ends with one ticket a domain.
"""
import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import termios
import time

from support import proof, servicenow, submitting
from support.submitting import actions, expect

COUNT = 5
QUESTION = b"[y/N] "


class Proof:
    def __init__(self, folder):
        self.folder = folder
        self.cases = 0
        self.fake = servicenow.Fake(folder / "fake", delay_ms=20).start()
        self.library = proof.build_preload("fast_clock.c", folder)

    def case(self, *faults, count=COUNT, more=""):
        self.cases += 1
        self.fake.reset(*faults)
        return submitting.Case(self.folder / f"case{self.cases}", self.fake, count, more)

    def patient(self):
        return proof.loaded_before(self.library)


class Terminal:
    """The program with a terminal for standard input and standard error; standard output is a pipe."""

    def __init__(self, case, *arguments):
        self.ours, theirs = pty.openpty()
        self.said = b""
        self.process = subprocess.Popen(
            [str(word) for word in (proof.PROGRAM, *case.arguments(*arguments))], env=case.environment,
            stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0))  # fmt: skip
        os.close(theirs)

    def read_until(self, words):
        while words is None or words not in self.said:
            if not select.select([self.ours], [], [], 30)[0]:
                proof.complain(f"says nothing more for 30 s: {self.said}")
                self.process.kill()
                break
            try:
                piece = os.read(self.ours, 4096)
            except OSError:  # Linux says EIO when nobody has the other end open
                break
            if not piece:
                break
            self.said += piece
        return self.said

    def type(self, keys):
        os.write(self.ours, keys)

    def end(self):
        """The finished process, as subprocess.run has it."""
        self.read_until(None)
        stdout, _ = self.process.communicate(timeout=30)
        os.close(self.ours)
        return subprocess.CompletedProcess([], self.process.returncode, stdout, self.said)


def start(case, *arguments, **more):
    return subprocess.Popen([str(word) for word in (proof.PROGRAM, *case.arguments("--yes", *arguments))],
                            env=case.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **more)  # fmt: skip


def finish(process, seconds=10):
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        proof.complain(f"did not end within {seconds} s")
    return subprocess.CompletedProcess([], process.returncode, stdout, stderr)


def wait_for(it, what, test):
    """Until the stand-in has been asked for it."""
    for _ in range(2000):
        if test(it.fake.log()):
            return
        time.sleep(0.005)
    proof.complain(f"{what}: it was never asked for")


def creates(log):
    return [line for line in log if line.kind == "create"]


def goes_on(it, case, what):
    """The same command again."""
    it.fake.faults()
    expect(f"{what}, and again", case.submit(environment=it.patient()), 0)
    case.complain_about(f"{what}, and again")


# The question.


def question(it):
    """Only a yes opens anything, and only a person at a terminal can say it."""
    case = it.case(count=2)
    done = case.run()
    expect("nobody to ask", done, 2, "there is no terminal to ask on: give --yes or --dry-run")
    if it.fake.log() or case.ledger.exists():
        proof.complain("nobody to ask: does something all the same")
    for keys, opened, status in ((b"n\n", False, 0), (b"\n", False, 0), (b"no\n", False, 0), (b"\x04", False, 0),
                                 (b"\x03", False, 4), (b"Yes please\n", True, 0), (b"y\n", True, 0)):  # fmt: skip
        it.fake.reset()
        case.forget_ledger()
        terminal = Terminal(case)
        said = terminal.read_until(QUESTION)
        if b"unit0.example.edu  open\r\n" not in said or b"Open 2 tickets at http://127.0.0.1:" not in said:
            proof.complain(f"the question: {said}")
        if creates(it.fake.log()):
            proof.complain("the question comes too late")
        terminal.type(keys)
        done = terminal.end()
        if len(it.fake.tickets()) != (2 if opened else 0):
            proof.complain(f"answer {keys}: {len(it.fake.tickets())} tickets")
        words = "2 opened" if opened else "stopped before anything was begun" if status else "nothing was opened"
        expect(f"answer {keys}", done, status, words)
    # Nothing to open is nothing to ask.
    expect("nothing to ask", Terminal(case).end(), 0, "all 2 open already", unsaid=["[y/N]"])


# Ctrl-C.


def once(it):
    """Ends after the request in hand, says how to go on, and the ledger is true."""
    for name in ("SIGINT", "SIGTERM"):
        case = it.case()
        process = start(case, "--format", "json")
        wait_for(it, name, lambda log: len(creates(log)) >= 3)
        process.send_signal(getattr(signal, name))
        done = finish(process)
        expect(name, done, 4, "run the same command again, it goes on where this one ended")
        lost = [line for line in it.fake.log() if line.status == 0]
        if lost:
            proof.complain(f"{name}: leaves a request without its reply: {lost}")
        results = case.results(environment=it.patient())[1]
        if list(actions(results).values()).count("found") < 3:
            proof.complain(f"{name}: opens what was open: {actions(results)}")
        case.complain_about(f"{name}, and again")
        again = case.submit()
        expect(f"{name}, and a third time", again, 0, f"all {COUNT} open already")


def once_with_four(it):
    """With four connections each of them ends after its own."""
    case = it.case()
    process = start(case, "--jobs", "4")
    wait_for(it, "four connections", lambda log: len(creates(log)) >= 2)
    process.send_signal(signal.SIGINT)
    expect("SIGINT with four connections", finish(process), 4)
    if any(line.status == 0 for line in it.fake.log()):
        proof.complain("SIGINT with four connections: leaves a request without its reply")
    goes_on(it, case, "SIGINT with four connections")


def at_once_in_a_wait(it):
    """Nobody has to sit through a pause that an instance asked for, nor one after a lost request."""
    for fault, words in (("kind create 2 429-rule 300", b"rate limit"), ("kind create 2 cut", b"a request was lost"),
                         ("kind lookup 1+ 429-rule 300", b"rate limit")):  # fmt: skip
        case = it.case(fault)
        terminal = Terminal(case, "--yes")
        if words not in terminal.read_until(words):
            proof.complain(f"{fault}: the wait is not explained: {terminal.said}")
        begin = time.monotonic()
        terminal.type(b"\x03")
        done = terminal.end()
        expect(f"Ctrl-C in {fault}", done, 4, unsaid=["[servicenow-"])
        if "again" not in done.stderr.decode():
            proof.complain(f"Ctrl-C in {fault}: does not say how to go on: {done.stderr.decode()}")
        if time.monotonic() - begin > 3:
            proof.complain(f"Ctrl-C in {fault}: takes {time.monotonic() - begin:.1f} s")
        goes_on(it, case, f"Ctrl-C in {fault}")


def twice(it):
    """The second ends it there and then; what was sent is looked up by the next run."""
    for fault in ("kind create 3 wait 2", "kind attach 3 commit-hang"):
        case = it.case(fault, more="settle = 3")
        process = start(case)
        kind, number = fault.split()[1:3]
        # It is in the log when it is answered; so its predecessor is what can be seen.
        wait_for(it, fault, lambda log: len([line for line in log if line.kind == kind]) >= int(number) - 1)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        if process.poll() is not None:
            proof.complain(f"{fault}: does not wait for the reply after the first SIGINT")
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        done = finish(process)
        if done.returncode != -signal.SIGINT or time.monotonic() - begin > 1:
            proof.complain(f"{fault}: the second SIGINT: {done.returncode} after {time.monotonic() - begin:.1f} s")
        if "wait" in fault:
            # What was sent is carried out after the program has ended.
            again = case.submit()
            expect(f"{fault}, and again", again, 0)
            case.complain_about(f"{fault}, and again")
        else:
            goes_on(it, case, fault)


# Output.


def read_elsewhere(case, stdout):
    """Its standard output is `stdout`."""
    return subprocess.run([str(word) for word in (proof.PROGRAM, *case.arguments("--yes"))], env=case.environment,
                          stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False)  # fmt: skip


def read_by_nobody(it):
    """What nobody reads is lost, and nothing else."""
    case = it.case(count=3)
    reader, writer = os.pipe()
    os.close(reader)
    done = read_elsewhere(case, writer)
    os.close(writer)
    if done.returncode not in (-signal.SIGPIPE, 3):
        proof.complain(f"a reader that went away: {done.returncode}")
    again(it, case, "a reader that went away")
    with open("/dev/full", "wb") as full:
        done = read_elsewhere(case, full)
    if done.returncode != 3 or b"cannot write the output" not in done.stderr:
        proof.complain(f"a full disk: {done.returncode}, {done.stderr}")
    for closed in ((1,), (2,), (0, 1, 2)):
        closed_streams(it, closed)


def closed_streams(it, closed):
    """No file that the program opens gets the number of a standard stream: not the trace, not the ledger. Here it reads
    no input that would get it first."""
    what = f"without {closed}"
    case = it.case(count=0)
    trace = case.folder / "trace"
    command = [proof.PROGRAM, "submit", "--ec2", "host.example.edu", "--eip", "192.0.2.1", "--production", "--config",
               case.config, "--ledger", case.ledger, "--trace", trace, "--yes"]  # fmt: skip
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        process = subprocess.Popen([str(word) for word in command], env=case.environment, stdin=nothing, stdout=nothing,
                                   stderr=nothing, preexec_fn=lambda: [os.close(number) for number in closed])  # fmt: skip
        process.wait(30)
    if process.returncode != (3 if 1 in closed else 0) or len(it.fake.tickets()) != 1:
        proof.complain(f"{what}: {process.returncode}, {len(it.fake.tickets())} tickets")
    for path in (trace, *case.ledger.parent.iterdir()):
        if re.search(rb"host\.example\.edu +open|1 opened, 0 open|cannot write", path.read_bytes()):
            proof.complain(f"{what}: what is meant for people is in {path.name}")
    if {line.kind for line in it.fake.log()} != {"lookup", "create"}:
        proof.complain(f"{what}: what is meant for people is sent to the instance")
    done = proof.run(command, env=case.environment)
    expect(f"{what}, and again", done, 0, "all 1 open already")


def again(it, case, what):
    expect(f"{what}, and again", case.submit(environment=it.patient()), 0, "all 3 open already")
    case.complain_about(f"{what}, and again")


def progress(it):
    """On a terminal a line says how far it is and why it waits, and is gone at the end; a redirected one has none."""
    case = it.case("kind list 2 500", count=4)
    done = Terminal(case, "--yes").end()
    if not re.search(rb"1 done of 4, 0 failed.*; waiting \d+ s: the instance failed", done.stderr):
        proof.complain(f"progress: {done.stderr}")
    if b"\r\x1b[K4 opened" not in done.stderr:
        proof.complain(f"progress: the line stays: {done.stderr}")
    case = it.case("kind list 2 500", count=4)
    done = case.submit(environment=it.patient())
    if b"\x1b" in done.stderr or b"done of" in done.stderr:
        proof.complain(f"progress: redirected: {done.stderr}")
    # A plan that cannot be made leaves no line behind either.
    case = it.case("kind lookup 1+ 503", count=2)
    done = Terminal(case, "--yes").end()
    if not re.search(rb"waiting \d+ s: the instance is not available\r\x1b\[K(\x1b\[1m)?sesdns", done.stderr):
        proof.complain(f"progress of a plan: {done.stderr}")


SCENES = (question, once, once_with_four, at_once_in_a_wait, twice, read_by_nobody, progress)


def main():
    with contextlib.suppress(OSError):
        pty.openpty()
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        for scene in SCENES:
            scene(it)
        it.fake.stop()
    proof.finish(f"{len(SCENES)} scenes, {it.cases} batches")


main()
