# SPDX-License-Identifier: MIT
"""--wait goes on asking until all is live, sees DNS as it is at each look, and keeps to its time; an interrupt ends it
with what is known."""
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

from support import dns, proof

TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
ZONES = ["one.example.edu", "two.example.edu"]
ROWS = [("TXT", f"_amazonses.{zone}", TOKEN) for zone in ZONES]


def states(result):
    return [(found["subject"], found["state"]) for found in map(json.loads, result.stdout.splitlines())]


def check_change(temp, export, knot):
    """The second zone gets its record while it is waited for."""
    def change():
        time.sleep(3)
        knot.write_zone(ZONES[1], f'_amazonses TXT "{TOKEN}"\n', serial=2)
        knot.reload()

    thread = threading.Thread(target=change)
    thread.start()
    began = time.monotonic()
    result = proof.sesdns("verify", "--format", "json", "--server", knot.address, "--wait", "2m", export)
    took = time.monotonic() - began
    thread.join()
    if result.returncode != 0 or states(result) != [(zone, "live") for zone in ZONES]:
        proof.complain(f"a change: status {result.returncode}, {states(result)}")
    # Looks after 2, 6 and 14 seconds: the change is seen at one of the next two.
    if not 3 < took < 40:
        proof.complain(f"a change: took {took:.0f} s")


def check_end(export, address):
    began = time.monotonic()
    result = proof.sesdns("verify", "--format", "json", "--server", address, "--wait", "3s", export)
    took = time.monotonic() - began
    if result.returncode != 1 or states(result) != [(ZONES[0], "live"), (ZONES[1], "none")]:
        proof.complain(f"the end: status {result.returncode}, {states(result)}")
    if not 2.5 < took < 30:
        proof.complain(f"the end: took {took:.1f} s, want 3")


def check_interrupt(export, address):
    """Ctrl-C while nothing goes on: what is known is printed."""
    with subprocess.Popen([proof.PROGRAM, "verify", "--format", "json", "--server", address, "--wait", "1h", export],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=proof.ENVIRONMENT) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    found = [json.loads(line)["state"] for line in stdout.splitlines()]
    if process.returncode != 1 or found != ["live", "none"]:
        proof.complain(f"an interrupt: status {process.returncode}, {found}, {stderr}")


def main():
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        export = proof.write_export(temp / "dns-records.csv", ROWS)
        zones = {ZONES[0]: f'_amazonses TXT "{TOKEN}"\n', ZONES[1]: ""}
        with dns.Knot(temp, zones) as knot:
            check_end(export, knot.address)
            check_interrupt(export, knot.address)
            check_change(temp, export, knot)
    proof.finish("a change was waited for and seen; time and interrupt end the wait")


sys.exit(main())
