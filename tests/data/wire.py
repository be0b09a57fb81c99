# SPDX-License-Identifier: MIT
"""Every byte that `sesdns submit` sends, held against tests/wire: a folder a case, a file a request.

    python3 tests/data/wire.py --renew [ROUTE/CASE]...    keeps what is sent now as what must be sent

A case is a folder wire/<route>/<case>/ with:

    cmd            the arguments behind `sesdns submit --yes`; it runs where the files of wire/exports are
    config.ini     @INSTANCE@ stands for the address of the stand-in
    variables      optional: NAME=value lines for the environment; @REFRESH_TOKEN@ stands for one that was granted
    instance.json  optional: merged into that of the stand-in (tests/fake/README.md)
    faults         optional: what goes wrong
    before         optional: arguments of a run that is not looked at
    connections    optional: how many there are; one, where nothing is wrong
    requests/      what must come out, in its order: 01-get-incident, 02-...

A request is kept with LF where it has CRLF in its head; that each line of a head ends with CRLF is looked at here. What
must differ from run to run has a word in its place: the port, the random part of the probe, the values of cookies, tokens,
the version, and what the stand-in calls its rows.
"""
import argparse
import contextlib
import difflib
import json
import pathlib
import re
import shlex
import shutil
import socket
import threading

from support import proof, servicenow

WIRE = proof.SOURCE / "tests/wire"


class Recorder:
    """Between the program and the stand-in; keeps what the program sends, byte for byte."""

    def __init__(self, port):
        self.port = port
        self.connections = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.server.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.port))
                kept = bytearray()
                self.connections.append(kept)
                threading.Thread(target=self._pump, args=[client, server, kept], daemon=True).start()
                threading.Thread(target=self._pump, args=[server, client, bytearray()], daemon=True).start()

    @staticmethod
    def _pump(source, target, kept):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                kept += piece
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    def forget(self):
        self.connections.clear()

    def close(self):
        self.server.close()


def split(case, stream):
    """The requests of a connection, as (head, body)."""
    while stream:
        head, blank, rest = bytes(stream).partition(b"\r\n\r\n")
        length = re.search(rb"^content-length: *(\d+)\r?$", head, re.IGNORECASE | re.MULTILINE)
        size = int(length[1]) if length else 0
        if not blank or len(rest) < size or re.search(rb"(?<!\r)\n|\r(?!\n)", head):
            proof.complain(f"{case}: no request: {bytes(stream[:200])}")
            return
        yield head, rest[:size]
        stream = rest[size:]


class Mask:
    """Words in the place of what must differ. The same thing has the same word throughout a case."""

    def __init__(self, rows, requests):
        ours = {found.decode() for _, body in requests for found in re.findall(rb'"sys_id":"([0-9a-f]{32})"', body)}
        self.rows = rows - ours
        self.words = {}

    def word(self, kind, value):
        if value not in self.words:
            self.words[value] = f"{kind}-{1 + sum(word.startswith(kind) for word in self.words.values())}"
        return self.words[value]

    def head(self, text):
        text = re.sub(r"^(Host: 127\.0\.0\.1:)\d+$", r"\1PORT", text, flags=re.MULTILINE)
        text = re.sub(r"^(User-Agent: sesdns/)[0-9.]+$", r"\1VERSION", text, flags=re.MULTILINE)
        text = re.sub(r"sesdns-probe-[0-9a-f]{32}", "sesdns-probe-RANDOM", text)
        text = re.sub(r"^(Cookie: )(.*)$", lambda m: m[1] + re.sub(r"=[^;]+", "=VALUE", m[2]), text, flags=re.MULTILINE)
        text = re.sub(r"^(Authorization: Bearer )(.*)$", lambda m: m[1] + self.word("TOKEN", m[2]), text,
                      flags=re.MULTILINE)  # fmt: skip
        return re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])",
                      lambda m: self.word("ROW", m[0]) if m[0] in self.rows else m[0], text)  # fmt: skip

    def body(self, body):
        return re.sub(rb"(?<=&refresh_token=)[^&]+", b"REFRESH-TOKEN", body)


def name_of(number, head):
    """"05-post-incident": what a reader of the folder sees first."""
    method, target, _ = head.split("\n", 1)[0].split(" ")
    last = target.partition("?")[0].rstrip("/").rpartition("/")[2]
    return f"{number:02}-{method.lower()}-{re.sub('[^A-Za-z0-9_.-]', '_', last)}"


def arguments_of(path, folder):
    return shlex.split(path.read_text(encoding="utf-8"), comments=True) + ["--ledger", str(folder / "ledger.db")]


def environment_of(case, fake):
    values = {**proof.ENVIRONMENT, "SESDNS_PASSWORD": servicenow.PASSWORD}
    if (case / "variables").exists():
        text = (case / "variables").read_text(encoding="utf-8")
        if "@REFRESH_TOKEN@" in text:
            granted = fake.token(grant_type="password", username=servicenow.USER, password=servicenow.PASSWORD)
            text = text.replace("@REFRESH_TOKEN@", granted.body["refresh_token"])
        values |= dict(line.split("=", 1) for line in text.splitlines())
    return values


def options_of(case):
    path = case / "instance.json"
    return {"config": json.loads(path.read_text(encoding="utf-8"))} if path.exists() else {}


def rows_of(fake):
    return {row["sys_id"] for rows in fake.dump().values() for row in rows}


def run(case, folder, library):
    """File name -> bytes of what was sent."""
    with servicenow.Fake(folder / "fake", **options_of(case)) as fake:
        seeds = rows_of(fake)
        recorder = Recorder(fake.port)
        work = folder / "work"
        shutil.copytree(WIRE / "exports", work)
        config = (case / "config.ini").read_text(encoding="utf-8").replace("@INSTANCE@", recorder.url)
        (work / "config.ini").write_text(config, encoding="utf-8")
        environment = {**proof.loaded_before(library), **environment_of(case, fake)}
        environment["ASAN_OPTIONS"] = proof.loaded_before(library)["ASAN_OPTIONS"]
        if (case / "before").exists():
            proof.sesdns("submit", "--yes", "--config", "config.ini", *arguments_of(case / "before", folder),
                         env=environment, cwd=work)  # fmt: skip
            recorder.forget()
        if (case / "faults").exists():
            fake.faults(*(case / "faults").read_text(encoding="utf-8").splitlines())
        done = proof.sesdns("submit", "--yes", "--config", "config.ini", *arguments_of(case / "cmd", folder),
                            env=environment, cwd=work)  # fmt: skip
        recorder.close()
        if done.returncode not in (0, 1):
            proof.complain(f"{case}: ended with {done.returncode}: {done.stderr.decode()}")
        path = case / "connections"
        if len(recorder.connections) != (int(path.read_text()) if path.exists() else 1):
            proof.complain(f"{case}: {len(recorder.connections)} connections: {done.stderr.decode()}")
        requests = [request for stream in recorder.connections for request in split(case, stream)]
        mask = Mask(rows_of(fake) - seeds, requests)
        sent = {}
        for number, (head, body) in enumerate(requests, 1):
            text = mask.head(head.decode("ascii").replace("\r\n", "\n"))
            sent[name_of(number, text)] = text.encode() + b"\n\n" + mask.body(body)
        return sent


def difference(name, wanted, sent):
    lines = [part.decode(errors="replace").splitlines(keepends=True) for part in (wanted, sent)]
    return "".join(difflib.unified_diff(*lines, f"wanted {name}", f"sent {name}", n=1))


def compare(case, sent):
    folder = case / "requests"
    wanted = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
    what = case.relative_to(WIRE)
    for name in sorted(wanted.keys() | sent.keys()):
        if wanted.get(name) != sent.get(name):
            proof.complain(f"{what}: {difference(name, wanted.get(name, b''), sent.get(name, b''))}")


def renew(case, sent):
    folder = case / "requests"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in sent.items():
        (folder / name).write_bytes(content)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    cases = [WIRE / name for name in arguments.cases] or sorted(path.parent for path in WIRE.glob("*/*/cmd"))
    count = 0
    with proof.folder() as name:
        library = proof.build_preload("fast_clock.c", name)
        for number, case in enumerate(cases):
            sent = run(case, pathlib.Path(name) / f"case{number}", library)
            count += len(sent)
            (renew if arguments.renew else compare)(case, sent)
    proof.finish(f"{len(cases)} cases, {count} requests")


main()
