# SPDX-License-Identifier: MIT
"""`list --from-servicenow` makes a ledger of what several engineers asked for, the same as the one that was lost; `list
--refresh` brings it up to date. Tickets that somebody edited, and instances that answer something else, are not
believed.
"""
import json
import pathlib
import sys

from support import dns, proof, servicenow, submitting

DOMAINS = 130  # more than a page

# What a rebuilt ledger cannot know, or knows better.
OTHERWISE = {"ticket_state", "asked_at", "opened_at", "group"}


class Engineer:
    """Somebody with a ledger of their own."""

    def __init__(self, case, name):
        self.case = case
        self.ledger = case.folder / f"{name}.db"

    def run(self, *arguments):
        return proof.sesdns(*arguments, "--config", self.case.config, "--ledger", self.ledger,
                            env=self.case.environment)

    def state(self):
        return {(line["subject"], line["correlation_id"]): {k: v for k, v in line.items() if k not in OTHERWISE}
                for line in map(json.loads, self.run("list", "--format", "json").stdout.splitlines())}


def look(what, found, expected):
    if found != expected:
        proof.complain(f"{what}: {str(found)[:500]}, not {str(expected)[:500]}")


def expect(what, done, status, *said, unsaid=()):
    submitting.expect(what, done, status, *said, unsaid=unsaid)
    return done


def differences(left, right):
    """Of two states: what is said otherwise."""
    found = [f"{key[0]}: {name}: {line[name]!r}, {right[key][name]!r}" for key, line in left.items() if key in right
             for name in line if line[name] != right[key][name]]
    return found + [f"only in one: {key[0]}" for key in left.keys() ^ right.keys()]


def prove_whole(case):
    """Domains with nodes, a host, a group, a renewal and a removal: lost, and there again."""
    ann, bob = Engineer(case, "ann"), Engineer(case, "bob")
    names = sorted(case.domains)
    exports = sorted((case.folder / names[0]).glob("*.csv"))
    words = ["--contact", "Mail Team <mail@example.edu>", "--purpose", "course mail", "--account", "123456789012",
             "--region", "us-west-2"]
    expect("nodes", ann.run("submit", *exports, *words, "--zone", "example.edu", "--dedicated-ip",
                            "198.51.100.7=mail1.example.edu", "--dedicated-ip", "2001:db8::7=mail1.example.edu",
                            "--poc", "--expires", "2026-03-01", "--yes"), 0)
    expect("a host", ann.run("submit", "--ec2", "mail.example.edu", "--eip", "203.0.113.9", "--allocation-id",
                             "eipalloc-0123456789abcdef0", *words, "--production", "--yes"), 0)
    expect("many", ann.run("submit", "--manifest", case.manifest, "--again", "--yes"), 0)
    expect("renewed", ann.run("renew", "--domain", names[1], "--expires", "2026-06-30", "--yes"), 0)
    expect("removed", ann.run("retire", "--domain", names[3], "--no-dns", "--yes"), 0)
    case.fake.create({"short_description": "somebody else's", "correlation_id": "monitoring-1"})
    case.fake.create({"short_description": "somebody else's", "correlation_id": "SESDNS-in-capitals"})

    count = DOMAINS + 4
    expect("rebuilt", bob.run("list", "--from-servicenow", "-q"), 0, unsaid=("not quite", "nothing tells"))
    wrong = differences(ann.state(), bob.state())
    if wrong:
        proof.complain("rebuilt otherwise:\n" + "\n".join(wrong[:10]))
    expect("once more", bob.run("list", "--from-servicenow"), 0,
           f"0 tickets taken into the ledger, {count} known, 0 not understood")
    # The keys are the same, so that nobody opens what the other has opened.
    done = bob.run("renew", "--domain", names[1], "--expires", "2026-06-30", "--yes")
    expect("the other engineer renews", done, 0, "nothing was done")
    expect("the other engineer removes", bob.run("retire", "--domain", names[3], "--no-dns", "--yes"), 0,
           "was asked for already")
    expect("the other engineer adds", bob.run("submit", "--manifest", case.manifest, "--yes"), 0, "nothing was done")
    look("tickets", len([t for t in case.fake.tickets() if t["correlation_id"].startswith("sesdns-")]), count)
    return names


def prove_group(folder, fake, case):
    """Of a group the text has no names: the exports have."""
    fake.reset()
    ann, bob = Engineer(case, "group-ann"), Engineer(case, "group-bob")
    expect("a group", ann.run("submit", "--manifest", case.manifest, "--group-by", "all", "--yes"), 0, "2 opened")
    expect("a group, rebuilt", bob.run("list", "--from-servicenow", "-q"), 0)
    left, right = ann.state(), bob.state()
    look("requests of the group", sorted(right), sorted(left))
    for key, line in right.items():
        look(f"{key[0]}: expires", line["expires"], left[key]["expires"])
        look(f"{key[0]}: records", line["records"], left[key]["records"])


def prove_doubt(folder, fake, case):
    """Texts that were edited, files that are gone, answers to other questions."""
    fake.reset()
    names = sorted(case.domains)
    ann = Engineer(case, "doubt-ann")
    manifest = case.folder / "three.csv"
    manifest.write_text("".join(case.manifest.read_text().splitlines(keepends=True)[:4]))
    few = ["submit", "--manifest", manifest, "--yes"]
    expect("three", ann.run(*few), 0, "3 opened")
    by_name = {t["correlation_display"].split(" ")[2]: t for t in fake.tickets()}
    edited, bare = sorted(by_name)[:2]
    ticket = by_name[edited]
    text = ticket["description"].replace(f"Subject: {edited}", "Subject: bank.example.com")
    fake.call("PATCH", f"/api/now/table/incident/{ticket['sys_id']}", {"description": text})
    for file in fake.get("/api/now/attachment", _query=f"table_sys_id={by_name[bare]['sys_id']}").body["result"]:
        fake.call("DELETE", f"/api/now/attachment/{file['sys_id']}")

    bob = Engineer(case, "doubt-bob")
    expect("edited and bare", bob.run("list", "--from-servicenow"), 0, f"{ticket['number']}: its last lines",
           f"{bare}: nothing tells its records", "2 tickets taken into the ledger, 0 known, 1 not understood")
    look("edited and bare", sorted(name for name, _ in bob.state()), sorted(set(by_name) - {edited}))
    carl = Engineer(case, "doubt-carl")
    expect("with the exports", carl.run("list", "--from-servicenow", *sorted((case.folder / bare).glob("*.csv"))), 0,
           unsaid=("nothing tells", "not quite"))
    look("with the exports", [len(line["records"]) for (name, _), line in carl.state().items() if name == bare], [4])

    fake.create({"short_description": "somebody else's", "correlation_id": "monitoring-1"})
    for fault, status in (("kind lookup 1 all-rows", 5), ("kind list 1 all-rows", 5), ("request 1+ 500", 4)):
        fake.faults(fault)
        dora = Engineer(case, "doubt-" + fault.replace(" ", "-"))
        expect(fault, dora.run("list", "--from-servicenow"), status)
        look(f"{fault}: the ledger", [name for name, _ in dora.state() if name not in by_name], [])


def prove_refresh(folder, case, names):
    ann = Engineer(case, "ann")
    number = next(t for t in case.fake.tickets() if t["correlation_display"] == f"sesdns add {names[1]}")
    case.fake.call("PATCH", f"/api/now/table/incident/{number['sys_id']}", {"state": "7", "close_code": "x",
                                                                           "close_notes": "x"})
    rows = [row for name in names if name != names[3] for row in case.domains[name]]
    missing = case.domains[names[5]][0]
    zone = "".join(dns.record_line(*row) for row in rows if row != missing)
    with dns.Knot(folder, {"example.edu": zone, **dns.key_zones(rows)}, name="refresh") as knot:
        expect("refreshed", ann.run("list", "--refresh", "--server", knot.address, "-q"), 0)
    lines = {line["subject"]: line for line in map(json.loads, ann.run("list", "--format", "json").stdout.splitlines())}
    look("closed", lines[names[1]]["ticket_state"], "Closed")
    look("new", lines[names[2]]["ticket_state"], "New")
    look("live", lines[names[2]]["state"], "live")
    look("partly live", lines[names[5]]["state"], "partly live")
    look("removed", lines[names[3]]["state"], "removed")


def main():
    proof.need_tools(["knotd"])
    with proof.folder() as name:
        folder = pathlib.Path(name)
        with servicenow.Fake(folder / "fake") as fake:
            case = submitting.Case(folder / "case", fake, DOMAINS)
            names = prove_whole(case)
            prove_refresh(folder, case, names)
            small = submitting.Case(folder / "small", fake, 6)
            prove_group(folder, fake, small)
            prove_doubt(folder, fake, small)
    proof.finish(f"{DOMAINS + 4} tickets, the same ledger again; groups, edits, dropped conditions, refreshed")


sys.exit(main())
