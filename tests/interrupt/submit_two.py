# SPDX-License-Identifier: MIT
"""Two `sesdns submit` at once. On one ledger the second is refused and told who is at work, or comes after the first
and finds all of it; no ticket is opened twice. On two ledgers only the instance can keep them apart: with send_sys_id, or
an import set that coalesces, there are never two tickets; without, there can be, and the next run says which. How often is
printed, and proves nothing.
"""
import os
import pathlib
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
from support import proof, servicenow, submitting  # noqa: E402

ALL = bool(os.environ.get("SESDNS_ALL"))
ROUNDS = 40 if ALL else 4
DOMAINS = 6


def start(case, ledger, *arguments):
    command = [proof.PROGRAM, "submit", "--manifest", case.manifest, "--config", case.config, "--ledger", ledger, *arguments]
    return subprocess.Popen([str(word) for word in command], env=case.environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def end(process, what):
    try:
        stdout, stderr = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        proof.complain(f"{what}: did not end")
    if b"Sanitizer" in stderr or b"runtime error" in stderr or process.returncode < 0:
        proof.complain(f"{what}: the program broke\n{stderr.decode(errors='replace')}")
    return process.returncode, stderr.decode(errors="replace")


def second_is_refused(fake, case):
    """While the first is at work; whoever only looks may, and may see something half done."""
    first = start(case, case.ledger, "--yes")
    for _ in range(1000):
        if any(line.kind == "create" for line in fake.log()):
            break
        time.sleep(0.005)
    status, said = end(start(case, case.ledger, "--yes"), "the second")
    if status != 3 or f"sesdns submit, process {first.pid} of " not in said or not re.search(r"since \d{4}-\d\d-\d\d", said):
        proof.complain(f"the second: {status}, {said}")
    looking = end(start(case, case.ledger, "--dry-run"), "a dry run beside it")
    if looking[0] not in (0, 1):
        proof.complain(f"a dry run beside it: {looking}")
    if first.poll() is not None:
        proof.complain("the first ended too early to be in the way of anybody")
    status, said = end(first, "the first")
    if status != 0:
        proof.complain(f"the first: {status}, {said}")
    case.complain_about("the first")
    status, said = end(start(case, case.ledger, "--yes"), "afterwards")
    if status != 0 or f"all {DOMAINS} open already" not in said:
        proof.complain(f"afterwards: {status}, {said}")


def one_ledger(fake, case, draw):
    """However close they begin."""
    seen = set()
    for number in range(ROUNDS):
        fake.reset()
        case.forget_ledger()
        both = [start(case, case.ledger, "--yes")]
        time.sleep(draw.uniform(0, 0.05) if number % 2 else 0)
        both.append(start(case, case.ledger, "--yes"))
        statuses = tuple(end(process, "one of two")[0] for process in both)
        seen.add(statuses)
        if statuses not in ((0, 3), (3, 0), (0, 0)):
            proof.complain(f"two at once on one ledger: {statuses}")
        case.complain_about("two at once on one ledger")
    return seen


def key_of(ticket):
    return ticket["correlation_id"]


def two_ledgers(fake, case, draw, what, may_double):
    """How many tickets there are twice, and how many files."""
    twice = files = 0
    for _ in range(ROUNDS):
        fake.reset()
        for name in ("one.db", "two.db"):
            (case.folder / name).unlink(missing_ok=True)
        both = [start(case, case.folder / "one.db", "--yes")]
        time.sleep(draw.uniform(0, 0.03))
        both.append(start(case, case.folder / "two.db", "--yes"))
        statuses = [end(process, what) for process in both]
        if any(status not in (0, 1) for status, _ in statuses):
            proof.complain(f"{what}: {statuses}")
        tickets = fake.tickets()
        keys = {key_of(ticket) for ticket in tickets}
        doubles = len(tickets) - len(keys)
        twice += doubles
        files += sum(len(ticket["files"]) - len(set(ticket["files"])) for ticket in tickets)
        if len(keys) != DOMAINS or (doubles and not may_double):
            proof.complain(f"{what}: {len(tickets)} tickets of {len(keys)} keys")
        for name in ("one.db", "two.db"):
            status, said = end(start(case, case.folder / name, "--yes"), f"{what}, afterwards")
            told = said.count("[servicenow-ticket-twice]")
            if told != doubles or status != (1 if doubles else 0) or len(fake.tickets()) != len(tickets):
                proof.complain(f"{what}, afterwards: {status}, {doubles} doubles\n{said}")
            for (line, files_of_one) in ((ticket["correlation_display"], ticket["files"]) for ticket in fake.tickets()):
                missing = set(case.files_of(line.split()[-1])) - set(files_of_one)
                if missing and not doubles:
                    proof.complain(f"{what}: {line} lacks {missing}")
    return twice, files


def main():
    draw = random.Random(1)
    with proof.folder() as name:
        folder = pathlib.Path(name)
        with servicenow.Fake(folder / "fake", delay_ms=20) as fake:
            case = submitting.Case(folder / "case", fake, DOMAINS)
            second_is_refused(fake, case)
            seen = one_ledger(fake, case, draw)
            plain = two_ledgers(fake, case, draw, "two ledgers", True)
            case.configure("send_sys_id = yes")
            chosen = two_ledgers(fake, case, draw, "two ledgers, send_sys_id", False)
            case.config.write_text(f"[servicenow]\ninstance = {fake.url}\nuser = {servicenow.USER}\nroute = import\n"
                                   f"staging = {servicenow.IMPORT_SET}\n", encoding="utf-8")  # fmt: skip
            staged = two_ledgers(fake, case, draw, "two ledgers, import set", False)
        with servicenow.Fake(folder / "hardened", delay_ms=20, config={
                "properties": {"glide.rest.table_api.admin_only_sys_fields": True}}) as fake:  # fmt: skip
            case = submitting.Case(folder / "hardened-case", fake, 2, "send_sys_id = yes")
            status, said = end(start(case, case.ledger, "--yes"), "a chosen sys_id that is not taken")
            if status != 0 or said.count("[servicenow-sys-id-ignored]") != 1:
                proof.complain(f"a chosen sys_id that is not taken: {status}, {said}")
            case.complain_about("a chosen sys_id that is not taken")
    proof.finish(f"{ROUNDS} times two at once on one ledger ({', '.join(map(str, sorted(seen)))}): no ticket twice; on two ledgers "
                 f"{plain[0]} of {ROUNDS * DOMAINS} tickets and {plain[1]} files twice; with send_sys_id {chosen[0]} and {chosen[1]}; "
                 f"by an import set {staged[0]} and {staged[1]}")


main()
