# SPDX-License-Identifier: MIT
"""How long `sesdns submit` takes beyond its round trips, and whether its memory grows.

    python3 tests/bench/submit.py [TICKETS...]      # by default 100 and 1000

Tickets with two attachments each against a stand-in that thinks 20 ms about every answer, beside a plain client that
sends as many requests of the same kinds over one connection and does nothing else. Build the preset `release` first.
"""
import http.client
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SESDNS_BUILD", ROOT / "build" / "release"))
os.environ.setdefault("SESDNS", str(BUILD / "sesdns"))
os.environ.setdefault("SESDNS_SOURCE", str(ROOT))
os.environ.setdefault("SESDNS_DATA_DIR", str(ROOT.parent / "shared" / "data"))
os.environ.setdefault("SESDNS_FAKE", str(BUILD / "tests" / "fake-servicenow"))
sys.path.insert(0, str(ROOT / "tests" / "data"))
from support import proof, servicenow, submitting  # noqa: E402

DELAY_MS = 20


def submit(case, count):
    """Seconds, requests, and the peak memory in MiB of one run."""
    before = case.fake.status()["requests"]
    begin = time.perf_counter()
    process = subprocess.Popen([proof.PROGRAM, *map(str, case.arguments("--yes", "--quiet"))], env=case.environment,
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status != 0 or len(case.fake.tickets()) != count:
        sys.exit(f"submit of {count} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, case.fake.status()["requests"] - before, usage.ru_maxrss / 1024


def plain(fake, count, look_ups):
    """The same number of requests of the same kinds, one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", fake.port)
    headers = {"Authorization": servicenow.basic(servicenow.USER, servicenow.PASSWORD), "Accept": "application/json"}
    body = json.dumps({"short_description": "x" * 80, "description": "y" * 2500}).encode()

    def ask(method, target, content=None, kind="application/json"):
        connection.request(method, target, content, {**headers, "Content-Type": kind} if content else headers)
        return connection.getresponse().read()

    begin = time.perf_counter()
    for _ in range(look_ups):
        ask("GET", "/api/now/table/incident?sysparm_query=correlation_id%3Dnone&sysparm_limit=2")
    for _ in range(count):
        made = json.loads(ask("POST", "/api/now/table/incident?sysparm_fields=sys_id", body))["result"]["sys_id"]
        ask("GET", f"/api/now/attachment?sysparm_query=table_sys_id%3D{made}")
        for name in ("a.csv", "b.csv"):
            ask("POST", f"/api/now/attachment/file?table_name=incident&table_sys_id={made}&file_name={name}",
                b"Type,Name,Value\n" * 20, "text/csv")
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds


def main():
    counts = [int(argument) for argument in sys.argv[1:]] or [100, 1000]
    print(f"{'tickets':>8} {'requests':>9} {'sesdns s':>9} {'plain s':>9} {'beyond':>8} {'MiB':>6}")
    for count in counts:
        with proof.folder() as folder:
            with servicenow.Fake(pathlib.Path(folder) / "fake", delay_ms=DELAY_MS) as fake:
                case = submitting.Case(pathlib.Path(folder) / "case", fake, count)
                seconds, requests, memory = submit(case, count)
                fake.reset()
                needed = plain(fake, count, requests - 4 * count)
        print(f"{count:>8} {requests:>9} {seconds:>9.2f} {needed:>9.2f} {seconds / needed - 1:>8.1%} {memory:>6.1f}",
              flush=True)


main()
