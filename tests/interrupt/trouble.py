# SPDX-License-Identifier: MIT
"""Where a tree cannot be written, `sesdns render -o` says so, ends with 3, and leaves nothing half: a full
disk, a folder that may only be read, a name that is too long. A closed pipe ends it without a word.

The full disk and the folder of root's own need a mount; where that is not allowed they are left out, and the
last line says so.
"""
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "data"))

from support import batch, proof  # noqa: E402

COUNT = 40

left_out = []


def may_mount():
    tried = proof.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"])
    return tried.returncode == 0


def render(out, manifest):
    return ["render", "--quiet", "--manifest", manifest, "-o", out, "-t", "summary", "-t", "ticket"]


def want_refusal(what, result, words):
    stderr = result.stderr.decode(errors="replace")
    if result.returncode != 3:
        proof.complain(f"{what}: status {result.returncode}, want 3\n{stderr[:500]}")
    if words not in stderr or "[output-failed]" not in stderr:
        proof.complain(f"{what}: want '{words}' and [output-failed] on stderr\n{stderr[:500]}")


def check_parts(what, tree, whole):
    for path, content in tree.items():
        if whole.get(path) != content:
            proof.complain(f"{what}: {path} is not whole")


def check_full_disk(folder, manifest, whole):
    """On a file system of 64 KiB; what fits is copied out before it goes."""
    script = 'mount -t tmpfs -o size=64k none "$1" && { shift; "$@"; status=$?; cp -R "$OUT/." "$COPY"; exit $status; }'
    disk, copy = folder / "disk", folder / "copy"
    disk.mkdir()
    copy.mkdir()
    if not may_mount():
        left_out.append("the full disk")
        return
    result = proof.run(["unshare", "-m", "sh", "-c", script, "sh", disk, proof.PROGRAM, *render(disk / "out", manifest)],
                       env=proof.ENVIRONMENT | {"OUT": str(disk / "out"), "COPY": str(copy)})  # fmt: skip
    want_refusal("full disk", result, "No space left on device")
    tree = batch.tree(copy)
    if not tree or len(tree) >= len(whole):
        proof.complain(f"full disk: {len(tree)} files, want some and not all")
    check_parts("full disk", tree, whole)


def check_read_only(folder, manifest):
    out = folder / "locked"
    out.mkdir()
    if os.geteuid() != 0:
        out.chmod(0o555)
        want_refusal("read-only folder", proof.sesdns(*render(out, manifest)), "Permission denied")
        out.chmod(0o755)
    elif may_mount():
        script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
        result = proof.run(["unshare", "-m", "sh", "-c", script, "sh", out, proof.PROGRAM, *render(out, manifest)])
        want_refusal("read-only folder", result, "Read-only file system")
    else:
        left_out.append("the read-only folder")
    if any(out.iterdir()):
        proof.complain("read-only folder: something is in it")


def check_long_names(folder, manifest):
    want_refusal("long folder", proof.sesdns(*render(folder / ("x" * 300), manifest)), "File name too long")
    deep = folder.joinpath(*["d" * 200] * 25)
    want_refusal("long path", proof.sesdns(*render(deep, manifest)), "File name too long")


def check_file_in_the_way(folder, manifest):
    """One domain cannot be written; all others are."""
    out = folder / "blocked"
    out.mkdir()
    (out / "unit7.example.edu").write_text("in the way", encoding="utf-8")
    result = proof.sesdns(*render(out, manifest))
    want_refusal("file in the way", result, "Not a directory")
    made = sum(1 for path in out.iterdir() if path.is_dir())
    if made != COUNT - 1:
        proof.complain(f"file in the way: {made} other domains, want {COUNT - 1}")


def check_closed_pipe(manifest):
    """As `sesdns render --format jsonl | head -1`: ended by SIGPIPE, as other filters are."""
    command = [proof.PROGRAM, "render", "--quiet", "--manifest", manifest, "--format", "jsonl", "-t", "ticket"]
    with subprocess.Popen(command, env=proof.ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        first = process.stdout.readline()
        process.stdout.close()
        words = process.stderr.read().decode(errors="replace")
        status = process.wait()
    if not first.startswith(b'{"subject":"unit0.example.edu"'):
        proof.complain(f"closed pipe: the first line is {first[:80]}")
    if words:
        proof.complain(f"closed pipe: said {words[:300]}")
    if status not in (0, -signal.SIGPIPE):
        proof.complain(f"closed pipe: status {status}, want the signal's")


def main():
    with proof.folder() as name:
        folder = pathlib.Path(name)
        domains = batch.domains(COUNT)
        for domain, rows in domains.items():
            proof.write_console_exports(folder / domain, rows)
        manifest = batch.write_manifest(folder / "manifest.csv", domains)
        if proof.sesdns(*render(folder / "whole", manifest)).returncode != 0:
            proof.complain("the undisturbed run failed")
        check_full_disk(folder, manifest, batch.tree(folder / "whole"))
        check_read_only(folder, manifest)
        check_long_names(folder, manifest)
        check_file_in_the_way(folder, manifest)
        # More than a pipe holds, so that the end of the reader is noticed.
        domains = batch.domains(COUNT * 10)
        for domain, rows in domains.items():
            proof.write_console_exports(folder / domain, rows)
        check_closed_pipe(batch.write_manifest(folder / "long.csv", domains))
    proof.finish(f"said so, nothing half{', left out: ' + ' and '.join(left_out) if left_out else ''}")


main()
