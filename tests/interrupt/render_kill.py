# SPDX-License-Identifier: MIT
"""Kills `sesdns render -o` at points spread over a run, again while it resumes, and lets it finish: the tree
is that of a run nobody disturbed, byte for byte. At every point of death the tree holds whole files only.

Points are counted in calls that change the file system (stop_at_call.c), so that each of them is hit
between two such calls and none by chance; some more are chosen by the clock.
"""
import pathlib
import random
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "data"))

from support import batch, proof  # noqa: E402

COUNT = 300
POINTS = {True: 5, False: 1}  # beside the first and last ones; with files without names, and without
CLOCK_POINTS = 4
DOCUMENTS = ("-t", "summary", "-t", "ticket", "-t", "zone")


def render(out, manifest, jobs, library=None, **variables):
    environment = proof.loaded_before(library, **variables) if library else proof.ENVIRONMENT
    return proof.run([proof.PROGRAM, "render", "--quiet", "--manifest", manifest, "-o", out, f"-j{jobs}", *DOCUMENTS],
                     env=environment)  # fmt: skip


def check_partial(what, out, whole, parts_allowed):
    """Only files of the whole tree, each with all of its bytes."""
    for path, content in batch.tree(out).items():
        is_part = pathlib.Path(path).name.startswith(".") and path.endswith(".part")
        if is_part and parts_allowed:
            continue
        if path not in whole:
            proof.complain(f"{what}: a file that no whole run makes: {path}")
        elif content != whole[path]:
            proof.complain(f"{what}: {path} has {len(content)} bytes, want {len(whole[path])}")


def check_whole(what, out, whole):
    tree = batch.tree(out)
    for path in sorted(whole.keys() ^ tree.keys()):
        proof.complain(f"{what}: {path} is {'missing' if path in whole else 'left over'}")
    for path in sorted(whole.keys() & tree.keys()):
        if whole[path] != tree[path]:
            proof.complain(f"{what}: {path} differs")


def kill_at_calls(folder, manifest, library, whole, nameless):
    """Dies at a point, dies again at a later one of the resumed run, then finishes."""
    variables = {} if nameless else {"NO_NAMELESS": 1}
    counted = folder / "calls"
    counting = render(folder / "counted", manifest, 1, library, COUNT_CALLS=counted, **variables)
    if counting.returncode != 0 or not counted.exists():
        proof.skip(f"calls cannot be counted here: {counting.stderr.decode(errors='replace')[:200]}")
    total = int(counted.read_text())
    draw = random.Random(total)
    # The first and the last calls, where files are few or all there, and points in between.
    points = [1, 2, total, *draw.sample(range(4, total - 1), POINTS[nameless])]
    for number, point in enumerate(points):
        what = f"killed at call {point} of {total}{'' if nameless else ', without O_TMPFILE'}"
        out = folder / f"out{number}"
        first = render(out, manifest, 1 + number % 2, library, STOP_AT_CALL=point, **variables)
        if first.returncode != -signal.SIGKILL:
            proof.complain(f"{what}: ended with {first.returncode}")
        if out.exists():
            check_partial(what, out, whole, not nameless)
        render(out, manifest, 2, library, STOP_AT_CALL=max(1, (total - point) // 2), **variables)
        if out.exists():
            check_partial(f"{what}, and again", out, whole, not nameless)
        last = render(out, manifest, 2, library, **variables)
        if last.returncode != 0:
            proof.complain(f"{what}: the resumed run ended with {last.returncode}: {last.stderr[:300]}")
        check_whole(what, out, whole)
        subprocess.run(["rm", "-rf", str(out)], check=True)
    return len(points)


def kill_by_clock(folder, manifest, whole, duration):
    for number in range(CLOCK_POINTS):
        out = folder / f"clock{number}"
        with subprocess.Popen([proof.PROGRAM, "render", "--quiet", "--manifest", manifest, "-o", out, "-j2", *DOCUMENTS],
                              env=proof.ENVIRONMENT, stderr=subprocess.DEVNULL) as process:  # fmt: skip
            time.sleep(duration * (number + 0.5) / CLOCK_POINTS)
            process.kill()
        what = f"killed by the clock, {number + 1} of {CLOCK_POINTS}"
        if out.exists():
            check_partial(what, out, whole, False)
        if render(out, manifest, 2).returncode != 0:
            proof.complain(f"{what}: the resumed run failed")
        check_whole(what, out, whole)


def check_untouched(out, manifest):
    """A run over what is there changes no file."""
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    again = render(out, manifest, 2)
    after = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    if again.returncode != 0 or before != after:
        proof.complain(f"a second run touched {len(set(before.items()) ^ set(after.items()))} files")


def main():
    with proof.folder() as name:
        folder = pathlib.Path(name)
        domains = batch.domains(COUNT)
        for domain, rows in domains.items():
            proof.write_console_exports(folder / domain, rows)
        manifest = batch.write_manifest(folder / "manifest.csv", domains)
        start = time.monotonic()
        if render(folder / "whole", manifest, 2).returncode != 0:
            proof.complain("the undisturbed run failed")
        duration = time.monotonic() - start
        whole = batch.tree(folder / "whole")
        if len(whole) < 3 * COUNT:
            proof.complain(f"the undisturbed run made {len(whole)} files, want at least {3 * COUNT}")
        library = proof.build_preload("stop_at_call.c", folder)
        points = kill_at_calls(folder, manifest, library, whole, True)
        points += kill_at_calls(folder, manifest, library, whole, False)
        kill_by_clock(folder, manifest, whole, duration)
        check_untouched(folder / "whole", manifest)
    proof.finish(f"{COUNT} domains, {len(whole)} files: killed twice at {points} calls, {CLOCK_POINTS} times by the clock")


main()
