# SPDX-License-Identifier: MIT
"""Everything that can go wrong with an instance, at every request of a batch: afterwards, with the same command run
again, there is one ticket a domain, with its files, each once.

    python3 tests/interrupt/submit_faults.py            # a spread of it, as ctest does
    SESDNS_ALL=1 python3 tests/interrupt/submit_faults.py   # all of it
"""
import concurrent.futures
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
from support import proof, servicenow, submitting  # noqa: E402

DOMAINS = 20
RERUNS = 6
WORKERS = 2
ALL = bool(os.environ.get("SESDNS_ALL"))

# What a fault takes behind its name, and at how many requests it is tried where not at all of them.
ARGUMENTS = {"429-rule": "1", "redirect": "http://127.0.0.1:9", "slow": "1"}
SPREAD = {"hang": 2, "commit-hang": 2, "slow": 1}
USUAL_SPREAD = 6

# The pause after which a lost request is over is real where a request is carried out later.
LATE = {"late-commit": "1", "late-commit-cut": "1"}


def compile_library(folder):
    compiler = os.environ["CC"]
    library = pathlib.Path(folder) / "fast_clock.so"
    source = pathlib.Path(__file__).with_name("fast_clock.c")
    built = proof.run([compiler, "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, source, "-ldl"])
    if built.returncode != 0:
        proof.skip(f"no library to preload: {built.stderr.decode(errors='replace').strip()}")
    return library


def preload(library):
    asan = proof.ENVIRONMENT.get("ASAN_OPTIONS", "")
    return {"LD_PRELOAD": str(library), "ASAN_OPTIONS": f"verify_asan_link_order=0:detect_leaks=0:{asan}"}


def undisturbed(case, environment):
    """How many requests a run without faults makes; it must be right, too."""
    done = case.submit(environment=environment)
    if done.returncode != 0:
        proof.complain(f"without a fault: {done.returncode}\n{done.stderr.decode()}")
    case.complain_about("without a fault")
    count = case.fake.status()["requests"]
    again = case.submit(environment=environment)
    kinds = {line.kind for line in case.fake.log()[count:]}
    if again.returncode != 0 or kinds - {"lookup", "list"} or b"nothing was done" not in again.stderr:
        proof.complain(f"a finished batch again: {again.returncode}, {kinds}\n{again.stderr.decode()}")
    return count


def try_fault(case, environment, line):
    """One run with one fault, then reruns until there is nothing left to do."""
    case.forget_ledger()
    case.fake.reset(line)
    runs = 0
    status = None
    while runs < RERUNS and status != 0:
        done = case.submit(environment=environment)
        status = done.returncode
        runs += 1
        if status not in (0, 4, 5):
            proof.complain(f"{line}: status {status}\n{done.stderr.decode(errors='replace')}")
            break
    if status != 0:
        proof.complain(f"{line}: still {status} after {runs} runs\n{done.stderr.decode(errors='replace')}")
    case.complain_about(line)
    return runs


def spread(count, points):
    """Request numbers from 1 to count, `points` of them, first and last included."""
    if points >= count:
        return list(range(1, count + 1))
    if points == 1:
        return [count // 2]
    return sorted({1 + round(i * (count - 1) / (points - 1)) for i in range(points)})


def plan(kinds, count):
    """Lines for the stand-in, the same each time."""
    tries = []
    for place, kind in enumerate(kinds):
        if kind.phase == "within" or kind.name in LATE or kind.name == "wait":
            continue
        argument = ARGUMENTS.get(kind.name, "")
        points = SPREAD.get(kind.name, USUAL_SPREAD)
        numbers = list(range(1, count + 1)) if ALL else spread(count - place % 3, points)
        when = "request"
        if kind.phase == "accept":
            when, numbers = "connection", [1, 2]
        tries += [f"{when} {number} {kind.name} {argument}".strip() for number in numbers]
    return tries


def work(folder, library, tries, worker):
    """A stand-in of its own, and every WORKERS-th try."""
    runs = 0
    with servicenow.Fake(folder / f"fake{worker}") as fake:
        case = submitting.Case(folder / f"case{worker}", fake, DOMAINS, "timeout = 1")
        for line in tries[worker::WORKERS]:
            runs += try_fault(case, preload(library), line)
    return runs


def late(folder):
    """A request that fails and is carried out a second later, with the real clock."""
    tries = 0
    with servicenow.Fake(folder / "late") as fake:
        case = submitting.Case(folder / "late-case", fake, 2, "settle = 3")
        for name, seconds in LATE.items():
            for kind in ("create 1", "attach 2"):
                case.forget_ledger()
                fake.reset(f"kind {kind} {name} {seconds}")
                done = case.submit()
                if done.returncode != 0:
                    proof.complain(f"{name} at {kind}: {done.returncode}\n{done.stderr.decode()}")
                case.complain_about(f"{name} at {kind}")
                tries += 1
    return tries


def main():
    with proof.folder() as name:
        folder = pathlib.Path(name)
        library = compile_library(folder)
        with servicenow.Fake(folder / "fake") as fake:
            case = submitting.Case(folder / "case", fake, DOMAINS)
            count = undisturbed(case, preload(library))
        tries = plan(servicenow.fault_kinds(), count)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            runs = sum(pool.map(lambda worker: work(folder, library, tries, worker), range(WORKERS)))
        slow = late(folder)
    proof.finish(f"{len(tries)} faults at the {count} requests of {DOMAINS} domains, and {slow} late ones: {runs} runs, "
                 "each time one ticket a domain with its files")


main()
