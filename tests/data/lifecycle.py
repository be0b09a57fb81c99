# SPDX-License-Identifier: MIT
"""From a proof of concept to its end: renewed, renewed for good, removed, seen to be gone; with the ledger and without
it, by one engineer and by two. What the tickets say is what DNS on loopback has, and nobody is asked twice.
"""
import datetime
import json
import pathlib
import re
import shutil
import sys
import time

from support import dns, proof, servicenow, submitting

TODAY = "1764547200"  # 2025-12-01
LATER = "1782864000"  # 2026-07-01
NEW_DAY = "2026-06-30"
SHARED = "198.51.100.7=mail1.example.edu"
FOREIGN = "keep [code]me[/code] \\; please"


class Life:
    """Four domains: unit1 and unit3 are proofs of concept until 2026-03-01, and share the address of unit0."""

    def __init__(self, folder, fake, fields="category = {{x_cost}}"):
        self.fake = fake
        self.case = submitting.Case(folder, fake, 4, fields=fields)
        self.case.manifest.write_text("domain,lifetime,expires,exports,contact,dedicated_ips,x_cost\n" + "".join(
            f"{name},{'poc,2026-03-01' if number % 2 else 'production,'},"
            f"{name}/txt-dns-records.csv;{name}/dkim-dns-records.csv,a@example.edu,"
            f"{SHARED if number < 2 else ''},CC{number}\n" for number, name in enumerate(self.case.domains)))
        self.tell = ["--config", self.case.config, "--ledger", self.case.ledger]

    def run(self, *arguments, now=TODAY):
        return proof.sesdns(*arguments, *self.tell, env={**self.case.environment, "SOURCE_DATE_EPOCH": now})

    def state(self):
        """Subject -> its line of `list`."""
        lines = self.run("list", "--format", "json").stdout.splitlines()
        return {line["subject"]: line for line in map(json.loads, lines)}

    def tickets(self, operation):
        """Subject -> text, of the tickets of an operation; two of one subject are a complaint."""
        found = {}
        for ticket in self.fake.tickets():
            _, what, subject = ticket["correlation_display"].split(" ")
            if what != operation:
                continue
            if subject in found:
                proof.complain(f"{subject}: two tickets to {operation} it")
            found[subject] = ticket
        return found

    def zone(self, without=(), more=""):
        rows = [row for name, rows in self.case.domains.items() if name not in without for row in rows]
        return "".join(dns.record_line(*row) for row in rows) + more


def look(what, found, expected):
    if found != expected:
        proof.complain(f"{what}: {found!r}, not {expected!r}")


def expect(what, done, status, *said):
    submitting.expect(what, done, status, *said)
    return done


def block(ticket):
    """The last lines of a description, which programs read."""
    text = ticket["description"]
    return dict(line.split(": ", 1) for line in text[text.index("sesdns-request: "):].splitlines())


def requests(fake, run):
    """How often the stand-in was written to while `run` ran."""
    before = fake.status()["kinds"]
    done = run()
    after = fake.status()["kinds"]
    return done, {kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)}


def prove_renewal(life):
    names = sorted(life.case.domains)
    poc = [names[1], names[3]]
    expect("submit", life.case.submit(), 0)
    added = life.tickets("add")

    renew = ["renew", "--expiring", "120d", "--expires", NEW_DAY]
    done, sent = requests(life.fake, lambda: life.run(*renew, "--dry-run"))
    expect("a dry run", done, 0)
    look("a dry run writes", [kind for kind in sent if kind not in ("lookup", "list", "fields")], [])
    look("without a terminal", life.run(*renew).returncode, 2)
    expect("renew", life.run(*renew, "--yes"), 0, "2 opened")
    tickets = life.tickets("renew")
    look("renewed", sorted(tickets), poc)
    for name in poc:
        said = block(tickets[name])
        look(f"{name}: operation", said["Operation"], "renew")
        look(f"{name}: day", said["Expires"], NEW_DAY)
        look(f"{name}: refers to", said["Refers"], added[name]["correlation_id"])
        text = tickets[name]["description"]
        for words in (f"Expires: {NEW_DAY}", "the day was 2026-03-01", added[name]["number"]):
            if words not in text:
                proof.complain(f"{name}: the renewal does not say {words}")
        look(f"{name}: a field of a column", tickets[name].get("category"), added[name].get("category"))
        look(f"{name}: the ledger", life.state()[name]["expires"], NEW_DAY)

    done, sent = requests(life.fake, lambda: life.run("renew", "--domain", poc[0], "--domain", poc[1], "--expires",
                                                      NEW_DAY, "--yes"))
    expect("the same again", done, 0, "nothing was done")
    look("the same again sends", set(sent) - {"lookup", "list", "fields"}, set())
    look("nothing is due", life.run(*renew, "--yes").returncode, 0)

    expect("for good", life.run("renew", "--domain", poc[0], "--production", "--yes"), 0, "1 opened")
    look("for good: the ledger", life.state()[poc[0]]["expires"], None)
    text = [t for t in life.fake.tickets() if "now production" in t["short_description"]][0]["description"]
    if "There is no expiration date any more" not in text or re.search(r"^Expires:", text, re.MULTILINE):
        proof.complain(f"for good: the ticket says\n{text}")
    expect("production has no end", life.run("renew", "--domain", names[0], "--expires", NEW_DAY, "--yes"), 1,
           "it is production")
    expect("a stranger", life.run("renew", "--domain", "nobody.example.edu", "--expires", NEW_DAY, "--yes"), 1,
           "the ledger has nothing of it")
    return poc


def prove_removal(life, folder, names):
    gone, poc = names[3], names[1]
    zone = life.zone(without=(gone,), more=f'_amazonses.{poc}. TXT "{FOREIGN}"\nmail1 A 198.51.100.7\n')
    with dns.Knot(folder, {"example.edu": zone}, name="removal") as knot:
        ask = ["--server", knot.address]
        expect("nothing is there any more", life.run("retire", "--domain", gone, "--yes", *ask), 0,
               "nothing of it is left")
        look("gone: tickets", list(life.tickets("remove")), [])
        look("gone: the ledger", life.state()[gone]["state"], "removed")

        # It is production by now, and somebody wants it removed all the same.
        expect("retire", life.run("retire", "--domain", poc, "--yes", *ask), 0, "1 opened")
        ticket = life.tickets("remove")[poc]
        text = ticket["description"]
        look("removal: refers to", block(ticket)["Refers"], life.tickets("add")[poc]["correlation_id"])
        for kind, owner, value in life.case.domains[poc]:
            value = value if kind == "TXT" else value + "."
            if f"Name: {owner}.\n" not in text or value not in text:
                proof.complain(f"removal: does not name {kind} {owner} {value}")
        keep = text[text.index("KEEP WHAT ELSE"):text.index("WHAT THIS DOES")]
        if "keep [ code]me[ /code] ; please" not in keep:
            proof.complain(f"removal: what else is there is not kept: {keep}")
        if "NETDB NODES" in text or "mail1.example.edu. A 198.51.100.7 (INC" not in keep:
            proof.complain(f"removal: takes the address that {names[0]} needs\n{text}")

        look("retired again", life.run("retire", "--domain", poc, "--yes", *ask).returncode, 0)
        look("retired again: tickets", list(life.tickets("remove")), [poc])
        expect("renew what is to go", life.run("renew", "--domain", poc, "--production", "--yes"), 1,
               "its removal was asked for")
        expect("still there", life.run("retire", "--check", *ask), 1, "1 still there")
        if life.state()[poc]["state"] == "removed":
            proof.complain("still there: the ledger takes it for removed")

        knot.write_zone("example.edu", life.zone(without=(gone, poc), more="mail1 A 198.51.100.7\n"), 2)
        knot.reload()
        done = wait_for(lambda: life.run("retire", "--check", "--format", "json", *ask), lambda d: d.returncode == 0)
        look("gone", [json.loads(line)["state"] for line in done.stdout.splitlines()], ["removed"])
        look("gone: the ledger", life.state()[poc]["state"], "removed")


def wait_for(run, good):
    end = time.monotonic() + 20
    done = run()
    while not good(done) and time.monotonic() < end:
        time.sleep(0.2)
        done = run()
    return done


def prove_without_dns(life, names):
    """Nobody answers: all is listed, and said to be uncertain."""
    port = dns.free_port()
    done = life.run("retire", "--domain", names[2], "-t", "ticket", "--server", f"127.0.0.1@{port}")
    expect("nobody answers", done, 0, "DNS does not tell whether 4 of it")
    offline = life.run("retire", "--domain", names[2], "-t", "ticket", "--no-dns")
    look("nobody answers: the ticket", done.stdout, offline.stdout)
    if b"RECORDS TO REMOVE: 4" not in offline.stdout:
        proof.complain(f"--no-dns: {offline.stdout.decode()}")


def prove_without_ledger(folder):
    """The original inputs make the same keys as the ledger did, so that nothing is opened twice."""
    with servicenow.Fake(folder / "lost-fake") as fake:
        life = Life(folder / "lost", fake)
        names = sorted(life.case.domains)
        expect("submit", life.case.submit(), 0)
        expect("renew", life.run("renew", "--domain", names[1], "--expires", NEW_DAY, "--yes"), 0, "1 opened")
        life.case.forget_ledger()
        inputs = ["--manifest", life.case.manifest]
        expect("renew from the inputs", life.run("renew", *inputs, "--expires", NEW_DAY, "--yes"), 0,
                      "it is production", "1 opened, 1 open before")
        look("renew from the inputs", sorted(life.tickets("renew")), names[1::2])
        done = life.run("renew", *inputs, "--expires", NEW_DAY, "--yes")
        expect("the same again", done, 0, "nothing to renew")

        life.case.forget_ledger()
        expect("retire from the inputs", life.run("retire", *inputs, "--no-dns", "--yes"), 0, "4 opened")
        expect("retired again", life.run("retire", *inputs, "--no-dns", "--yes"), 0, "nothing was done")
        life.case.forget_ledger()
        expect("retired again, without the ledger", life.run("retire", *inputs, "--no-dns", "--yes"), 0,
               "nothing was done")
        # Another contact is another request, and the label tells.
        life.case.forget_ledger()
        life.case.manifest.write_text(life.case.manifest.read_text().replace("a@example.edu", "b@example.edu"))
        expect("a removal of other words", life.run("retire", *inputs, "--no-dns", "--yes"), 1, "changed")
        look("removals", len(life.tickets("remove")), 4)


def prove_rounds(folder):
    """Added, removed, added and removed again; and an old proof of concept beside its production."""
    with servicenow.Fake(folder / "rounds-fake") as fake:
        life = Life(folder / "rounds-case", fake, fields="")
        names = sorted(life.case.domains)
        domain = names[3]
        export = sorted((life.case.folder / domain).glob("*.csv"))
        add = ["submit", *export, "--poc", "--contact", "a@example.edu", "--yes"]
        nothing = dns.Knot(folder, {"example.edu": ""}, name="rounds")
        with nothing:
            for day in ("2026-02-01", "2026-03-01"):
                expect(f"added until {day}", life.run(*add, "--expires", day), 0, "1 opened")
                expect(f"removed, {day}", life.run("retire", "--domain", domain, "--no-dns", "--yes"), 0, "1 opened")
                expect(f"gone, {day}", life.run("retire", "--check", "--server", nothing.address), 0)
                # Times of the stand-in have seconds, and say which came first.
                time.sleep(1.1)
        removals = [t for t in fake.tickets() if t["correlation_display"] == f"sesdns remove {domain}"]
        look("rounds", len(removals), 2)

        other = names[1]
        export = sorted((life.case.folder / other).glob("*.csv"))
        expect("a proof of concept", life.run("submit", *export, "--poc", "--expires", "2026-02-01", "--yes"), 0)
        expect("its production", life.run("submit", *export, "--production", "--again", "--yes"), 0, "1 opened")
        done = life.run("retire", "--expired", "--no-dns", "--yes", now=LATER)
        expect("the proof of concept ends", done, 0, "nothing of it is left to be removed")
        look("production stays", [t["number"] for t in fake.tickets()
                                  if t["correlation_display"] == f"sesdns remove {other}"], [])
        expect("an old one is not renewed", life.run("renew", "--domain", other, "--expires", "+30d", "--yes", now=LATER),
               1, "it is production")


def main():
    proof.need_tools(["knotd"])
    with proof.folder() as name:
        folder = pathlib.Path(name)
        with servicenow.Fake(folder / "fake") as fake:
            life = Life(folder / "case", fake)
            prove_renewal(life)
            names = sorted(life.case.domains)
            prove_removal(life, folder, names)
            prove_without_dns(life, names)
        prove_without_ledger(folder)
        prove_rounds(folder)
    proof.finish("renewed, renewed for good, removed and gone: each once, with the ledger and without it")


sys.exit(main())
