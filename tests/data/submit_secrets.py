# SPDX-License-Identifier: MIT
"""Secrets: where they may come from, and that they go nowhere but into the requests that need them.

Each secret is planted where a person would have it, the program is run so that all goes well, and so that much goes
wrong, and every byte that it leaves is searched for it: standard output and error, the trace, the ledger with all that lies
beside it, every other file below the folder, the arguments and the environment of what it starts, and what the kernel shows
of the live process. They are looked for as they are, as base64, hexadecimal and percent-encoded text.
"""
import base64
import os
import pathlib
import shutil
import stat
import subprocess
import time
import urllib.parse

from support import proof, servicenow, submitting
from support.submitting import expect

# Characters that look different in every notation.
PASSWORD = 'P4ss"w\\rd &%+/=é'
CLIENT_SECRET = "Cl13nt s&cr=t/+é"
API_KEY = "now_4pi+Key/=&"
KEY_PASSWORD = "K3y p&ss=w/+rd"
PROXY_PASSWORD = "Pr0xyS3cret"

CLIENT = f"client_id = {servicenow.CLIENT_ID}"
INSTANCE = {
    "users": {servicenow.USER: {"password": PASSWORD}},
    "oauth": {"clients": {servicenow.CLIENT_ID: {"secret": CLIENT_SECRET}}},
    "api_key": {"keys": {API_KEY: servicenow.USER}},
}

# auth, settings, key of the secret in a file, its variable, the secret
WAYS = (
    ("basic", f"user = {servicenow.USER}", {"password": PASSWORD}),
    ("client_credentials", CLIENT, {"client_secret": CLIENT_SECRET}),
    ("password", f"user = {servicenow.USER}\n{CLIENT}", {"password": PASSWORD, "client_secret": CLIENT_SECRET}),
    ("refresh_token", CLIENT, {"client_secret": CLIENT_SECRET, "refresh_token": None}),
    ("api_key", "", {"api_key": API_KEY}),
)

FAULTS = ("slow 0", "401", "403", "500", "502", "cut", "cut-json", "html", "not-json", "hibernation", "empty-body",
          "429-bare", "redirect http://127.0.0.1:9")  # fmt: skip


class Proof:
    def __init__(self, folder):
        self.folder = folder
        self.runs = 0
        self.places = 0
        self.searched = 0
        self.library = proof.build_preload("fast_clock.c", folder)
        self.home = folder / "home"
        self.home.mkdir()
        self.fake = servicenow.Fake(folder / "fake", config=INSTANCE, record=True).start()

    def case(self, settings, **more):
        """A folder of its own, in the place of the last one."""
        shutil.rmtree(self.folder / "case", ignore_errors=True)
        case = submitting.Case(self.folder / "case", self.fake, 2, **more)
        case.config.write_text(f"[servicenow]\ninstance = {self.fake.url}\n{settings}\n")
        case.environment = {**proof.ENVIRONMENT, "HOME": str(self.home)}
        self.fake.reset()
        return case


def forms(secret):
    """How bytes of a secret may look."""
    plain = secret.encode()
    quoted = (urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), urllib.parse.quote(secret))
    escaped = secret.replace("\\", "\\\\").replace('"', '\\"')
    found = {plain, escaped.encode(), plain.hex().encode(), plain.hex().upper().encode()}
    found |= {text.encode() for text in quoted} | {text.lower().encode() for text in quoted}
    found |= {base64.b64encode(plain), base64.urlsafe_b64encode(plain)}
    for user in (servicenow.USER, "ann"):
        found.add(base64.b64encode(f"{user}:{secret}".encode()))
    # In the middle of something that was encoded: what does not depend on its neighbours.
    for before in (b"\0", b"\0\0"):
        found.add(base64.b64encode(before + plain)[4:-4])
    return {form for form in found if len(form) >= 6}


def search(it, what, secrets, *streams, folder=None, but=()):
    """Complains where one of the secrets is in one of the streams, or in a file below the folder."""
    places = {f"stream {number}": stream for number, stream in enumerate(streams)}
    for path in folder.rglob("*") if folder else ():
        if path.is_file() and path not in but:
            places[str(path.relative_to(folder))] = path.read_bytes()
    for name, content in places.items():
        it.places += 1
        it.searched += len(content)
        for secret in secrets:
            for form in forms(secret):
                if form in content:
                    at = content.index(form)
                    proof.complain(f"{what}: {name} has {secret!r}: ...{content[max(0, at - 60):at + 60]!r}")
                    break


def issued(it):
    """Every token that the stand-in gave, and every session: what it was sent back with."""
    tokens = set()
    for request in it.fake.requests():
        for line in request.split(b"\r\n\r\n")[0].replace(b"\r\n", b"\n").split(b"\n"):
            name, _, value = line.partition(b": ")
            if name.lower() == b"authorization" and value.startswith(b"Bearer "):
                tokens.add(value[7:].decode())
            if name.lower() == b"cookie":
                tokens |= {part.partition(b"=")[2].decode() for part in value.split(b"; ") if len(part) > 24}
    return tokens


def granted(it):
    reply = it.fake.token(grant_type="password", username=servicenow.USER, password=PASSWORD,
                          client_secret=CLIENT_SECRET)  # fmt: skip
    return reply.body["refresh_token"]


# Where they may come from.


def write_private(path, text, mode=0o600):
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def from_variables(it, case, secrets):
    return "", {f"SESDNS_{key.upper()}": secret for key, secret in secrets.items()}, None


def ini(secrets):
    return "".join(f"{key} = {secret}\n" for key, secret in secrets.items())


def from_secrets_file(it, case, secrets):
    path = write_private(it.home / "secrets.ini", f"[servicenow]\n{ini(secrets)}")
    return f"secrets_file = {path}", {}, path


def from_command(it, case, secrets):
    path = write_private(it.home / "secret.txt", "".join(secrets.values()) + "\nanother line\n")
    return f"password_command = head -n 3 {path}", {}, path


def from_netrc(it, case, secrets):
    quoted = secrets["password"].replace("\\", "\\\\").replace('"', '\\"')
    path = write_private(it.home / ".netrc", f'machine 127.0.0.1 login {servicenow.USER} password "{quoted}"\n')
    return "", {}, path


def from_config(it, case, secrets):
    return ini(secrets), {}, case.config


def sources(secrets):
    """Where these secrets may be: functions that put them there and return settings, variables and the file."""
    found = [from_variables, from_secrets_file]
    if len(secrets) == 1:
        found.append(from_command)
    if list(secrets) == ["password"]:
        found.append(from_netrc)
    # A config has comments behind values.
    if not any(set(secret or "") & set(';#"') for secret in secrets.values()):
        found.append(from_config)
    return found


def known_of(it, secrets):
    return {key: secret or granted(it) for key, secret in secrets.items()}


def good_runs(it):
    """From each place each secret opens two tickets, and is nowhere else afterwards."""
    for way, settings, secrets in WAYS:
        for source in sources(secrets):
            what = f"{way} {source.__name__}"
            shutil.rmtree(it.home)
            it.home.mkdir()
            case = it.case("")
            known = known_of(it, secrets)
            more, variables, path = source(it, case, known)
            case.config.write_text(f"[servicenow]\ninstance = {it.fake.url}\nauth = {way}\n{settings}\n{more}\n")
            case.config.chmod(0o600)
            trace = it.folder / "case" / "trace"
            done = case.submit("--trace", trace, environment=variables)
            expect(what, done, 0)
            case.complain_about(what)
            private(what, [trace, *case.ledger.parent.iterdir()])
            search(it, what, {*known.values(), *issued(it)}, done.stdout, done.stderr, folder=case.folder, but=[path])
            if b"> POST" not in trace.read_bytes():
                proof.complain(f"{what}: there is nothing in the trace")
            it.runs += 1


def private(what, paths):
    for path in paths:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            proof.complain(f"{what}: others can read {path.name}")


def bad_runs(it):
    """What goes wrong is told without what was sent; a server that echoes it does not get it into a file of ours."""
    for way, settings, secrets in WAYS:
        for fault in FAULTS:
            for kind in ("token 1", "lookup 1", "create 1", "attach 1"):
                if kind == "token 1" and "client_id" not in settings:
                    continue
                if way not in ("password", "basic") and fault not in ("401", "cut-json", "html"):
                    continue
                case = it.case(f"auth = {way}\n{settings}")
                known = known_of(it, secrets)
                it.fake.faults(f"kind {kind} {fault}")
                variables = {f"SESDNS_{key.upper()}": secret for key, secret in known.items()}
                done = case.submit("--trace", case.folder / "trace",
                                   environment={**patient(it), **variables})  # fmt: skip
                search(it, f"{way}, {kind} {fault}", {*known.values(), *issued(it)}, done.stdout, done.stderr,
                       folder=case.folder)  # fmt: skip
                it.runs += 1


def patient(it):
    return {key: value for key, value in proof.loaded_before(it.library).items() if key in ("LD_PRELOAD", "ASAN_OPTIONS")}


def wrong_secrets(it):
    """A secret that the instance refuses is one all the same."""
    for way, settings, secrets in WAYS:
        case = it.case(f"auth = {way}\n{settings}")
        wrong = {key: f"Wr0ng&{key}/=+" for key in secrets}
        done = case.submit("--trace", case.folder / "trace",
                           environment={f"SESDNS_{key.upper()}": secret for key, secret in wrong.items()})  # fmt: skip
        expect(f"{way}, wrong", done, 5)
        search(it, f"{way}, wrong", set(wrong.values()), done.stdout, done.stderr, folder=case.folder)
        it.runs += 1
    for text in ("two\x01bytes", "\x1b[31m", "x" * 9000):
        case = it.case(f"auth = basic\nuser = {servicenow.USER}")
        done = case.submit(environment={"SESDNS_PASSWORD": text})
        expect("no secret", done, 3, "[servicenow-no-secret]")
        search(it, "no secret", {text}, done.stdout, done.stderr, folder=case.folder)


# Who else can read them.


def exposed(it):
    """A file that others can read or write, or that is not ours, is refused, and no request is made."""
    secrets = {"password": CLIENT_SECRET}
    for source in (from_secrets_file, from_netrc, from_config):
        for mode in (0o640, 0o604, 0o622, 0o660, 0o644):
            what = f"{source.__name__} with mode {mode:o}"
            case = it.case("")
            more, _, path = source(it, case, secrets)
            case.config.write_text(f"[servicenow]\ninstance = {it.fake.url}\nuser = {servicenow.USER}\n{more}\n")
            case.config.chmod(0o600)
            path.chmod(mode)
            done = case.submit()
            expect(what, done, 3, "[servicenow-secret-exposed]", path.name)
            search(it, what, {CLIENT_SECRET}, done.stdout, done.stderr)
            if it.fake.log():
                proof.complain(f"{what}: the instance is asked")
            it.runs += 1
            path.unlink()
    case = it.case(f"user = {servicenow.USER}\nproxy = http://ann:{PROXY_PASSWORD}@127.0.0.1:1")
    case.config.chmod(0o644)
    done = case.submit(environment={"SESDNS_PASSWORD": PASSWORD})
    expect("a proxy's password in a file for all", done, 3, "[servicenow-secret-exposed]")
    search(it, "a proxy's password in a file for all", {PROXY_PASSWORD}, done.stdout, done.stderr)


def commands(it):
    """A password_command that fails, says nothing, or more than a line."""
    for command, status in (("exit 3", 3), ("true", 3), ("echo", 3), ("kill -9 $$", 3), (f"echo {API_KEY!r}; exit 1", 3),
                            ("nosuchcommand", 3), (f"printf '%s\\r\\nmore\\n' {API_KEY!r}", 0)):  # fmt: skip
        case = it.case(f"auth = api_key\npassword_command = {command}")
        done = case.submit()
        expect(f"password_command = {command}", done, status, *(["[servicenow-no-secret]"] if status else []))
        search(it, f"password_command = {command}", {API_KEY}, done.stdout, done.stderr)
        it.runs += 1


# Behind a proxy, and with a key of our own.


def proxy(it):
    """The password of a proxy is masked where libcurl names it."""
    for url in (f"http://ann:{PROXY_PASSWORD}@127.0.0.1:1", f"http://ann:{PROXY_PASSWORD}@nosuch..name:1",
                f"socks5h://ann:{PROXY_PASSWORD}@127.0.0.1:1"):  # fmt: skip
        case = it.case("")
        secret = f"user = {servicenow.USER}\nproxy = {url}"
        case.config.write_text(f"[servicenow]\ninstance = https://servicenow.example.edu\n{secret}\n")
        case.config.chmod(0o600)
        done = case.submit("--trace", case.folder / "trace",
                           environment={**patient(it), "SESDNS_PASSWORD": PASSWORD})  # fmt: skip
        if done.returncode not in (4, 5):
            proof.complain(f"proxy: {done.returncode}: {done.stderr.decode()}")
        search(it, "proxy", {PROXY_PASSWORD, PASSWORD}, done.stdout, done.stderr, folder=case.folder, but=[case.config])
        it.runs += 1


def key_password(it):
    """The password of a client's key."""
    certificates = servicenow.Certificates(it.folder / "certificates")
    openssl = proof.need_tools(["openssl"])["openssl"]
    locked = it.folder / "locked.key"
    made = proof.run([openssl, "pkey", "-in", certificates.key("client"), "-aes256", "-passout",
                      f"pass:{KEY_PASSWORD}", "-out", locked])  # fmt: skip
    if made.returncode != 0:
        proof.complain(f"openssl: {made.stderr.decode()}")
    with servicenow.Fake(it.folder / "tls", tls=True, client_ca=True, certificates=certificates) as fake:
        for secret, status in ((KEY_PASSWORD, 0), ("Wr0ng-key-password", 5)):
            case = submitting.Case(it.folder / "locked", fake, 2)
            case.config.write_text(f"[servicenow]\ninstance = {fake.url}\nca_file = {fake.ca_file}\nauth = certificate\n"
                                   f"certificate = {certificates.certificate('client')}\ncertificate_key = {locked}\n")  # fmt: skip
            case.environment = {**proof.ENVIRONMENT, "SESDNS_KEY_PASSWORD": secret}
            done = case.submit("--trace", case.folder / "trace")
            expect("key password", done, status)
            search(it, "key password", {secret}, done.stdout, done.stderr, folder=case.folder)
            it.runs += 1


# The live process.


def live(it):
    """What others see of a process: its arguments, its name, its files; and what it writes when it dies."""
    way, settings, secrets = WAYS[2]
    case = it.case(f"auth = {way}\n{settings}\nsecrets_file = {it.folder / 'live.ini'}")
    lines = "".join(f"{key} = {secret}\n" for key, secret in secrets.items())
    write_private(it.folder / "live.ini", f"[servicenow]\n{lines}")
    it.fake.faults("kind create 2 hang")
    with subprocess.Popen([str(word) for word in (proof.PROGRAM, *case.arguments("--yes", "--trace", case.folder / "trace"))],
                          env=case.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          cwd=case.folder) as process:  # fmt: skip
        for _ in range(1000):
            if process.poll() is not None:
                proof.complain(f"the live process ended: {process.communicate()}")
                return
            if len([line for line in it.fake.log() if line.kind == "attach"]) >= 2:
                break
            time.sleep(0.01)
        time.sleep(0.2)
        where = pathlib.Path("/proc", str(process.pid))
        shown = [(where / name).read_bytes() for name in ("cmdline", "comm", "status", "environ", "maps")]
        links = "\n".join(os.readlink(path) for path in (where / "fd").iterdir()).encode()
        process.send_signal(6)
        stdout, stderr = process.communicate()
    search(it, "the live process", {*secrets.values(), *issued(it)}, *shown, links, stdout, stderr, folder=case.folder,
           but=[path for path in case.folder.glob("core*")])  # fmt: skip
    it.runs += 1


SCENES = (good_runs, bad_runs, wrong_secrets, exposed, commands, proxy, key_password, live)


def main():
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        for scene in SCENES:
            scene(it)
        it.fake.stop()
    if it.places < 500:
        proof.complain(f"only {it.places} places were searched")
    proof.finish(f"{it.runs} runs, {it.places} outputs and files, {it.searched // 1024} KiB searched")


main()
