# SPDX-License-Identifier: MIT
"""The job of `sesdns render --manifest M -t summary -t zone -o DIR` in Python: csv and Jinja2.

    peer_python.py MANIFEST DIR

It makes the same documents, byte for byte, of a manifest that holds no mistake. What it leaves out
is to its advantage: no rule looks at a record, no name is normalised, no value is escaped, and a
file is written in place.
"""
import csv
import hashlib
import os
import pathlib
import sys

import jinja2

TEMPLATES = pathlib.Path(__file__).parent / "jinja"
DOCUMENTS = ("ticket-summary.txt", "records.zone")
KINDS = ("DKIM", "domain verification")


def record_of(row):
    """A row of an export as templates see it, and what it is sorted by."""
    rrtype, owner, value = row
    absolute = value + "." if rrtype == "CNAME" else ""
    kind = KINDS[0] if rrtype == "CNAME" else KINDS[1]
    return {
        "type": rrtype,
        "kind": kind,
        "owner": owner,
        "owner_absolute": owner + ".",
        "value": value,
        "target_absolute": absolute,
        "strings": [value[at : at + 255] for at in range(0, len(value), 255)] if rrtype == "TXT" else [],
        "is_valid": True,
        "is_cname": rrtype == "CNAME",
        "is_txt": rrtype == "TXT",
        "is_mx": False,
        "order": (KINDS.index(kind), owner, value),
    }


def read_export(path, records, attachments):
    with open(path, "rb") as file:
        content = file.read()
    rows = csv.reader(content.decode("ascii").splitlines())
    next(rows)
    records.extend(record_of(row) for row in rows)
    attachments.append(
        {
            "name": os.path.basename(path),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "is_export": True,
        }
    )


def digest_of(row, records):
    """SHA-256 over the canonical form of the request, as model/request.c writes it."""
    expires = row["expires"] if row["lifetime"] == "poc" else ""
    lines = ["sesdns request 1", "operation add"]
    lines.append(f"domain {len(row['domain'])} {row['domain']}")
    lines.append("zone 0 ")
    lines.append(f"lifetime {row['lifetime']} {expires}")
    lines += [f"{name} {len(row[name])} {row[name]}" for name in ("contact", "purpose", "account", "region")]
    for record in records:
        lines.append(f"{record['type']} owner {len(record['owner'])} {record['owner']}")
        lines.append(f"value {len(record['value'])} {record['value']}")
    return hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()


def data_of(row, folder):
    records, attachments = [], []
    for path in row["exports"].split(";"):
        read_export(os.path.join(folder, path), records, attachments)
    records.sort(key=lambda record: record["order"])
    for number, record in enumerate(records, 1):
        record["number"] = number
    return {
        "subject": row["domain"],
        "is_domain": True,
        "poc": row["lifetime"] == "poc",
        "production": row["lifetime"] == "production",
        "expires": row["expires"],
        "contact": row["contact"],
        "purpose": row["purpose"],
        "record_words": f"{len(records)} DNS record{'' if len(records) == 1 else 's'}",
        "records": records,
        "attachments": attachments,
        "digest": "sha256:" + digest_of(row, records),
        "dns": {"ttl": "3600"},
    }


def main():
    manifest, out = sys.argv[1:]
    folder = os.path.dirname(manifest)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    templates = [(name, environment.get_template(name)) for name in DOCUMENTS]
    os.mkdir(out)
    with open(manifest, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            data = data_of(row, folder)
            place = os.path.join(out, row["domain"])
            os.mkdir(place)
            for name, template in templates:
                with open(os.path.join(place, name), "w", encoding="utf-8") as document:
                    document.write(template.render(data))


main()
