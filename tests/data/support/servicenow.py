# SPDX-License-Identifier: MIT
"""A ServiceNow for proofs: starts tests/fake, breaks it, kills it, looks into it.

    with servicenow.Fake(folder) as fake:                   # http; tls=True for https
        fake.faults("kind create 3 commit-500")             # at once; counts begin again
        ... run sesdns against fake.url with fake.user and fake.password ...
        fake.kill()                                         # as a power cut; then fake.start()
        tickets = fake.tickets("incident")                  # rows, each with "files": name -> SHA-256

What it does and every fault is in tests/fake/README.md.
"""
import base64
import collections
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import urllib.parse

from support import proof

PROGRAM = os.environ["SESDNS_FAKE"]

# Who tests/fake/instance.json knows.
USER = "sesdns.integration"
PASSWORD = "Example-Password-1"
CLIENT_ID = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "Example-Client-Secret"
API_KEY = "now_Example-Api-Key"
CATALOG_ITEM = "04b7e94b4f7b4200086eeed18110c7fd"
RECORD_PRODUCER = "14b7e94b4f7b4200086eeed18110c7fd"
CHANGE_TEMPLATE = "24b7e94b4f7b4200086eeed18110c7fd"
IMPORT_SET = "u_sesdns_import"
GROUP = "287ebd7da9fe198100f92cc8d1d2154e"

SECRETS = (PASSWORD, CLIENT_SECRET, API_KEY)

Fault = collections.namedtuple("Fault", "name argument phase what source")
Line = collections.namedtuple("Line", "number kind method target status fault connection")
Reply = collections.namedtuple("Reply", "status headers body")


def fault_kinds():
    """All there are, from the program itself."""
    printed = subprocess.run([PROGRAM, "--list-faults"], capture_output=True, check=True, text=True).stdout
    return [Fault(*line.split("\t")) for line in printed.splitlines()]


class Certificates:
    """Made with the openssl command in `folder`, once.

    ca, server, client: what is trusted. stranger: for the right host, by nobody's authority. wrong_name: by the
    authority, for another host. expired: by the authority, years ago.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.openssl = proof.need_tools(["openssl"])["openssl"]
        self.folder.mkdir(parents=True, exist_ok=True)
        self._authority("ca")
        self._authority("stranger-ca")
        self._signed("server", "ca", "IP:127.0.0.1,DNS:localhost")
        self._signed("client", "ca", "DNS:client.example.edu")
        self._signed("stranger", "stranger-ca", "IP:127.0.0.1,DNS:localhost")
        self._signed("wrong_name", "ca", "DNS:other.example.edu")
        self._signed("expired", "ca", "IP:127.0.0.1,DNS:localhost", "20200101000000Z", "20200201000000Z")

    def certificate(self, name):
        return self.folder / f"{name}.pem"

    def key(self, name):
        return self.folder / f"{name}.key"

    @property
    def ca_file(self):
        return self.certificate("ca")

    def _run(self, *arguments):
        done = proof.run([self.openssl, *arguments], cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")

    def _new_key(self, name):
        self._run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")

    def _authority(self, name):
        self._new_key(name)
        (self.folder / f"{name}.cnf").write_text(
            "[req]\ndistinguished_name=name\nprompt=no\nx509_extensions=ca\n"
            f"[name]\nCN={name}.example.edu\n"
            "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
            encoding="utf-8")
        self._run("req", "-x509", "-new", "-key", f"{name}.key", "-days", "2", "-config", f"{name}.cnf",
                  "-out", f"{name}.pem")

    def _signed(self, name, authority, names, start=None, end=None):
        """By `openssl ca`, the only command that lets one choose both dates."""
        self._new_key(name)
        index = self.folder / f"{name}.index"
        index.write_text("", encoding="utf-8")
        (self.folder / f"{name}.cnf").write_text(
            "[req]\ndistinguished_name=name\nprompt=no\n"
            f"[name]\nCN={name}.example.edu\n"
            "[ca]\ndefault_ca=here\n"
            f"[here]\ndatabase={index.name}\nrand_serial=yes\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n"
            "unique_subject=no\nx509_extensions=leaf\n"
            "[any]\ncommonName=supplied\n"
            f"[leaf]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName={names}\n"
            "extendedKeyUsage=serverAuth,clientAuth\n",
            encoding="utf-8")
        self._run("req", "-new", "-key", f"{name}.key", "-config", f"{name}.cnf", "-out", f"{name}.csr")
        dates = ["-startdate", start, "-enddate", end] if start else ["-days", "2"]
        self._run("ca", "-batch", "-notext", "-config", f"{name}.cnf", "-cert", f"{authority}.pem",
                  "-keyfile", f"{authority}.key", "-in", f"{name}.csr", "-out", f"{name}.pem", *dates)


class Fake:
    """One stand-in with its folder. Starts with the block, or by start(); what is in it stays until the folder goes.

    folder        where state, log and records go; made
    tls           True for https with a certificate that certificates.ca_file verifies
    certificate   its name in Certificates: "server", "stranger", "wrong_name", "expired"
    client_ca     True to ask for a client certificate, which then counts as identity
    config        a dict that is merged into instance.json; None in it takes a member away
    delay_ms      think time before each answer
    record        True to keep each request as it came (requests())
    """

    def __init__(self, folder, *, tls=False, certificate="server", client_ca=False, certificates=None, config=None,
                 delay_ms=0, record=False, faults=(), port=0):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state = self.folder / "state"
        self.log_file = self.folder / "log"
        self.record_folder = self.folder / "requests"
        self.port = port
        self.tls = tls
        self.certificates = certificates
        if tls and not certificates:
            self.certificates = Certificates(self.folder / "certificates")
        self.process = None
        self._arguments = ["--state", self.state, "--log", self.log_file, "--control", "--delay-ms", str(delay_ms)]
        self._faults = self._write("faults", "\n".join(faults))
        if tls:
            self._arguments += ["--tls", self.certificates.certificate(certificate),
                                "--key", self.certificates.key(certificate)]
        if client_ca:
            self._arguments += ["--client-ca", self.certificates.ca_file]
        if config:
            self._arguments += ["--config", self._write("config.json", json.dumps(config))]
        if record:
            self.record_folder.mkdir(exist_ok=True)
            self._arguments += ["--record", self.record_folder]

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n", encoding="utf-8")
        return path

    # life

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def ca_file(self):
        return self.certificates.ca_file if self.certificates else None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """The first start finds a port, and later ones take the same."""
        arguments = [PROGRAM, *self._arguments, "--port", str(self.port), "--faults", self._faults]
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=proof.ENVIRONMENT)
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening "):
            raise RuntimeError(f"the stand-in did not start: {self._stderr()}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def _stderr(self):
        _, stderr = self.process.communicate()
        return stderr.decode(errors="replace")

    def kill(self):
        """SIGKILL."""
        self.process.kill()
        self.process.communicate()
        self.process = None

    def stop(self):
        """Asks it to end, and complains where it does so badly."""
        if not self.process:
            return
        self.process.send_signal(signal.SIGTERM)
        stderr = self._stderr()
        if self.process.returncode != 0 or stderr:
            proof.complain(f"the stand-in ended with {self.process.returncode}\n{stderr}")
        self.process = None

    def restart(self, *faults):
        """As after a power cut; with these faults, or none."""
        if self.process:
            self.kill()
        self._write("faults", "\n".join(faults))
        return self.start()

    def forget(self):
        """Ends it, and takes all away that it wrote."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # control

    def _ask(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the stand-in is gone: {self._stderr()}")
        reply = json.loads(line)
        if "error" in reply:
            raise ValueError(f"{command}: {reply['error']}")
        return reply

    def faults(self, *lines):
        """These faults from now on, in the place of those there were. All counts begin again."""
        self._write("faults", "\n".join(lines))
        self._ask(f"faults {self._faults}")

    def reset(self, *faults):
        """An instance with no ticket, an empty log, all counts at their beginning, and these faults."""
        self._ask("reset")
        self.faults(*faults)
        self.log_file.write_bytes(b"")
        for path in self.record_folder.glob("*"):
            path.unlink()

    def status(self):
        """{requests, kinds: {kind: n}, connections, at_once (most requests in hand at a time), sessions}"""
        return self._ask("status")

    # what is in it

    def dump(self):
        """Table -> rows, of all that was committed; works where the stand-in is dead, too."""
        if self.process:
            return self._ask("dump")["tables"]
        printed = proof.run([PROGRAM, "--dump", self.state])
        if printed.returncode != 0:
            raise RuntimeError(printed.stderr.decode(errors="replace"))
        return json.loads(printed.stdout)["tables"]

    def rows(self, table):
        return self.dump().get(table, [])

    def tickets(self, table="incident"):
        """The rows, and in "files" of each the sorted list of (name, SHA-256) of what is attached."""
        dump = self.dump()
        files = collections.defaultdict(list)
        for attachment in dump.get("sys_attachment", []):
            files[attachment["table_sys_id"]].append((attachment["file_name"], attachment["hash"]))
        return [{**row, "files": sorted(files[row["sys_id"]])} for row in dump.get(table, [])]

    def file(self, attachment):
        """The bytes of a row of sys_attachment."""
        return (self.state / "files" / attachment["sys_id"]).read_bytes()

    def log(self):
        """The requests since the start or the last reset, as Lines; the status of one without a reply is 0."""
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        split = [line.split(" ") for line in lines]
        return [Line(int(n), kind, method, target, int(status), fault, int(connection))
                for n, kind, method, target, status, fault, connection in split]

    def requests(self):
        """What was sent, as bytes: request line, headers, a blank line, body. Needs record=True."""
        return [path.read_bytes() for path in sorted(self.record_folder.iterdir())]

    # a client

    def connect(self, timeout=10, certificate=None):
        if not self.tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        context = ssl.create_default_context(cafile=str(self.ca_file))
        if certificate:
            context.load_cert_chain(self.certificates.certificate(certificate), self.certificates.key(certificate))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=context)

    def call(self, method, target, body=None, *, headers=None, user=USER, password=PASSWORD, connection=None,
             timeout=10):
        """A Reply, its body parsed where it is JSON. `body`: a dict for JSON, bytes as they are. user=None: nobody."""
        sent = {"Accept": "application/json"}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        if user:
            sent["Authorization"] = basic(user, password)
        own = connection or self.connect(timeout)
        try:
            own.request(method, target, body, {**sent, **(headers or {})})
            reply = own.getresponse()
            content = reply.read()
        finally:
            if not connection:
                own.close()
        if "json" in reply.headers.get("Content-Type", "") and content:
            try:
                content = json.loads(content)
            except ValueError:
                pass
        return Reply(reply.status, reply.headers, content)

    def get(self, path, **parameters):
        """GET with parameters; a name that begins with an underscore is one of sysparm_."""
        pairs = {f"sysparm{name}" if name.startswith("_") else name: value for name, value in parameters.items()}
        return self.call("GET", path + ("?" + urllib.parse.urlencode(pairs) if pairs else ""))

    def create(self, fields, table="incident", **more):
        return self.call("POST", f"/api/now/table/{table}", fields, **more)

    def attach(self, ticket, name, content, table="incident", **more):
        where = urllib.parse.urlencode({"table_name": table, "table_sys_id": ticket, "file_name": name})
        return self.call("POST", f"/api/now/attachment/file?{where}", content,
                         headers={"Content-Type": "text/csv"}, **more)

    def token(self, **form):
        """POST /oauth_token.do with the client's id and secret and what is given."""
        form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
        return self.call("POST", "/oauth_token.do", urllib.parse.urlencode(form).encode(), user=None,
                         headers={"Content-Type": "application/x-www-form-urlencoded"})


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
