# SPDX-License-Identifier: MIT
"""Runs `sesdns submit` against a stand-in, and says what there must be afterwards."""
import hashlib
import json
import pathlib
import re
import shutil

from support import batch, proof, servicenow

RECORD = ("txt-dns-records.csv", "dkim-dns-records.csv")

CONFIG = """\
[servicenow]
instance = {url}
user = {user}
{more}

[servicenow.fields]
u_expiry_date = {{{{expires}}}}
{fields}
"""


def codes(done):
    """The codes of the findings that a run told a person."""
    return re.findall(r" \[([a-z0-9-]+)\]$", done.stderr.decode(errors="replace"), re.MULTILINE)


def expect(what, done, status, *said, unsaid=()):
    """Complains unless a run ended so, and standard error has these words and none of the others."""
    talk = done.stderr.decode(errors="replace")
    wrong = [f"status {done.returncode}, not {status}"] if done.returncode != status else []
    wrong += [f"does not say: {words}" for words in said if words not in talk]
    wrong += [f"says: {words}" for words in unsaid if words in talk]
    if wrong:
        proof.complain(f"{what}: {'; '.join(wrong)}\n{done.stdout.decode(errors='replace')}{talk}")


def actions(results):
    """Subject -> what was done with it, of what Case.results gives."""
    return {subject: line["action"] for subject, line in results.items()}


class Case:
    """A manifest of `count` domains, a config for `fake`, a ledger: everything below `folder`."""

    def __init__(self, folder, fake, count, more="", fields="", seed=1):
        self.folder = pathlib.Path(folder)
        self.fake = fake
        self.folder.mkdir(parents=True, exist_ok=True)
        self.domains = batch.domains(count, seed)
        for name, rows in self.domains.items():
            proof.write_console_exports(self.folder / name, rows)
        self.manifest = batch.write_manifest(self.folder / "manifest.csv", self.domains)
        self.config = self.folder / "config.ini"
        self.configure(more, fields)
        self.ledger = self.folder / "state" / "ledger.db"
        self.environment = {**proof.ENVIRONMENT, "SESDNS_PASSWORD": servicenow.PASSWORD}

    def configure(self, more="", fields=""):
        if self.fake.ca_file:
            more += f"\nca_file = {self.fake.ca_file}"
        self.config.write_text(CONFIG.format(url=self.fake.url, user=servicenow.USER, more=more, fields=fields),
                               encoding="utf-8")

    def arguments(self, *more):
        return ["submit", "--manifest", self.manifest, "--config", self.config, "--ledger", self.ledger, *more]

    def run(self, *more, environment=None, **options):
        """The finished process, which was not given --yes."""
        return proof.sesdns(*self.arguments(*more), env={**self.environment, **(environment or {})}, **options)

    def submit(self, *more, **options):
        """The finished process."""
        return self.run("--yes", *more, **options)

    def results(self, *more, **options):
        """The process, and subject -> what it printed of it."""
        done = self.submit("--format", "json", *more, **options)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done, {line["subject"]: line for line in lines}

    def forget_ledger(self):
        shutil.rmtree(self.ledger.parent, ignore_errors=True)

    def files_of(self, name):
        """What must be attached to the ticket of a domain."""
        paths = [self.folder / name / file for file in RECORD]
        return sorted((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)

    def expected(self):
        return {name: self.files_of(name) for name in self.domains}

    def complain_about(self, where, table="incident"):
        """Compares what the stand-in holds with exactly one ticket a domain and exactly its files. Returns how many
        complaints there are."""
        tickets = self.fake.tickets(table)
        found = {}
        wrong = 0
        for ticket in tickets:
            name = ticket["correlation_display"].rpartition(" ")[2]
            if name in found:
                wrong += 1
                proof.complain(f"{where}: {name} has two tickets")
            found[name] = ticket["files"]
        if len(tickets) != len(self.domains):
            wrong += 1
            proof.complain(f"{where}: {len(tickets)} tickets, not {len(self.domains)}")
        for name, files in self.expected().items():
            if name in found and found[name] != files:
                wrong += 1
                proof.complain(f"{where}: the ticket of {name} has the files {found[name]}, not {files}")
        return wrong
