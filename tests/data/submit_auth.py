# SPDX-License-Identifier: MIT
"""Who we are and whom we trust: every way to say who we are, tokens that end in mid-run, instances that sleep, are not
there, are somebody else's or send us on. Exit status 5 where another run would end the same way, 4 where it may not.
"""
import contextlib
import pathlib
import socket
import threading
import time

from support import proof, servicenow, submitting
from support.submitting import actions, expect

USER = f"user = {servicenow.USER}"
CLIENT = f"client_id = {servicenow.CLIENT_ID}"

# kind: settings, variables
WAYS = {
    "basic": (USER, {"SESDNS_PASSWORD": servicenow.PASSWORD}),
    "client_credentials": (CLIENT, {"SESDNS_CLIENT_SECRET": servicenow.CLIENT_SECRET}),
    "password": (f"{USER}\n{CLIENT}", {"SESDNS_PASSWORD": servicenow.PASSWORD,
                                       "SESDNS_CLIENT_SECRET": servicenow.CLIENT_SECRET}),
    "refresh_token": (CLIENT, {"SESDNS_CLIENT_SECRET": servicenow.CLIENT_SECRET, "SESDNS_REFRESH_TOKEN": None}),
    "api_key": ("", {"SESDNS_API_KEY": servicenow.API_KEY}),
}  # fmt: skip
TOKENS = ("client_credentials", "password", "refresh_token")


class Proof:
    def __init__(self, folder):
        self.folder = folder
        self.cases = 0
        self.certificates = servicenow.Certificates(folder / "certificates")
        self.library = proof.build_preload("fast_clock.c", folder)

    def fake(self, **more):
        self.cases += 1
        return servicenow.Fake(self.folder / f"fake{self.cases}", **more)

    def case(self, fake, settings, count=3, instance=None):
        self.cases += 1
        case = submitting.Case(self.folder / f"case{self.cases}", fake, count)
        trust = f"ca_file = {fake.ca_file}\n" if fake.ca_file else ""
        case.config.write_text(f"[servicenow]\ninstance = {instance or fake.url}\n{trust}{settings}\n")
        case.environment = dict(proof.ENVIRONMENT)
        return case

    def patient(self):
        """Waits cost nothing."""
        return proof.loaded_before(self.library)


def variables(fake, way):
    """Those of a way; a refresh token is got from the instance, as a person would."""
    values = dict(WAYS[way][1])
    if "SESDNS_REFRESH_TOKEN" in values:
        granted = fake.token(grant_type="password", username=servicenow.USER, password=servicenow.PASSWORD)
        values["SESDNS_REFRESH_TOKEN"] = granted.body["refresh_token"]
    return values


def every_way(it):
    """Each opens three tickets; a 401 in mid-run ends the run or, where a token was used, gets a new one, once."""
    with it.fake() as fake:
        for way, (settings, _) in WAYS.items():
            fake.reset()
            case = it.case(fake, f"auth = {way}\n{settings}")
            known = variables(fake, way)
            expect(way, case.submit(environment=known), 0)
            case.complain_about(way)
            tokens = [line for line in fake.log() if line.kind == "token"]
            asked = len(tokens) - ("SESDNS_REFRESH_TOKEN" in known)
            if asked != (way in TOKENS):
                proof.complain(f"{way}: {asked} requests for tokens")
            refused_in_mid_run(it, fake, way, settings)
            wrong_secrets(it, fake, way, settings, known)


def refused_in_mid_run(it, fake, way, settings):
    case = it.case(fake, f"auth = {way}\n{settings}", 4)
    fake.reset()
    known = variables(fake, way)
    fake.faults("kind create 2 401")
    done, results = case.results(environment=known)
    if way in TOKENS:
        expect(f"{way}, 401 in mid-run", done, 0)
        case.complain_about(f"{way}, 401 in mid-run")
        return
    expect(f"{way}, 401 in mid-run", done, 5, "the instance does not accept us any more")
    if list(actions(results).values()) != ["opened", "refused", "open", "open"]:
        proof.complain(f"{way}, 401 in mid-run: {actions(results)}")
    creates = [line for line in fake.log() if line.kind == "create"]
    if len(creates) != 2:
        proof.complain(f"{way}, 401 in mid-run: goes on asking, {len(creates)} times")
    expect(f"{way}, after a 401", case.submit(environment=known), 0)
    case.complain_about(f"{way}, after a 401")


def wrong_secrets(it, fake, way, settings, known):
    for name in known:
        fake.faults()
        before = len(fake.log())
        case = it.case(fake, f"auth = {way}\n{settings}")
        done = case.submit(environment={**known, name: "Wrong-Secret-1"})
        expect(f"{way}, wrong {name}", done, 5, "[servicenow-refused]", unsaid=["Wrong-Secret"])
        asked = [line.kind for line in fake.log()[before:]]
        if asked not in (["token"], ["lookup"]):
            proof.complain(f"{way}, wrong {name}: asks {asked}")
        without = {key: value for key, value in known.items() if key != name}
        expect(f"{way}, no {name}", case.submit(environment=without), 3, "[servicenow-no-secret]")


def short_tokens(it):
    """Tokens that end while a batch goes on are replaced before they are refused."""
    with it.fake(config={"oauth": {"access_seconds": 31}}, delay_ms=50) as fake:
        case = it.case(fake, f"auth = client_credentials\n{WAYS['client_credentials'][0]}", 6)
        done = case.submit(environment=WAYS["client_credentials"][1])
        expect("short tokens", done, 0)
        case.complain_about("short tokens")
        statuses = {line.status for line in fake.log()}
        tokens = [line for line in fake.log() if line.kind == "token"]
        if 401 in statuses or len(tokens) < 2:
            proof.complain(f"short tokens: {len(tokens)} of them, statuses {statuses}")


def no_tokens(it):
    """An endpoint that fails is asked again; one that refuses is not."""
    with it.fake() as fake:
        known = WAYS["client_credentials"][1]
        settings = f"auth = client_credentials\n{CLIENT}"
        for fault in ("kind token 1 503", "kind token 1 cut", "kind token 1 html", "kind token 1 cut-json",
                      "kind token 1 empty-body"):  # fmt: skip
            fake.reset(fault)
            case = it.case(fake, settings)
            expect(fault, case.submit(environment={**it.patient(), **known}), 0)
            case.complain_about(fault)
        for fault, status in (("kind token 1+ 401", 5), ("kind token 1+ 503", 4), ("kind token 1+ redirect http://127.0.0.1:9", 5)):
            fake.reset(fault)
            case = it.case(fake, settings)
            expect(fault, case.submit(environment={**it.patient(), **known}), status)
            if {line.kind for line in fake.log()} != {"token"}:
                proof.complain(f"{fault}: asks without a token")
        fake.reset("kind token 2+ 503")
        case = it.case(fake, settings)
        fake.faults("kind create 2 401", "kind token 2+ 503")
        done, results = case.results(environment={**it.patient(), **known})
        expect("no second token", done, 4)
        if "opened" not in actions(results).values() or "failed" not in actions(results).values():
            proof.complain(f"no second token: {actions(results)}")
        fake.faults()
        expect("a second token later", case.submit(environment={**it.patient(), **known}), 0)
        case.complain_about("a second token later")


def users(it):
    """Users who may not come this way are told what is missing."""
    config = {
        "users": {servicenow.USER: {"mfa": True}},
        "oauth": {"clients": {servicenow.CLIENT_ID: {"scoped": True}}},
        "properties": {"glide.oauth.inbound.client.credential.grant_type.enabled": True},
    }
    with it.fake(config=config) as fake:
        case = it.case(fake, USER)
        expect("a second factor", case.submit(environment=WAYS["basic"][1]), 5, "second factor")
        case = it.case(fake, f"auth = client_credentials\n{CLIENT}")
        expect("a scoped client", case.submit(environment=WAYS["client_credentials"][1]), 5,
               "Access to unscoped api is not allowed")  # fmt: skip


def certificates(it):
    """A client certificate says who we are; without it we are nobody."""
    with it.fake(tls=True, client_ca=True, certificates=it.certificates) as fake:
        ours = f"certificate = {it.certificates.certificate('client')}\ncertificate_key = {it.certificates.key('client')}"
        case = it.case(fake, f"auth = certificate\n{ours}")
        expect("certificate", case.submit(), 0)
        case.complain_about("certificate")
        stranger = ours.replace("/client.", "/stranger.")
        for name, settings in (("no certificate", ""), ("a stranger's certificate", stranger)):
            expect(name, it.case(fake, f"auth = certificate\n{settings}").submit(environment=it.patient()), 5)
        missing = ours.replace("/client.key", "/nothing.key")
        expect("no key", it.case(fake, f"auth = certificate\n{missing}").submit(), 5)


def untrusted(it):
    """A server that cannot show that it is the one is told from one that is not there, and gets no byte of us."""
    for name, words in (("stranger", "certificate"), ("wrong_name", "127.0.0.1"), ("expired", "expired")):
        with it.fake(tls=True, certificate=name, certificates=it.certificates) as fake:
            case = it.case(fake, USER)
            done = case.submit(environment=WAYS["basic"][1])
            expect(f"a {name} server", done, 5, words, "no connection can be made that may be used")
            if fake.status()["requests"]:
                proof.complain(f"a {name} server: it was asked")
    with it.fake(tls=True, certificates=it.certificates) as fake:
        case = it.case(fake, USER)
        case.config.write_text(case.config.read_text().replace(str(fake.ca_file), "/etc/ssl/nothing.pem"))
        expect("no ca_file", case.submit(environment=WAYS["basic"][1]), 5)
        case.config.write_text(case.config.read_text().replace("ca_file = /etc/ssl/nothing.pem\n", ""))
        expect("the system's authorities", case.submit(environment=WAYS["basic"][1]), 5, "certificate")
        case.config.write_text(case.config.read_text().replace("https:", "http:"))
        expect("http where https is spoken", case.submit(environment={**it.patient(), **WAYS["basic"][1]}), 4)
        if fake.status()["requests"]:
            proof.complain("it was asked without TLS, or by whom does not trust it")


def plain_http(it):
    """Nothing goes out in the clear but to this machine."""
    with it.fake() as fake:
        for instance in ("http://servicenow.example.edu", "http://192.0.2.1:8080", "http://127.0.0.1.example.edu",
                         "ftp://127.0.0.1", "https://user:secret@servicenow.example.edu", "https://a/b"):  # fmt: skip
            case = it.case(fake, USER, instance=instance)
            done = case.submit(environment=WAYS["basic"][1])
            expect(instance, done, 3, "config.ini:2: error: [servicenow] instance: want https://")


def redirected(it):
    """Who sends us on does not get us to tell others who we are."""
    with it.fake() as other, it.fake() as fake:
        for kind in ("request 1", "kind create 1", "kind attach 1", "kind list 1"):
            fake.reset(f"{kind} redirect {other.url}")
            case = it.case(fake, USER)
            done = case.submit(environment=WAYS["basic"][1])
            expect(f"redirect of {kind}", done, 5 if "list" not in kind else 4)
        if other.status()["connections"]:
            proof.complain("a redirect was followed")


def asleep(it):
    """A sleeping instance is asked again, and told from one that answers."""
    with it.fake(faults=["request 1+ hibernation"]) as fake:
        case = it.case(fake, USER)
        done = case.submit(environment={**it.patient(), **WAYS["basic"][1]})
        expect("asleep", done, 4, "the instance sleeps", "[servicenow-foreign-reply]")
        fake.faults("request 1 hibernation")
        expect("waking up", case.submit(environment={**it.patient(), **WAYS["basic"][1]}), 0)
        case.complain_about("waking up")


@contextlib.contextmanager
def silent_server():
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = []

        def take():
            with contextlib.suppress(OSError):
                while True:
                    taken.append(server.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in taken:
            connection.close()


def not_there(it):
    """Nobody at that address, or nobody who speaks: known within seconds, and another run is safe."""
    fake = it.fake()
    with socket.create_server(("127.0.0.1", 0)) as free:
        fake.port = free.getsockname()[1]
    case = it.case(fake, USER)
    begin = time.monotonic()
    done = case.submit(environment=WAYS["basic"][1])
    expect("not there", done, 4, "[servicenow-unreachable]")
    with silent_server() as port:
        case = it.case(fake, f"{USER}\ntimeout = 1", instance=f"http://127.0.0.1:{port}")
        expect("silent", case.submit(environment=WAYS["basic"][1]), 4, "[servicenow-unreachable]")
        case = it.case(fake, f"{USER}\nconnect_timeout = 1", instance=f"https://127.0.0.1:{port}")
        expect("silent TLS", case.submit(environment=WAYS["basic"][1]), 4, "[servicenow-unreachable]")
    if time.monotonic() - begin > 30:
        proof.complain(f"not there: it takes {time.monotonic() - begin:.0f} s to know")


class Relay:
    """A proxy: takes CONNECT, and relays to `port` whatever the name is."""

    def __init__(self, port, refuse=None):
        self.port = port
        self.refuse = refuse
        self.asked = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://ann:Proxy-Secret-1@127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.relay, args=[self.server.accept()[0]], daemon=True).start()

    def relay(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        self.asked.append(head.decode())
        if self.refuse:
            client.sendall(f"HTTP/1.1 {self.refuse} No\r\nContent-Length: 0\r\n\r\n".encode())
            client.close()
            return
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        server = socket.create_connection(("127.0.0.1", self.port))
        threading.Thread(target=self.pump, args=[server, client], daemon=True).start()
        self.pump(client, server)

    @staticmethod
    def pump(source, target):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)


def proxies(it):
    """The config's proxy, or the environment's; the instance's certificate is verified behind it."""
    instance = "https://other.example.edu"
    with it.fake(tls=True, certificate="wrong_name", certificates=it.certificates) as fake:
        relay = Relay(fake.port)
        case = it.case(fake, f"{USER}\nproxy = {relay.url}", instance=instance)
        case.config.chmod(0o600)
        expect("proxy", case.submit(environment=WAYS["basic"][1]), 0)
        case.complain_about("proxy")
        head = relay.asked[0] if relay.asked else ""
        if not head.startswith("CONNECT other.example.edu:443 ") or "Proxy-Authorization: Basic " not in head:
            proof.complain(f"proxy: {head}")
        if servicenow.basic(servicenow.USER, servicenow.PASSWORD) in head or "Cookie" in head:
            proof.complain(f"proxy: it is told who we are: {head}")
        fake.reset()
        case = it.case(fake, USER, instance=instance)
        expect("https_proxy", case.submit(environment={**WAYS["basic"][1], "https_proxy": relay.url}), 0)
        asked = len(relay.asked)
        direct = it.case(fake, USER)
        direct.submit(environment={**WAYS["basic"][1], "https_proxy": relay.url})
        if len(relay.asked) != asked:
            proof.complain("a proxy is asked for this machine")
        for status, wanted in ((407, 5), (403, 5), (503, 4)):
            refusing = Relay(fake.port, status)
            case = it.case(fake, f"{USER}\nproxy = {refusing.url}", instance=instance)
            case.config.chmod(0o600)
            done = case.submit(environment={**it.patient(), **WAYS["basic"][1]})
            expect(f"a proxy that says {status}", done, wanted, unsaid=["Proxy-Secret-1"])


SCENES = (every_way, short_tokens, no_tokens, users, certificates, untrusted, plain_http, redirected, asleep, not_there,
          proxies)  # fmt: skip


def main():
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        for scene in SCENES:
            scene(it)
    proof.finish(f"{len(WAYS) + 1} ways to say who we are, {len(SCENES)} scenes, {it.cases} cases and instances")


main()
