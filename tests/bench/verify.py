# SPDX-License-Identifier: MIT
"""What verify.sh runs when all is built: every round runs each querier in turn, and the table has the medians of their
wall time, processor time and peak memory.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("SESDNS", "sesdns")
os.environ.setdefault("SESDNS_SOURCE", str(SOURCE))
os.environ.setdefault("SESDNS_DATA_DIR", os.devnull)
sys.path.insert(0, str(SOURCE / "tests" / "data"))

from support import batch, dns, proof  # noqa: E402

QUESTIONS = 4  # a domain


def measure(spawn, folder, command):
    """Seconds of wall time and of the processor, MiB, exit status."""
    subprocess.run([spawn, folder / "report", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=False, env=proof.ENVIRONMENT)
    wall, user, system, memory, status = (folder / "report").read_text().split()
    return float(wall), float(user) + float(system), int(memory) / 1024, int(status)


def prepare(folder, size):
    """Manifest with its exports, and the questions for the queriers. Returns the zone."""
    domains = batch.domains(size)
    zone, questions = [], []
    for name, rows in domains.items():
        for type_, owner, value in rows:
            zone.append(dns.record_line(type_, owner, value))
            questions.append(f"{owner} TXT\n")
        proof.write_export(folder / name / "txt-dns-records.csv", [row for row in rows if row[0] == "TXT"])
        proof.write_export(folder / name / "dkim-dns-records.csv", [row for row in rows if row[0] == "CNAME"])
    (folder / "questions").write_text("".join(questions))
    batch.write_manifest(folder / "manifest.csv", domains)
    return "".join(zone)


def commands(program, folder, server):
    host, port = server.address.split("@")
    manifest = ["--quiet", "--manifest", folder / "manifest.csv"]
    found = [("sesdns verify", [program, "verify", "--server", server.address, *manifest]),
             ("sesdns check, which asks nobody", [program, "check", *manifest])]
    if shutil.which("dnsperf"):
        found.append(("dnsperf", ["dnsperf", "-s", host, "-p", port, "-d", folder / "questions", "-n", "1"]))
    if shutil.which("dig"):
        found.append(("dig -f, one by one", ["dig", f"@{host}", "-p", port, "+short", "-f", folder / "questions"]))
    return found


def run(options, size):
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        zone = prepare(temp, size)
        with dns.Knot(temp, {"example.edu": zone}) as server:
            tools = commands(options.program, temp, server)
            taken = {name: [] for name, _ in tools}
            for _ in range(options.rounds):
                for name, command in tools:
                    taken[name].append(measure(options.spawn, temp, command))
    for name, results in taken.items():
        wall, processor, memory = (statistics.median(result[i] for result in results) for i in range(3))
        bad = {result[3] for result in results} - {0}
        print(f"| {size:,} | {name} | {wall:.3f} | {processor:.3f} | {memory:.1f} | {size * QUESTIONS / wall:,.0f} |"
              + (f" status {bad}" if bad else ""), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE")
    parser.add_argument("--program", required=True)
    parser.add_argument("--spawn", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_intermixed_args()
    print("| domains | what | wall s | processor s | peak MiB | questions/s |\n|---|---|---|---|---|---|", flush=True)
    for size in options.sizes or [1000, 10_000, 100_000]:
        run(options, size)
    return 0


sys.exit(main())
