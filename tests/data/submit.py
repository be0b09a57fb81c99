# SPDX-License-Identifier: MIT
"""What `sesdns submit` promises before, in and after a run: the plan and its reasons, what was reviewed and nothing
else, keys and fields that an instance loses, files, results for people and programs, connections.

Who we are and whom we trust is in submit_auth.py, a person at a terminal in submit_terminal.py, secrets in
submit_secrets.py, waits in submit_manners.py, and accidents are in tests/interrupt.
"""
import csv
import json
import pathlib
import re

from support import batch, proof, servicenow, submitting
from support.submitting import actions, codes, expect

# What stands behind a result, and of which type: the manual has the same list.
SCHEMA = {
    "action": str, "subject": str, "number": (str, type(None)), "link": (str, type(None)), "sys_id": (str, type(None)),
    "table": (str, type(None)), "correlation_id": str, "digest": str, "earlier": (str, type(None)),
    "reason": (str, type(None)), "attachments": int, "uploaded": int, "complete": bool,
}  # fmt: skip
ACTIONS = {"open", "changed", "blocked", "found", "opened", "refused", "failed"}

# A stand-in that says 403 where a condition is on a field which may not be read, and one that shows it to nobody.
UNREADABLE = {"properties": {"fake.unreadable_query": "403"}, "acls": [
    {"table": "incident", "field": "correlation_id", "deny": ["query"]}]}  # fmt: skip
OLD_FILES = {"acls": [{"table": "sys_attachment", "field": "hash", "deny": ["read"]},
                      {"table": "sys_attachment", "deny": ["create", "write"]}]}  # fmt: skip
NO_CREATE = {"acls": [{"table": "incident", "deny": ["create"]}]}


class Proof:
    """A stand-in for most of what is tried here, a folder, and a new case for each try."""

    def __init__(self, folder):
        self.folder = folder
        self.cases = 0
        self.library = proof.build_preload("fast_clock.c", folder)
        self.fake = servicenow.Fake(folder / "fake").start()

    def case(self, count=2, *faults, fake=None, **more):
        """A case of its own, at an instance without tickets."""
        self.cases += 1
        fake = fake or self.fake
        fake.reset(*faults)
        return submitting.Case(self.folder / f"case{self.cases}", fake, count, **more)

    def other(self, name, **config):
        return servicenow.Fake(self.folder / name, config=config)

    def patient(self):
        """The environment of a run whose waits cost nothing."""
        return {key: value for key, value in proof.loaded_before(self.library).items() if key not in proof.ENVIRONMENT
                or key == "ASAN_OPTIONS"}  # fmt: skip


def kinds(fake):
    return {line.kind for line in fake.log()}


def rewrite(case, subject, **cells):
    """Changes cells in the row of a manifest."""
    with open(case.manifest, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["domain"] == subject:
            row.update(cells)
    with open(case.manifest, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


# The plan.


def dry_run(it):
    """Writes nothing anywhere, says what it would do, and leaves a ledger that is there as it is."""
    case = it.case()
    before = batch.tree(case.folder)
    done = case.run("--dry-run")
    expect("dry run", done, 0)
    if done.stdout.decode().split() != ["unit0.example.edu", "open", "unit1.example.edu", "open"]:
        proof.complain(f"dry run: the plan is {done.stdout.decode()}")
    if batch.tree(case.folder) != before or case.ledger.parent.exists():
        proof.complain(f"dry run: writes {sorted(batch.tree(case.folder).keys() - before.keys())}")
    if it.fake.tickets() or kinds(it.fake) - {"lookup"}:
        proof.complain(f"dry run: asks for {kinds(it.fake)}")
    case.submit()
    rewrite(case, "unit1.example.edu", expires="2026-04-01")
    before = batch.tree(case.folder)
    done = case.run("--dry-run", "--format", "json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if [line["action"] for line in lines] != ["found", "changed"] or done.returncode != 1:
        proof.complain(f"dry run with a ledger: {done.returncode}, {lines}")
    if batch.tree(case.folder) != before:
        proof.complain("dry run: changes what is there")


def plan(it):
    """Found, changed, blocked: each with its reason, and what is not concerned is opened."""
    case = it.case(4)
    rows = (case.folder / "manifest.csv").read_text().splitlines()
    (case.folder / "manifest.csv").write_text("\n".join(rows[:3]) + "\n")
    case.submit()
    (case.folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    rewrite(case, "unit1.example.edu", expires="2026-05-01")
    rewrite(case, "unit3.example.edu", expires="2020-01-01")
    done, results = case.results()
    expect("plan", done, 1, "unit1.example.edu: an earlier ticket asks for something else",
           "no ticket for unit3.example.edu: mend the findings first")  # fmt: skip
    wanted = {"unit0.example.edu": "found", "unit1.example.edu": "changed", "unit2.example.edu": "opened"}
    if actions(results) != wanted or results["unit1.example.edu"]["earlier"] != "INC0010002":
        proof.complain(f"plan: {results}")
    if len(it.fake.tickets()) != 3:
        proof.complain(f"plan: {len(it.fake.tickets())} tickets")
    # Without a ledger the label tells it.
    case.forget_ledger()
    done, results = case.results()
    if actions(results) != wanted | {"unit2.example.edu": "found"}:
        proof.complain(f"plan without a ledger: {actions(results)}")
    done, results = case.results("--again")
    if actions(results)["unit1.example.edu"] != "opened" or len(it.fake.tickets()) != 4:
        proof.complain(f"--again: {actions(results)}")
    done, results = case.results("--again")
    if actions(results)["unit1.example.edu"] != "found" or len(it.fake.tickets()) != 4:
        proof.complain(f"--again twice: {actions(results)}")


def vanished(it):
    """A ticket that the ledger knows and the instance does not show is opened again only when asked for."""
    case = it.case(2)
    case.submit()
    it.fake.reset()
    done, results = case.results()
    reason = "the ledger knows it as open, and the instance does not show it"
    if done.returncode != 1 or any(line["reason"] != reason for line in results.values()) or it.fake.tickets():
        proof.complain(f"vanished: {done.returncode}, {results}")
    done, results = case.results("--again", environment=it.patient())
    if set(actions(results).values()) != {"opened"} or case.complain_about("vanished, and --again"):
        proof.complain(f"vanished, and --again: {done.returncode}, {actions(results)}")


def lost_ledger(it):
    """ServiceNow holds the truth: another ledger finds all of it, with its files, and is as good as the first."""
    case = it.case(3, "kind attach 3+ 403")
    case.submit(environment=it.patient())
    it.fake.faults()
    case.forget_ledger()
    done, results = case.results()
    if done.returncode != 0 or set(actions(results).values()) != {"found"}:
        proof.complain(f"lost ledger: {done.returncode}, {actions(results)}\n{done.stderr.decode()}")
    case.complain_about("lost ledger")
    it.fake.reset()
    if set(actions(case.results()[1]).values()) != {"blocked"}:
        proof.complain("lost ledger: what was found is not in the new one")


# What was reviewed.


def expect_digest(it):
    """One digest stands for one request."""
    case = it.case(2)
    digests = [line["digest"] for line in map(json.loads, case.run("-n", "--format", "json").stdout.splitlines())]
    for form in (digests[1], digests[1].removeprefix("sha256:")):
        it.fake.reset()
        case.forget_ledger()
        done, results = case.results("--expect", form)
        if actions(results) != {"unit0.example.edu": "blocked", "unit1.example.edu": "opened"} or done.returncode != 1:
            proof.complain(f"--expect {form}: {done.returncode}, {actions(results)}")
    it.fake.reset()
    case.forget_ledger()
    done = case.submit("--expect", "0" * 64)
    expect("--expect another digest", done, 1, "[ticket-not-reviewed]", "not what was reviewed")
    for wrong in ("0" * 63, case.folder / "nothing", case.manifest):
        expect(f"--expect {wrong}", case.submit("--expect", wrong), 3, "--expect")
    if it.fake.tickets():
        proof.complain("--expect: opens what was not reviewed")


def rendered(it, case, *more):
    out = it.folder / f"out{it.cases}"
    done = proof.sesdns("render", "--quiet", "--manifest", case.manifest, "--config", case.config, "-o", out, *more)
    if done.returncode != 0:
        proof.complain(f"render: {done.stderr.decode()}")
    return out / "index.json"


def expect_index(it):
    """The index of a render stands for what it rendered: requests, and the texts that people read."""
    case = it.case(4)
    index = rendered(it, case)
    whole = case.manifest.read_text()
    rewrite(case, "unit1.example.edu", contact="b@example.edu")
    rewrite(case, "unit3.example.edu", expires="2026-03-02")
    done, results = case.results("--expect", index)
    wanted = {"unit0.example.edu": "opened", "unit1.example.edu": "blocked", "unit2.example.edu": "opened",
              "unit3.example.edu": "blocked"}  # fmt: skip
    if actions(results) != wanted or done.returncode != 1 or len(it.fake.tickets()) != 2:
        proof.complain(f"--expect index.json of other requests: {done.returncode}, {actions(results)}")
    case.manifest.write_text(whole)
    done, results = case.results("--expect", index)
    if set(actions(results).values()) != {"found", "opened"} or done.returncode != 0:
        proof.complain(f"--expect index.json: {done.returncode}, {actions(results)}")
    it.fake.reset()
    case.forget_ledger()
    case.manifest.write_text("\n".join(whole.splitlines()[:-1]) + "\n")
    expect("a request is missing", case.run("-n", "--expect", index), 0, "unit3.example.edu was reviewed, and is not")
    case.manifest.write_text(whole)
    part = json.loads(index.read_text())
    part["requests"] = part["requests"][:3]
    index.with_name("part.json").write_text(json.dumps(part))
    done, results = case.results("--expect", index.with_name("part.json"))
    if actions(results)["unit3.example.edu"] != "blocked" or len(it.fake.tickets()) != 3:
        proof.complain(f"--expect without a request: {actions(results)}")


def expect_texts(it):
    """A template that says something else than the one of the review is not what was reviewed."""
    case = it.case(1)
    index = rendered(it, case)
    for name in ("ticket.txt", "ticket-summary.txt"):
        templates = it.folder / f"templates-{name}"
        templates.mkdir()
        text = (proof.SOURCE / "templates" / name).read_text()
        (templates / name).write_text("{{subject}}: please hurry\n" + (text if name == "ticket.txt" else ""))
        done = case.submit("--expect", index, "--templates", templates)
        expect(f"another {name}", done, 1, "[ticket-not-reviewed]")
        if it.fake.tickets():
            proof.complain(f"another {name}: opens what was not reviewed")
        it.fake.reset()
        case.forget_ledger()


# Groups.


def groups(it):
    """One ticket for many domains has the exports of all, and finds itself again."""
    case = it.case(6)
    done, results = case.results("--group-by", "all")
    names = {"all.poc-2026-03-01", "all.production"}
    if done.returncode != 0 or actions(results) != dict.fromkeys(names, "opened"):
        proof.complain(f"--group-by: {done.returncode}, {actions(results)}\n{done.stderr.decode()}")
    for ticket in it.fake.tickets():
        members = [name for name in case.domains if f"DOMAIN {name}" in ticket["description"]]
        hashes = sorted(digest for name in members for _, digest in case.files_of(name))
        if len(members) != 3 or sorted(digest for _, digest in ticket["files"]) != hashes:
            proof.complain(f"--group-by: {members} with {ticket['files']}")
        if len({name for name, _ in ticket["files"]}) != 6:
            proof.complain(f"--group-by: files with one name: {ticket['files']}")
        if any(digest not in ticket["description"] or digest[:8] not in name for name, digest in ticket["files"]):
            proof.complain(f"--group-by: the text does not tell the files apart: {ticket['files']}")
    done, results = case.results("--group-by", "all")
    if done.returncode != 0 or actions(results) != dict.fromkeys(names, "found"):
        proof.complain(f"--group-by again: {done.returncode}, {actions(results)}")
    case.forget_ledger()
    before = it.fake.tickets()
    done, results = case.results("--group-by", "all")
    if actions(results) != dict.fromkeys(names, "found") or it.fake.tickets() != before:
        proof.complain(f"--group-by without a ledger: {actions(results)}")


def old_files(it):
    """An instance that tells no hash of its files: name and size must do, and every file of a group arrives."""
    with it.other("old", **OLD_FILES) as fake:
        case = it.case(4, fake=fake)
        for run in (1, 2):
            done = case.submit("--group-by", "all")
            expect(f"files without a hash, run {run}", done, 0)
            case.forget_ledger()
        counts = [len(ticket["files"]) for ticket in fake.tickets()]
        if counts != [4, 4]:
            proof.complain(f"files without a hash: {counts} of 4 and 4 arrive")


# What an instance does to a ticket.


def two_with_one_key(it):
    """Somebody else asked for the same: told, and left alone."""
    case = it.case(3, "kind create 2 duplicate")
    case.submit()
    it.fake.faults()
    done, results = case.results()
    expect("two tickets with one key", done, 1, "two tickets have one key")
    if actions(results) != {"unit0.example.edu": "found", "unit1.example.edu": "blocked", "unit2.example.edu": "found"}:
        proof.complain(f"two tickets with one key: {actions(results)}")
    if len(it.fake.tickets()) != 4 or kinds(it.fake) - {"lookup"} != {"create", "list", "attach"}:
        proof.complain("two tickets with one key: does something about it")


FIELDS = (
    # fault, config, code, what is said of the field
    ("drop-field u_expiry_date", "", "servicenow-field-dropped", "the field did not arrive: 'u_expiry_date'"),
    ("hide-field u_expiry_date", "", "servicenow-field-dropped", "the field did not arrive: 'u_expiry_date'"),
    ("change-field u_expiry_date 2027-01-01", "", "servicenow-field-changed",
     "the field was changed to '2027-01-01': 'u_expiry_date'"),
    ("slow 0", "short_description = {{ticket}}", "servicenow-field-cut", "the field was cut to 1"),
    ("slow 0", "u_lifetime = forever", "servicenow-field-dropped", "the field did not arrive: 'u_lifetime'"),
    ("slow 0", "u_not_there = {{contact}}", "servicenow-field-dropped", "the field did not arrive: 'u_not_there'"),
)  # fmt: skip


def fields(it):
    """What did not arrive as it was sent is told; the ticket is open and complete, and is not asked for again."""
    for fault, config, code, sentence in FIELDS:
        case = it.case(2, f"kind create every {fault}", fields=config)
        done = case.submit()
        expect(fault + config, done, 0 if code.endswith("changed") else 1, sentence)
        if code not in codes(done) or case.complain_about(fault + config):
            proof.complain(f"{fault} {config}: {codes(done)}")
    case = it.case(2, fields="priority = 1")
    expect("a computed priority", case.submit(), 0, "the field was changed to '5': 'priority'")


def strange_fields(it):
    """A field that the table does not have, or that we may not read, is found before anything is opened."""
    case = it.case(2, fields="u_not_there = {{contact}}")
    it.fake.create({"short_description": "somebody else's"})
    expect("no such field", case.submit(), 5, "the table has no such field, or we may not read it: 'u_not_there'")
    if len(it.fake.tickets()) != 1:
        proof.complain("no such field: opens a ticket all the same")
    with it.other("hidden", acls=[{"table": "incident", "field": "u_expiry_date", "deny": ["read"]}]) as fake:
        case = it.case(2, fake=fake)
        fake.create({"short_description": "somebody else's"})
        expect("hidden field", case.submit(), 5, "the table has no such field, or we may not read it: 'u_expiry_date'")
        if len(fake.tickets()) != 1:
            proof.complain("hidden field: opens a ticket all the same")


def lost_key(it):
    """A ticket that did not keep its key would be opened again by the next run: the whole run ends there."""
    case = it.case(3, "kind create 2+ no-key")
    done, results = case.results()
    expect("a key that is lost", done, 5, "the instance did not keep the key of the ticket", "servicenow-key-lost")
    wanted = {"unit0.example.edu": "opened", "unit1.example.edu": "opened", "unit2.example.edu": "open"}
    if actions(results) != wanted or len(it.fake.tickets()) != 2:
        proof.complain(f"a key that is lost: {actions(results)}, {len(it.fake.tickets())} tickets")
    if "not begun" not in results["unit2.example.edu"]["reason"]:
        proof.complain(f"a key that is lost: {results['unit2.example.edu']}")
    it.fake.faults()
    done, results = case.results()
    if actions(results)["unit1.example.edu"] != "blocked" or len(it.fake.tickets()) != 3:
        proof.complain(f"a key that was lost: {actions(results)}, {len(it.fake.tickets())} tickets")


ROUTES = (
    f"route = catalog\nitem = {servicenow.CATALOG_ITEM}",
    f"route = producer\nitem = {servicenow.RECORD_PRODUCER}",
    f"route = import\nstaging = {servicenow.IMPORT_SET}",
)


def lost_key_of_a_form(it):
    """A form says that it made a ticket, and no look-up finds it: it is not sent again."""
    for route in ROUTES:
        case = it.case(3, "kind create every no-key")
        case.config.write_text(f"[servicenow]\ninstance = {it.fake.url}\nuser = {servicenow.USER}\n{route}\n")
        done, results = case.results(environment=it.patient())
        creates = [line for line in it.fake.log() if line.kind == "create"]
        expect(f"{route}, no key", done, 5, "servicenow-key-lost")
        if list(actions(results).values()) != ["opened", "open", "open"] or len(creates) != 1:
            proof.complain(f"{route}, no key: {actions(results)}, {len(creates)} requests")
        done, results = case.results(environment=it.patient())
        if actions(results)["unit0.example.edu"] != "blocked":
            proof.complain(f"{route}, no key, and again: {actions(results)}")


def ignored_key(it):
    """An instance that drops the condition of a look-up is not one to open anything at."""
    for fault in ("kind lookup every all-rows", "kind lookup 3 all-rows"):
        case = it.case(2, fault)
        it.fake.create({"short_description": "somebody else's", "correlation_id": "another"})
        expect(fault, case.submit(), 5, "[servicenow-key-ignored]")
        if len(it.fake.tickets()) != 1:
            proof.complain(f"{fault}: opens a ticket all the same")
    # In mid-run: after a create whose reply was lost.
    case = it.case(3, "kind create 2 cut", "kind lookup 5+ all-rows")
    done, results = case.results(environment=it.patient())
    expect("a condition dropped in mid-run", done, 5, "servicenow-key-ignored")
    if len(it.fake.tickets()) != 1:
        proof.complain(f"a condition dropped in mid-run: {len(it.fake.tickets())} tickets, {results}")
    case = it.case(2, more="key_field = u_not_there")
    it.fake.create({"short_description": "somebody else's"})
    expect("a key field that does not exist", case.submit(), 5, "'u_not_there' [servicenow-key-ignored]")
    with it.other("unreadable", **UNREADABLE) as fake:
        case = it.case(2, fake=fake)
        fake.create({"short_description": "somebody else's"})
        expect("a key that may not be asked for", case.submit(), 5, "Insufficient rights to query records",
               "[servicenow-refused]")  # fmt: skip
        if len(fake.tickets()) != 1:
            proof.complain("a key that may not be asked for: opens a ticket all the same")


def refused_create(it):
    """Whoever may not open tickets is told, in less than a settling time a ticket, and a rerun will not help."""
    with it.other("no-create", **NO_CREATE) as fake:
        case = it.case(3, fake=fake)
        done, results = case.results(environment=it.patient())
        expect("no right to create", done, 5)
        reasons = {line["reason"] for line in results.values()}
        if set(actions(results).values()) != {"refused"} or not all("ACL Exception" in reason for reason in reasons):
            proof.complain(f"no right to create: {actions(results)}, {reasons}")
        creates = [line for line in fake.log() if line.kind == "create"]
        if len(creates) != 3:
            proof.complain(f"no right to create: {len(creates)} requests")


def refused_files(it):
    """A file that the instance does not take is told, the others arrive, and the ticket is not asked for again."""
    with it.other("no-txt", properties={"glide.attachment.extensions": "xml"}) as fake:
        case = it.case(2, fake=fake)
        done, results = case.results(environment=it.patient())
        expect("no CSV files", done, 5)
        if set(actions(results).values()) != {"opened"} or any(line["complete"] for line in results.values()):
            proof.complain(f"no CSV files: {results}")
    # A list that is not of this ticket says nothing about it.
    case = it.case(2, "kind list every all-rows")
    expect("files of others in a list", case.submit(), 4)
    it.fake.faults()
    expect("files of others in a list, later", case.submit(timeout=20), 0)
    case.complain_about("files of others in a list")


# Results.


def results_for_programs(it):
    """Each line of JSON has all members, of their types; a link and a number belong to what is there."""
    case = it.case(4, "kind create 3+ redirect http://127.0.0.1:9")
    rewrite(case, "unit1.example.edu", expires="2026-05-01")
    case.submit("--format", "json")
    rewrite(case, "unit1.example.edu", expires="2026-06-01")
    seen = []
    for arguments in (("--yes",), ("-n",)):
        for line in case.run(*arguments, "--format", "json").stdout.splitlines():
            row = json.loads(line)
            seen.append(row["action"])
            if list(row) != list(SCHEMA) or any(not isinstance(row[key], kind) for key, kind in SCHEMA.items()):
                proof.complain(f"results: {row}")
            if row["action"] not in ACTIONS or not re.fullmatch(r"sesdns-add-[0-9a-f]{32}", row["correlation_id"]):
                proof.complain(f"results: {row}")
            if (row["sys_id"] is None) != (row["link"] is None):
                proof.complain(f"results: {row}")
    if {"found", "changed", "open"} - set(seen):
        proof.complain(f"results: only {seen}")


def results_for_people(it):
    case = it.case(3, "kind create 2 redirect http://127.0.0.1:9")
    done = case.submit()
    lines = done.stdout.decode().splitlines()
    number = re.compile(r"unit0\.example\.edu  opened   INC0010001   http://127\.0\.0\.1:\d+/incident\.do\?sys_id=[0-9a-f]{32}")
    if not number.fullmatch(lines[0]) or len(lines) != 3 or "refused" not in lines[1]:
        proof.complain(f"results: {lines}")
    expect("results", done, 5, "2 opened, 0 open before, 1 not opened")
    expect("quiet results", case.submit("--quiet", "--domain", "x"), 2)
    done = case.submit("--quiet")
    if done.stderr or done.returncode != 0:
        proof.complain(f"--quiet: {done.stderr.decode()}")
    done = case.submit()
    expect("a finished batch", done, 0, "all 3 open already: nothing was done")


def connections(it):
    """Four at a time are four and no more, and open each ticket once."""
    with servicenow.Fake(it.folder / "slow", delay_ms=20) as fake:
        for jobs, most in ((4, 4), (1, 1)):
            case = it.case(12, fake=fake)
            done = case.submit("--jobs", str(jobs))
            expect(f"--jobs {jobs}", done, 0)
            at_once = fake.status()["at_once"]
            if at_once > most or (jobs == 4 and at_once < 2):
                proof.complain(f"--jobs {jobs}: {at_once} requests at a time")
            case.complain_about(f"--jobs {jobs}")
            done = case.submit("--jobs", str(jobs))
            expect(f"--jobs {jobs} again", done, 0, "all 12 open already")
    expect("--jobs 5", it.case(1).submit("--jobs", "5"), 2)


def pages(it):
    """More than fits into one look-up: keys and labels are asked for in pages, each row of which is ours."""
    case = it.case(70)
    expect("70 domains", case.submit(), 0)
    case.complain_about("70 domains")
    longest = max(len(line.target) for line in it.fake.log())
    if longest > 2000:
        proof.complain(f"70 domains: a target of {longest} characters")
    before = len(it.fake.log())
    expect("70 domains again", case.submit(), 0, "all 70 open already")
    asked = [line for line in it.fake.log()[before:] if "correlation_idIN" in line.target]
    if len(asked) != 3 or len(it.fake.log()) - before > 5:
        proof.complain(f"70 domains again: {len(asked)} pages of {len(it.fake.log()) - before} requests")
    with it.other("unordered", properties={"fake.unordered": True}) as fake:
        case = it.case(40, fake=fake)
        case.submit()
        expect("without an order", case.submit(), 0, "all 40 open already")


def settings(it):
    """What a route cannot do without is asked for before anything is sent."""
    for more, missing in (("route = catalog", "item"), ("route = producer", "item"), ("route = import", "staging"),
                          (f"{ROUTES[0]}\nsend_sys_id = yes", "send_sys_id"),
                          (f"{ROUTES[2]}\nsend_sys_id = yes", "send_sys_id")):  # fmt: skip
        case = it.case(1, more=more)
        expect(more, case.submit(), 3, f"'{missing}' [servicenow-bad-setting]")
        if it.fake.log():
            proof.complain(f"{more}: the instance is asked")
    for more in ("route = mail", "table = a-b", "settle = soon", "send_sys_id = 1", "key_field = a -> ", "item = 12"):
        expect(more, it.case(1, more=more).submit(), 3, "config.ini:4: error: [servicenow]")


def routes(it):
    """Forms and staging tables name a field otherwise than the table does: what arrives is compared there."""
    catalog = f"route = catalog\nitem = {servicenow.CATALOG_ITEM}"
    producer = f"route = producer\nitem = {servicenow.RECORD_PRODUCER}"
    staging = f"route = import\nstaging = {servicenow.IMPORT_SET}"
    for table, more, mapped in (("sc_req_item", catalog, "expires = {{expires}}"),
                                ("incident", producer, "expires -> u_expiry_date = {{expires}}"),
                                ("incident", staging, "u_expires -> u_expiry_date = {{expires}}")):  # fmt: skip
        for key in ("", "key_field = u_correlation_id -> correlation_id") if table != "sc_req_item" else ("",):
            if key and "producer" in more:
                continue
            case = it.case(2)
            case.config.write_text(f"[servicenow]\ninstance = {it.fake.url}\nuser = {servicenow.USER}\n{more}\n{key}\n"
                                   f"[servicenow.fields]\n{mapped}\n")  # fmt: skip
            for run, status in (("first", "opened"), ("second", "found")):
                done, results = case.results()
                if done.returncode != 0 or set(actions(results).values()) != {status}:
                    proof.complain(f"{more}: the {run} run: {done.returncode}, {results}\n{done.stderr.decode()}")
            it.fake.faults("kind create every change-field u_expiry_date 2027-01-01")


SCENES = (
    dry_run, plan, vanished, lost_ledger, expect_digest, expect_index, expect_texts, groups, old_files,
    two_with_one_key, fields, strange_fields, lost_key, lost_key_of_a_form, ignored_key, refused_create, refused_files,
    results_for_programs, results_for_people, connections, pages, settings, routes,
)  # fmt: skip


def main():
    with proof.folder() as name:
        it = Proof(pathlib.Path(name))
        for scene in SCENES:
            scene(it)
        it.fake.stop()
    proof.finish(f"{len(SCENES)} promises, {it.cases} instances")


main()
