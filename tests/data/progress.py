# SPDX-License-Identifier: MIT
"""The progress line: on a terminal it says how far a slow run is and is gone at the end; it is not there when
standard error is redirected, nor with --quiet.
"""
import os
import pathlib
import pty
import re
import subprocess
import threading
import time

from support import batch, proof

COUNT = 320
SLOW = range(20, COUNT, 40)  # rows whose export arrives late
PAUSE = 0.4  # seconds; the line is first drawn after half a second, and then ten times a second at most
LINE = re.compile(rb"(\d+) done of 320, (\d+) failed, (\d+) a second, (\d+) s left")


def make_slow(path):
    """Puts a pipe in the place of an export. Returns it with what it will say."""
    text = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    return path, text


def feed(pipes):
    for path, text in pipes:
        with open(path, "wb") as stream:
            time.sleep(PAUSE)
            stream.write(text)


def read_terminal(descriptor):
    """All that is written to a terminal until its last writer is gone."""
    said = b""
    while True:
        try:
            piece = os.read(descriptor, 4096)
        except OSError:  # Linux says EIO when nobody has the other end open
            return said
        if not piece:
            return said
        said += piece


def run(manifest, pipes, *flags, terminal):
    """What stands on standard error after a check with slow exports."""
    ours, theirs = pty.openpty()
    command = [proof.PROGRAM, "check", "--manifest", manifest, "-j1", *flags]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs if terminal else subprocess.PIPE,
        env=proof.ENVIRONMENT,
    ) as process:
        os.close(theirs)
        feeder = threading.Thread(target=feed, args=(pipes,))
        feeder.start()
        said = read_terminal(ours) if terminal else process.stderr.read()
        feeder.join()
    os.close(ours)
    return said


def need_terminals():
    """A bare root can lack the file system that pseudo-terminals live in."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        proof.skip(f"no pseudo-terminals here: {error}")
    os.close(ours)
    os.close(theirs)


def main():
    need_terminals()
    with proof.folder() as name:
        folder = pathlib.Path(name)
        domains = batch.domains(COUNT, seed=5)
        for domain, rows in domains.items():
            proof.write_console_exports(folder / domain, rows)
        names = list(domains)
        manifest = batch.write_manifest(folder / "manifest.csv", names)
        pipes = [make_slow(folder / names[number] / "dkim-dns-records.csv") for number in SLOW]

        said = run(manifest, pipes, terminal=True)
        done = [int(line[0]) for line in LINE.findall(said)]
        if len(done) < 3 or done != sorted(done) or done[-1] > COUNT:
            proof.complain(f"no progress on a terminal: {said!r}")
        # The line is taken away before the summary is printed.
        elif b"\r\x1b[K" not in said[said.rindex(b" s left") :]:
            proof.complain(f"the progress line stays: {said!r}")
        for flags, terminal in (((), False), (("--quiet",), True)):
            said = run(manifest, pipes, *flags, terminal=terminal)
            if b"a second" in said:
                proof.complain(f"progress where none belongs, flags {flags}: {said!r}")
    proof.finish(f"{len(done)} progress lines, the last at {done[-1:]} of {COUNT}")


main()
