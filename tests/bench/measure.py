# SPDX-License-Identifier: MIT
"""Runs sesdns and its peers on the same input, round after round, and prints what each took.

Every round runs every tool once, one after the other, so a ratio is taken between neighbours in time
and what else the machine does falls on both. Medians stand in the table; ratios have their range.
"""
import argparse
import filecmp
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TEMPLATES = HERE.parent.parent / "templates"
SIZES = [1, 1000, 10_000, 100_000, 1_000_000]
RECORDS = 4  # a domain: one TXT, three CNAMEs
EPOCH = "1709200000"  # a day in February 2024; gen.c has rows that expire in June
SAMPLE = 500  # domains whose documents are compared

# Above these sizes a tool would run for minutes and say nothing new.
MAX_SIZE = {"python": 100_000, "node": 100_000, "named-checkzone": 100_000}


class Tool:
    """A command; `makes` says that it writes the documents below `out`."""

    def __init__(self, name, command, makes=False, missing=None):
        self.name = name
        self.command = command
        self.makes = makes
        self.missing = missing


def works(*command):
    """None where the command runs, else why it does not."""
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        return error.strerror
    return None if done.returncode == 0 else "status %d" % done.returncode


def missing_program(name):
    return None if shutil.which(name) else "not installed"


def tools_of(options, data, out):
    manifest, zone = str(data / "manifest.csv"), str(data / "zone")
    sesdns = str(options.program)
    render = [sesdns, "render", "--quiet", "--manifest", manifest, "-t", "summary", "-t", "zone", "-o", str(out)]
    jobs = str(os.cpu_count())
    jinja = works(sys.executable, "-c", "import jinja2")
    mustache = missing_program("node") or works("node", "-e", "require('mustache')")
    return [
        Tool("floor", [str(options.tools / "floor"), str(data / "list"), str(out)], makes=True),
        Tool("render -j1", [*render, "-j1"], makes=True),
        Tool(f"render -j{jobs}", [*render, "-j" + jobs], makes=True),
        Tool("python", [sys.executable, str(HERE / "peer_python.py"), manifest, str(out)], True,
             jinja and "Jinja2 is not installed: pip install jinja2"),
        Tool("node", ["node", str(HERE / "peer_node.js"), str(TEMPLATES), manifest, str(out)], True,
             mustache and "no node with mustache: npm install --prefix build/bench mustache"),
        Tool("reader", [str(options.tools / "reader"), str(data / "sources")]),
        Tool("check -j1", [sesdns, "check", "--quiet", "--manifest", manifest, "-j1"]),
        Tool(f"check -j{jobs}", [sesdns, "check", "--quiet", "--manifest", manifest, "-j" + jobs]),
        Tool("validns", ["validns", "-z", "example.edu", zone], missing=missing_program("validns")),
        Tool("kzonecheck", ["kzonecheck", "-o", "example.edu", zone], missing=missing_program("kzonecheck")),
        Tool("named-checkzone", ["named-checkzone", "-q", "-i", "none", "example.edu", zone],
             missing=missing_program("named-checkzone")),
    ]  # fmt: skip


def remove(folder):
    """Faster than shutil.rmtree on a million folders."""
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def measure(options, tool):
    """What one run took: wall, user and system seconds, peak KiB."""
    report = options.work / "report"
    command = [str(options.tools / "spawn"), str(report), *tool.command]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "SOURCE_DATE_EPOCH": EPOCH,
                   "XDG_CONFIG_HOME": str(options.work), "NODE_PATH": os.environ.get("NODE_PATH", "")}  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wall, user, system, peak, status = report.read_text(encoding="ascii").split()
    if done.returncode != 0 or status != "0":
        sys.exit(f"measure.py: {tool.name} ended with {status}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {"wall": float(wall), "user": float(user), "system": float(system), "peak": int(peak)}


def write_list(tree, path):
    """What floor.c is to make: the folders and files of `tree`, with their sizes."""
    with open(path, "w", encoding="utf-8") as file:
        for folder in sorted(os.scandir(tree), key=lambda entry: entry.name):
            if folder.is_file():
                file.write(f"{folder.name}\t{folder.stat().st_size}\n")
                continue
            file.write(f"{folder.name}/\n")
            for entry in os.scandir(folder.path):
                file.write(f"{folder.name}/{entry.name}\t{entry.stat().st_size}\n")


def write_sources(data, path):
    """What reader.c is to read: the exports, in the order of the manifest."""
    with open(data / "manifest.csv", encoding="utf-8") as manifest, open(path, "w", encoding="utf-8") as file:
        column = manifest.readline().strip().split(",").index("exports")
        for row in manifest:
            for name in row.split(",")[column].split(";"):
                file.write(f"{data / name}\n")


def compare_trees(tool, ours, theirs, count):
    """Ends the run where a peer's documents are not those of sesdns."""
    names = sorted(entry.name for entry in os.scandir(theirs) if entry.is_dir())
    if len(names) != count:
        sys.exit(f"measure.py: {tool.name} made documents of {len(names)} domains, want {count}")
    for name in random.Random(count).sample(names, min(SAMPLE, count)):
        for document in ("ticket-summary.txt", "records.zone"):
            mine, other = ours / name / document, theirs / name / document
            if not mine.is_file() or not filecmp.cmp(mine, other, shallow=False):
                sys.exit(f"measure.py: {tool.name}: {name}/{document} differs from that of sesdns")


def prepare(options, count):
    """Input of `count` domains, the list for the floor, and proof that the peers do the same."""
    data, out = options.work / "data", options.work / "out"
    reference = options.work / "reference"
    for folder in (data, out, reference):
        remove(folder)
    subprocess.run([str(options.tools / "gen"), str(count), str(data)], check=True)
    write_sources(data, data / "sources")
    skipped = {}
    tools = []
    for tool in tools_of(options, data, out):
        if not tool.missing and count > MAX_SIZE.get(tool.name, count):
            tool.missing = f"measured up to {MAX_SIZE[tool.name]:,} domains"
        if tool.missing:
            skipped[tool.name] = tool.missing
        else:
            tools.append(tool)
    print(f"{count:,} domains: comparing documents", file=sys.stderr)
    measure(options, next(tool for tool in tools if tool.name == "render -j1"))
    write_list(out, data / "list")
    os.rename(out, reference)
    for tool in tools:
        if tool.makes and tool.name != "floor":
            measure(options, tool)
            compare_trees(tool, reference, out, count)
            remove(out)
    remove(reference)
    return tools, skipped


def rounds_of(options, count):
    if options.rounds:
        return options.rounds
    return 21 if count == 1 else 7 if count <= 10_000 else 5 if count <= 100_000 else 3


def run_size(options, count):
    tools, skipped = prepare(options, count)
    taken = {tool.name: [] for tool in tools}
    for number in range(rounds_of(options, count)):
        print(f"{count:,} domains: round {number + 1}", file=sys.stderr)
        for tool in tools:
            taken[tool.name].append(measure(options, tool))
            if tool.makes:
                remove(options.work / "out")
    remove(options.work / "data")
    return taken, skipped


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def print_runs(count, taken, skipped):
    for name, runs in taken.items():
        wall = median(runs, "wall")
        print(f"| {count:,} | {name} | {wall:.4f} | {median(runs, 'user'):.3f} | {median(runs, 'system'):.3f} "
              f"| {median(runs, 'peak') / 1024:.1f} | {count * RECORDS / wall:,.0f} |")  # fmt: skip
    for name, why in skipped.items():
        print(f"| {count:,} | {name} | skipped: {why} | | | | |")


def spread(values, form="{:.2f}"):
    """Least, median and greatest."""
    return " / ".join(form.format(value) for value in (min(values), statistics.median(values), max(values)))


def ratios(taken, left, right, key="wall"):
    if left not in taken or right not in taken:
        return None
    return [a[key] / max(b[key], 1e-6) for a, b in zip(taken[left], taken[right])]


def nearest(results, wanted):
    """The size that a goal is about, or the largest that was measured below it."""
    return max((size for size in results if size <= wanted), default=None)


def goal_rows(results):
    """The goals of the project: what, reach, aim, the size measured, what was reached."""
    jobs = f"-j{os.cpu_count()}"
    at = nearest(results, 100_000)
    if at:
        for variant in ("-j1", jobs):
            reached = ratios(results[at], f"render {variant}", "floor")
            yield f"render {variant}: wall, times the floor's", "1.5", "1.1", at, spread(reached)
        for peer in ("python", "node"):
            reached = ratios(results[at], peer, "render -j1", "user")
            if reached:
                yield f"render -j1: times less user CPU than {peer}", "30", "60", at, spread(reached, "{:.1f}")
        rates = [at * RECORDS / run["wall"] for run in results[at]["check -j1"]]
        yield "check -j1: records a second", "600,000", "1,500,000", at, spread(rates, "{:,.0f}")
        yield "check -j1: wall, times the reader's", "-", "-", at, spread(ratios(results[at], "check -j1", "reader"))
        reached = ratios(results[at], "validns", "check -j1")
        if reached:
            yield "check -j1: times faster than validns, files and rules included", "-", "-", at, spread(reached)
    for size in (10_000, 1_000_000):
        if size in results:
            for verb in ("check", "render"):
                peaks = [run["peak"] / 1024 for run in results[size][f"{verb} {jobs}"]]
                yield f"{verb} {jobs}: peak memory, MiB", "128", "32", size, spread(peaks, "{:.1f}")
    top = nearest(results, 1_000_000)
    if 10_000 in results and top > 10_000:
        for tool in ("check -j1", "render -j1"):
            small = median(results[10_000][tool], "wall") / 10_000
            slower = [run["wall"] / top / small for run in results[top][tool]]
            yield f"{tool}: time a domain, times that at 10,000", "1.10", "-", top, spread(slower)
    if 1 in results:
        walls = [run["wall"] * 1000 for run in results[1]["check -j1"]]
        yield "check of one domain, whole process, ms", "15", "5", 1, spread(walls)
        reached = ratios(results[1], "check -j1", "validns")
        if reached:
            yield "the same, times validns", "1", "-", 1, spread(reached)


def parse_options():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("sizes", type=int, nargs="*", metavar="SIZE")
    return parser.parse_args()


def main():
    options = parse_options()
    results = {}
    remove(options.work)
    options.work.mkdir(parents=True)
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}. Medians; a domain has {RECORDS} records.\n")
    print("| domains | what | wall s | user s | system s | peak MiB | records/s |\n|---|---|---|---|---|---|---|")
    for count in sorted(set(options.sizes or SIZES)):
        results[count], skipped = run_size(options, count)
        print_runs(count, results[count], skipped)
        sys.stdout.flush()
    remove(options.work)
    print("\n| goal | reach | aim | domains | reached: least / median / greatest |\n|---|---|---|---|---|")
    for what, reach, aim, size, reached in goal_rows(results):
        print(f"| {what} | {reach} | {aim} | {size:,} | {reached} |")


main()
