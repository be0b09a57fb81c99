# SPDX-License-Identifier: MIT
"""`sesdns list` over a ledger with every state, renewals, removals and hostile texts: the formats agree with each
other and with the ledger, nothing in them reaches a terminal, and the calendar is read by python3-icalendar, with
the right day on both sides of UTC.
"""
import csv
import datetime
import io
import json
import os
import pathlib
import re
import sqlite3
import sys

from support import proof

icalendar = proof.need_module("icalendar", "python3-icalendar")

SCHEMA = proof.SOURCE / "tests/unit/ledger-1.sql"
TODAY = datetime.date(2025, 12, 1)  # as proof.ENVIRONMENT has it
DIGEST = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
HOSTILE = 'a\x1b[31m\r\nATTACH:x\u202e,;\\"=1+1"\nBEGIN:VALARM'

# West and east of UTC as far as they go, and where the clocks are changed at midnight.
ZONES = ["UTC", "Pacific/Pago_Pago", "America/Los_Angeles", "America/Santiago", "Asia/Kolkata", "Pacific/Kiritimati"]

# Subject, lifetime, expiry, opened, DNS, removed; and what the list says of it.
ITEMS = [
    ("asked.example.edu", "poc", "2026-03-31", 0, "unknown", 0, "asked"),
    ("open.example.edu", "poc", "2025-12-31", 1, "none", 0, "open"),
    ("partly.example.edu", "production", "", 1, "part", 0, "partly live"),
    ("live.example.edu", "poc", "2028-02-29", 1, "all", 0, "live"),
    ("today.example.edu", "poc", "2025-12-01", 1, "all", 0, "live"),
    ("expired.example.edu", "poc", "2025-11-30", 1, "all", 0, "expired"),
    ("removed.example.edu", "poc", "2025-10-31", 1, "all", 1, "removed"),
    ("renewed.example.edu", "poc", "2025-10-31", 1, "all", 0, "live"),
]
RENEWED_UNTIL = "2026-12-31"


def number_of(number):
    return f"INC{number:07}" + (HOSTILE if number % 2 else "")


def add_ticket(database, number, subject, opened, operation="add", refers_to=""):
    key = f"sesdns-{operation}-{number}"
    record = f"{number:032x}" if opened else ""
    instance = "https://example.service-now.com" if number % 2 else HOSTILE
    database.execute("INSERT INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, 'incident', ?, ?, 'New', 1764547200, 0, ?, 0)",
                     (number, key, operation, subject, DIGEST, refers_to, instance, record,
                      number_of(number) if opened else "", 1764547200 * opened))  # fmt: skip
    return key


def add_request(database, number, subject, lifetime, expires, dns="unknown", removed=0):
    database.execute("INSERT INTO request VALUES (?, ?, ?, 'domain', '', ?, ?, ?, ?, '', '', '', ?, ?, 0, NULL, ?)",
                     (number, number, subject, lifetime, expires, HOSTILE, "newsletter", DIGEST, dns,
                      1764547200 * removed))  # fmt: skip
    database.execute("INSERT INTO record VALUES (?, 0, 'TXT', ?, ?)", (number, f"_dmarc.{subject}", HOSTILE))


def make_ledger(path):
    database = sqlite3.connect(path)
    database.executescript(SCHEMA.read_text(encoding="utf-8").split("INSERT", 1)[0]
                           + "PRAGMA application_id = 1399157572; PRAGMA user_version = 1; COMMIT;")  # fmt: skip
    for number, (subject, lifetime, expires, opened, dns, removed, _) in enumerate(ITEMS, 1):
        add_ticket(database, number, subject, opened)
        add_request(database, number, subject, lifetime, expires, dns, removed)
    renewed = next(n for n, item in enumerate(ITEMS, 1) if item[0] == "renewed.example.edu")
    removed = next(n for n, item in enumerate(ITEMS, 1) if item[0] == "removed.example.edu")
    by = add_ticket(database, 100, "renewed.example.edu", 1, "renew", f"sesdns-add-{renewed}")
    add_request(database, 100, "renewed.example.edu", "poc", RENEWED_UNTIL)
    database.execute("INSERT INTO renewal VALUES (1, ?, ?, 'poc', ?)", (renewed, by, RENEWED_UNTIL))
    by = add_ticket(database, 101, "removed.example.edu", 0, "remove", f"sesdns-add-{removed}")
    add_request(database, 101, "removed.example.edu", "poc", "2025-10-31")
    database.execute("UPDATE request SET removed_by = ? WHERE id = ?", (by, removed))
    database.commit()
    database.close()


def expiry_of(subject, expires):
    return RENEWED_UNTIL if subject == "renewed.example.edu" else expires or None


def run(path, *options, **variables):
    result = proof.sesdns("list", "-q", "--ledger", path, *options, env=proof.ENVIRONMENT | variables)
    if result.returncode != 0 or result.stderr:
        proof.complain(f"list {options}: {result.returncode}\n{result.stderr.decode(errors='replace')[:300]}")
    return result.stdout.decode("utf-8")


def check_shown(what, text, *allowed):
    """Control bytes, and the characters that turn the direction of writing."""
    left = {c for c in text if (ord(c) < 0x20 or ord(c) == 0x7F or c == "\u202e") and c not in allowed}
    if left:
        proof.complain(f"{what}: shows {left}")


def check_json(path):
    text = run(path, "--format", "json")
    check_shown("json", text, "\n")
    found = {}
    for line in text.splitlines():
        item = json.loads(line)
        found[item["subject"]] = item
    if list(found) != sorted(item[0] for item in ITEMS):
        proof.complain(f"json: lists {list(found)}")
    for number, (subject, lifetime, expires, opened, dns, removed, state) in enumerate(ITEMS, 1):
        item = found.get(subject, {})
        expires = expiry_of(subject, expires)
        days = (datetime.date.fromisoformat(expires) - TODAY).days if expires else None
        wanted = {
            "state": state, "lifetime": lifetime, "expires": expires, "days_left": days, "dns": dns,
            "contact": HOSTILE, "operation": "add", "renewed_by": None, "removed_by": None,
            "opened_at": "2025-12-01T00:00:00Z" if opened else None,
            "removed_at": "2025-12-01T00:00:00Z" if removed else None,
            "ticket": number_of(number) if opened else None, "digest": f"sha256:{DIGEST}",
            "records": [{"type": "TXT", "name": f"_dmarc.{subject}", "value": HOSTILE}],
        }  # fmt: skip
        if subject == "renewed.example.edu":
            wanted["renewed_by"] = number_of(100)
        if subject == "removed.example.edu":
            wanted["removed_by"] = "sesdns-remove-101"
        for name, value in wanted.items():
            if item.get(name) != value:
                proof.complain(f"json: {subject}: {name} is {item.get(name)!r}, want {value!r}")
        link = item.get("link")
        if link is not None and not link.startswith("https://example.service-now.com/incident.do?sys_id=000"):
            proof.complain(f"json: {subject}: link {link}")
    return found


def check_csv(path, items):
    text = run(path, "--format", "csv")
    check_shown("csv", text, "\r", "\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    if [row["subject"] for row in rows] != list(items):
        proof.complain(f"csv: lists {[row['subject'] for row in rows]}")
    for row in rows:
        item = items.get(row["subject"], {})
        for name, value in row.items():
            if name not in ("contact", "link", "ticket") and value != (item.get(name) or ""):
                proof.complain(f"csv: {row['subject']}: {name} is {value!r}, want {item.get(name)!r}")


def check_text(path, items):
    for options in ((), ("--color", "always")):
        text = run(path, *options)
        check_shown("text", text, "\n", *("\x1b" * len(options)))
        if len(text.splitlines()) != len(ITEMS):
            proof.complain(f"text: {len(text.splitlines())} lines\n{text}")
        for line, (subject, item) in zip(text.splitlines(), items.items()):
            days = item["days_left"]
            when = ("never" if days is None else "today" if days == 0 else "1 day ago" if days == -1
                    else f"{-days} days ago" if days < 0 else f"in {days} days")  # fmt: skip
            wanted = (subject, f"  {item['state']}", f"{item['expires'] or ''} {when}")
            missing = [part for part in wanted if part not in re.sub("\x1b\\[[0-9;]*m", "", line)]
            if missing:
                proof.complain(f"text: no {missing} in {line}")


def check_filters(path):
    """What is due, or overdue, and was not removed; with renewals taken into account."""
    wanted = {
        ("--expiring", "1d"): ["expired", "today"],
        ("--expiring", "30d"): ["expired", "open", "today"],
        ("--expired",): ["expired"],
        ("--state", "live", "--expiring", "2y"): ["renewed", "today"],
    }  # fmt: skip
    for options, names in wanted.items():
        found = [json.loads(line)["subject"] for line in run(path, "--format", "json", *options).splitlines()]
        if found != [f"{name}.example.edu" for name in names]:
            proof.complain(f"{options}: lists {found}, want {names}")


def read_events(what, text):
    calendar = icalendar.Calendar.from_ical(text)
    if calendar.get("version") != "2.0" or not calendar.get("prodid"):
        proof.complain(f"{what}: no version or product")
    events = calendar.walk("VEVENT")
    for event in events:
        if event.errors or "ATTACH" in event:
            proof.complain(f"{what}: {event.errors}")
    return events


def check_event(what, event, expires):
    day = datetime.date.fromisoformat(expires)
    start, end = event.decoded("dtstart"), event.decoded("dtend")
    alarms = event.walk("VALARM")
    # A date, and no point in time: it is this day wherever it is read.
    if type(start) is not datetime.date or start != day or end != day + datetime.timedelta(days=1):
        proof.complain(f"{what}: from {start!r} to {end!r}, want {day}")
    if len(alarms) != 1 or alarms[0].decoded("trigger") != datetime.timedelta(days=-7):
        proof.complain(f"{what}: alarms {alarms}")
    if event.decoded("dtstamp") != datetime.datetime(2025, 12, 1, tzinfo=datetime.timezone.utc):
        proof.complain(f"{what}: made at {event.decoded('dtstamp')}")
    description = str(event["description"])
    check_shown(f"{what}: description", description, "\n")
    if expires not in description or "BEGIN:VALARM" not in description:
        proof.complain(f"{what}: description {description!r}")


def check_zones(path):
    """The same bytes in each zone, and there the whole local day, as a reader in that zone counts it."""
    reader = "import sys, icalendar; print([e.decoded('dtstart').isoformat() for e in " \
             "icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read()).walk('VEVENT')])"  # fmt: skip
    texts, days = set(), set()
    for zone in ZONES:
        text = run(path, "--format", "ics", TZ=zone)
        texts.add(text)
        path.with_suffix(".ics").write_bytes(text.encode())
        seen = proof.run([sys.executable, "-c", reader, path.with_suffix(".ics")], env=os.environ | {"TZ": zone})
        days.add(seen.stdout)
    if len(texts) != 1 or len(days) != 1 or b"2026-12-31" not in days.pop():
        proof.complain(f"calendar: {len(texts)} texts in {len(ZONES)} time zones, days {days}")


def check_calendar(path):
    text = run(path, "--format", "ics")
    if "\n" in text.replace("\r\n", "") or any(len(line.encode()) > 75 for line in text.split("\r\n")):
        proof.complain("calendar: lines that do not end in CR LF, or are longer than 75 octets")
    check_shown("calendar", text, "\r", "\n")
    wanted = {subject: expiry_of(subject, expires)
              for subject, lifetime, expires, _, _, removed, _ in ITEMS if lifetime == "poc" and not removed}  # fmt: skip
    events = {str(event["uid"]): event for event in read_events("calendar", text)}
    numbers = {item[0]: number for number, item in enumerate(ITEMS, 1)}
    if set(events) != {f"sesdns-add-{numbers[subject]}/{subject}@sesdns" for subject in wanted}:
        proof.complain(f"calendar: events {sorted(events)}")
    for subject, expires in wanted.items():
        uid = f"sesdns-add-{numbers[subject]}/{subject}@sesdns"
        if uid in events:
            check_event(f"calendar: {subject}", events[uid], expires)
    if read_events("empty calendar", run(path, "--format", "ics", "--state", "removed")):
        proof.complain("calendar: an event of what was removed")
    check_zones(path)
    return len(events)


def main():
    with proof.folder() as name:
        path = pathlib.Path(name) / "ledger.db"
        try:
            make_ledger(path)
        except sqlite3.Error as why:
            proof.skip(f"SQLite {sqlite3.sqlite_version} of this Python: {why}")
        items = check_json(path)
        check_csv(path, items)
        check_text(path, items)
        check_filters(path)
        events = check_calendar(path)
    proof.finish(f"{len(ITEMS)} items in 4 formats, {events} events in {len(ZONES)} time zones")


main()
