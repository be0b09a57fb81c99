# SPDX-License-Identifier: MIT
"""Name servers on loopback for proofs: knot, nsd and unbound as their makers built them, and one that says whatever
a proof wants it to.

Each is a context manager; `address` is what --server takes. Nothing here needs a privilege or a fixed port.
"""
import contextlib
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import threading
import time

from support import proof

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 41
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
AA, TC, RD, RA, AD, CD = 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010

# A key of 1024 bits made for these proofs, as SES publishes one behind its CNAMEs.
KEY = ("p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDS6uv1Ly0u75jFe7xZy0aLoFzCqcAXJHefP0ZBOvIJBJoSQyb7oaJLsPY3yDoN4ztbNiu8"
       "sSZ7GK4nPE/J75O6gl7nZpbDSVnR+qyitb8lgSwqJ+Ick79BzNTG9ntcZ1B+XvTPzeLKzT7UBqw4zkL11yFAwg6YSB9086eASJY+mwIDAQAB")


def free_port():
    """One that is free for UDP and TCP at this moment, below those that systems hand out on their own."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp, \
                contextlib.suppress(OSError):
            udp.bind(("127.0.0.1", port))
            tcp.bind(("127.0.0.1", port))
            return port


def wire_name(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in labels) + b"\0"


def strings(*parts):
    """The data of a TXT record."""
    return b"".join(bytes([len(part)]) + part for part in (p if isinstance(p, bytes) else p.encode() for p in parts))


def rr(owner, type_, data, ttl=300):
    if isinstance(data, str):
        data = strings(data) if type_ == TXT else wire_name(data)
    return wire_name(owner) + struct.pack("!HHIH", type_, 1, ttl, len(data)) + data


def mx(preference, host):
    return struct.pack("!H", preference) + wire_name(host)


def soa(zone, contact="hostmaster.example.edu"):
    return rr(zone, SOA, wire_name("ns1." + zone) + wire_name(contact) + struct.pack("!5I", 1, 60, 60, 60, 60))


class Query:
    """What came in: id, name in lower case, type, flags."""

    def __init__(self, message):
        self.id, self.flags = struct.unpack("!HH", message[:4])
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode("latin-1"))
            at += 1 + message[at]
        self.name = ".".join(labels).lower()
        self.type = struct.unpack("!H", message[at + 1:at + 3])[0]
        self.question = message[12:at + 5]
        self.edns = struct.unpack("!H", message[10:12])[0] > 0
        self.checking_disabled = bool(self.flags & CD)

    def reply(self, answers=(), authorities=(), rcode=NOERROR, flags=AA, id_=None, question=None, extended=None):
        additional = b""
        if extended is not None:
            code, text = extended
            option = struct.pack("!HHH", 15, 2 + len(text), code) + text.encode()
            additional = b"\0" + struct.pack("!HHIH", OPT, 1232, 0, len(option)) + option
        head = struct.pack("!6H", self.id if id_ is None else id_, 0x8000 | flags | self.flags & RD | rcode, 1,
                           len(answers), len(authorities), 1 if additional else 0)
        return head + (question or self.question) + b"".join(answers) + b"".join(authorities) + additional


class Scripted:
    """Calls `answer(query, tcp)` for each query, in a thread. It gives one message, a list of them, or None for
    silence."""

    def __init__(self, answer, tcp=True):
        self.answer = answer
        self.queries = []
        self.port = None
        while not self.port:
            with contextlib.suppress(OSError):
                self.bind(free_port(), tcp)
        self.address = f"127.0.0.1@{self.port}"
        self.ended = False
        self.threads = [threading.Thread(target=self.serve_udp, daemon=True)]
        if tcp:
            self.threads.append(threading.Thread(target=self.serve_tcp, daemon=True))

    def bind(self, port, tcp):
        """Raises OSError where somebody else was faster."""
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", port))
        self.tcp = None
        if tcp:
            self.tcp = socket.socket()
            self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.tcp.bind(("127.0.0.1", port))
            self.tcp.listen(64)
        self.port = port

    def messages(self, message, tcp):
        query = Query(message)
        self.queries.append((query.name, query.type, tcp))
        found = self.answer(query, tcp)
        return [] if found is None else found if isinstance(found, list) else [found]

    def serve_udp(self):
        self.udp.settimeout(0.1)
        while not self.ended:
            with contextlib.suppress(socket.timeout):
                message, peer = self.udp.recvfrom(4096)
                for reply in self.messages(message, False):
                    self.udp.sendto(reply, peer)

    def serve_tcp(self):
        self.tcp.settimeout(0.1)
        while not self.ended:
            with contextlib.suppress(OSError):
                peer, _ = self.tcp.accept()
                with peer:
                    peer.settimeout(2)
                    length = struct.unpack("!H", peer.recv(2, socket.MSG_WAITALL))[0]
                    for reply in self.messages(peer.recv(length, socket.MSG_WAITALL), True):
                        peer.sendall(struct.pack("!H", len(reply)) + reply)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        for thread in self.threads:
            thread.join()
        self.udp.close()
        if self.tcp:
            self.tcp.close()


def answers(host, port, name, rcodes):
    """True where somebody answers there with one of these codes."""
    query = struct.pack("!6H", 0x1234, RD, 1, 0, 0, 0) + wire_name(name) + struct.pack("!HH", SOA, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.2)
        with contextlib.suppress(OSError):
            udp.sendto(query, (host, port))
            reply = udp.recv(4096)
            return reply[3] & 15 in rcodes
    return False


class Server:
    """A program that serves; `folder` keeps what it needs."""

    def __init__(self, folder, name, where=None):
        """`where` is an address and a port, for those who have a network of their own."""
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.host, self.port = where or ("127.0.0.1", free_port())
        self.address = f"{self.host}@{self.port}"
        self.process = None

    def start(self, command, probe, rcodes=(NOERROR, NXDOMAIN)):
        log = self.folder / "log"
        with log.open("wb") as out:
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out,
                                            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not answers(self.host, self.port, probe, rcodes):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                said = "".join(path.read_text(errors="replace") for path in self.folder.glob("*log"))
                raise RuntimeError(f"{command[0]} does not answer:\n{said}")
            time.sleep(0.05)
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def __exit__(self, *_):
        self.stop()


class Knot(Server):
    """Zone name -> text of its zone file, without SOA and NS. `signing` is "", "nsec" or "nsec3"."""

    def __init__(self, folder, zones, signing="", name="knot", where=None):
        super().__init__(folder, name, where)
        self.program = proof.need_tools(["knotd"])["knotd"]
        self.zones = zones
        self.signing = signing

    def write_zone(self, zone, text, serial=1):
        (self.folder / f"{zone}.zone").write_text(zone_text(zone, text, serial, self.host))

    def __enter__(self):
        for zone, text in self.zones.items():
            self.write_zone(zone, text)
        sign = "    dnssec-signing: on\n    dnssec-policy: proof\n" if self.signing else ""
        policy = (f"policy:\n  - id: proof\n    algorithm: ecdsap256sha256\n    single-type-signing: on\n"
                  f"    nsec3: {'on' if self.signing == 'nsec3' else 'off'}\n" if self.signing else "")
        # Its own checks of a zone are off: proofs serve what is wrong.
        (self.folder / "knot.conf").write_text(
            f"server:\n    rundir: {self.folder}\n    listen: {self.address}\n"
            f"    udp-workers: 1\n    tcp-workers: 1\n    background-workers: 1\n"
            f"database:\n    storage: {self.folder}\n"
            f"acl:\n  - id: here\n    address: 127.0.0.1\n    action: transfer\n"
            f"{policy}log:\n  - target: stderr\n    any: info\n"
            f"template:\n  - id: default\n    storage: {self.folder}\n    zonefile-sync: -1\n"
            f"    acl: here\n    zonefile-load: difference-no-serial\n    journal-content: all\n    semantic-checks: off\n{sign}"
            "zone:\n" + "".join(f"  - domain: {zone}\n    file: {zone}.zone\n" for zone in self.zones))
        return self.start([self.program, "-c", self.folder / "knot.conf"], next(iter(self.zones)))

    def reload(self):
        import signal
        self.process.send_signal(signal.SIGHUP)

    def trust_anchor(self, zone):
        """The path of a file with the DS of the zone."""
        keymgr = proof.need_tools(["keymgr"])["keymgr"]
        made = subprocess.run([keymgr, "-c", self.folder / "knot.conf", zone, "ds"], capture_output=True, check=True,
                              text=True)
        path = self.folder / f"{zone}.ds"
        path.write_text(made.stdout.splitlines()[-1] + "\n")
        return path


def zone_text(zone, text, serial=1, host="127.0.0.1"):
    return (f"$ORIGIN {zone.rstrip('.')}.\n$TTL 60\n@ SOA ns1 hostmaster {serial} 60 60 60 60\n@ NS ns1\n"
            f"ns1 A {host}\n{text}\n")


class Nsd(Server):
    """The same by nsd. A zone whose text begins with a comment is served as it stands."""

    def __init__(self, folder, zones, name="nsd", where=None):
        super().__init__(folder, name, where)
        self.program = proof.need_tools(["nsd"])["nsd"]
        self.zones = zones

    def __enter__(self):
        for zone, text in self.zones.items():
            whole = text if text.startswith(";") else zone_text(zone, text, host=self.host)
            (self.folder / f"{zone}.zone").write_text(whole)
        (self.folder / "nsd.conf").write_text(
            f'server:\n  ip-address: {self.address}\n  username: ""\n  chroot: ""\n  zonesdir: "{self.folder}"\n'
            f'  pidfile: "{self.folder}/pid"\n  database: ""\n  xfrdfile: "{self.folder}/xfrd"\n'
            f'  zonelistfile: "{self.folder}/list"\n  server-count: 1\n  logfile: "{self.folder}/nsd.log"\n'
            "remote-control:\n  control-enable: no\n"
            + "".join(f'zone:\n  name: "{zone}"\n  zonefile: "{zone}.zone"\n' for zone in self.zones))
        return self.start([self.program, "-d", "-c", self.folder / "nsd.conf"], next(iter(self.zones)))


class Unbound(Server):
    """A resolver that finds each zone of `stubs` (zone -> port) on loopback, and validates with `anchors`."""

    def __init__(self, folder, stubs, anchors=(), name="unbound", settings=""):
        super().__init__(folder, name)
        program = proof.need_tools(["unbound"])["unbound"]
        # A profile of AppArmor may keep the installed one from reading our folder.
        self.program = shutil.copy(program, self.folder / "unbound")
        self.stubs = stubs
        self.anchors = anchors
        self.settings = settings

    def __enter__(self):
        (self.folder / "unbound.conf").write_text(
            f'server:\n  interface: 127.0.0.1@{self.port}\n  port: {self.port}\n  username: ""\n  chroot: ""\n'
            f'  directory: "{self.folder}"\n  pidfile: ""\n  use-syslog: no\n  do-daemonize: no\n'
            "  do-not-query-localhost: no\n  do-ip6: no\n  unblock-lan-zones: yes\n  insecure-lan-zones: yes\n"
            "  ede: yes\n  val-log-level: 2\n"
            f"  module-config: \"{'validator ' if self.anchors else ''}iterator\"\n"
            + "".join(f'  trust-anchor-file: "{path}"\n' for path in self.anchors) + self.settings
            + "remote-control:\n  control-enable: no\n"
            + "".join(f'stub-zone:\n  name: "{zone}"\n  stub-addr: 127.0.0.1@{port}\n'
                      for zone, port in self.stubs.items()))
        return self.start([self.program, "-d", "-c", self.folder / "unbound.conf"], next(iter(self.stubs)),
                          rcodes=range(16))


def quoted(value):
    """A TXT value in a zone file, in strings of at most 255."""
    parts = [value[i:i + 255] for i in range(0, len(value), 255)] or [""]
    return " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)


def record_line(type_, owner, value):
    """A record of an export in a zone file."""
    if type_ == "TXT":
        value = quoted(value)
    elif not value.endswith("."):
        value += "."
    return f"{owner.rstrip('.')}. {type_} {value}\n"


def key_zones(rows, key=KEY):
    """The zones of AWS with the keys behind the CNAMEs of `rows`."""
    targets = sorted({value.rstrip(".").lower() for type_, _, value in rows if type_ == "CNAME"})
    return {"amazonses.com": "".join(f"{target}. TXT {quoted(key)}\n" for target in targets)}
