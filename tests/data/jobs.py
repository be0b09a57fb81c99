# SPDX-License-Identifier: MIT
"""Output does not depend on the number of threads: standard output, standard error and the tree of files are
the same with -j 1, 2, 4 and 8, also where rows are wrong and subjects collide.
"""
import pathlib

from support import batch, proof

COUNT = 120
JOBS = (1, 2, 4, 8)


def write_input(folder):
    """A manifest in which every seventh row has something wrong with it."""
    domains = batch.domains(COUNT, seed=3)
    names = list(domains)
    for domain, rows in domains.items():
        proof.write_console_exports(folder / domain, rows)
    manifest = batch.write_manifest(folder / "manifest.csv", names)
    lines = manifest.read_text(encoding="utf-8").splitlines()
    for number in range(7, COUNT, 7):
        kind = number // 7 % 4
        if kind == 0:
            lines[number + 1] = lines[number + 1].replace("txt-dns", "missing")
        elif kind == 1:
            lines[number + 1] = lines[number]
        elif kind == 2:
            lines[number + 1] += ",one cell too many"
        else:
            proof.write_console_exports(folder / names[number], domains[names[number]][:3])
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def outcome(folder, manifest, jobs):
    """All that three runs leave: check, render to files, render to a stream."""
    out = folder / f"out{jobs}"
    place = "--manifest", manifest, f"-j{jobs}"
    runs = [
        proof.sesdns("check", *place),
        proof.sesdns("check", *place, "--format", "json"),
        proof.sesdns("render", *place, "-o", out, "-t", "summary", "-t", "ticket", "-t", "zone"),
        proof.sesdns("render", *place, "--format", "jsonl"),
    ]
    name = str(out).encode()
    said = [(run.returncode, run.stdout.replace(name, b"OUT"), run.stderr.replace(name, b"OUT")) for run in runs]
    return said, batch.tree(out)


def main():
    with proof.folder() as name:
        folder = pathlib.Path(name)
        manifest = write_input(folder)
        want = outcome(folder, manifest, JOBS[0])
        if not want[1] or not want[0][0][1]:
            proof.complain("the first run found nothing or made nothing")
        for jobs in JOBS[1:]:
            got = outcome(folder, manifest, jobs)
            for number, (left, right) in enumerate(zip(want[0], got[0])):
                if left != right:
                    proof.complain(f"-j{jobs}: run {number + 1} says something else than with -j1")
            if want[1] != got[1]:
                proof.complain(f"-j{jobs}: the tree differs from that of -j1")
    proof.finish(f"{COUNT} rows, -j {', '.join(map(str, JOBS))}: {len(want[1])} files and all words the same")


main()
