# SPDX-License-Identifier: MIT
"""html and servicenow-xml are well-formed, json is what its schema says, records is CSV, summary is one line,
and no two runs differ: for every kind of request.
"""
import csv
import hashlib
import io
import json
import pathlib
import sys

from support import proof

try:
    import jsonschema
except ImportError:
    proof.skip("python3-jsonschema is not installed")

TOKENS = ["2nq6yhz4ocd3lxrmutw5gkv7iebafjsp", "c7wmx5dlr3bgqk2yvtz4nohufesjpia6", "k5vbr7taj2zmxyh3dcqw6gpnelufsoi4"]


def dkim(domain):
    return [("CNAME", f"{t}._domainkey.{domain}", f"{t}.dkim.amazonses.com") for t in TOKENS]


EXPORTS = {
    "dkim": dkim("example.edu"),
    "everything": [*dkim("example.edu"),
                   ("TXT", "_amazonses.example.edu", "nU3y0XbT8pWzKq5LrVfC1dHsE7gJm2oA9iQtYkRuN4w="),
                   ("TXT", "example.edu", "amazonses:nU3y0XbT8pWzKq5LrVfC1dHsE7gJm2oA9iQtYkRuN4w="),
                   ("MX", "mail.example.edu", "10 feedback-smtp.us-west-2.amazonses.com"),
                   ("TXT", "mail.example.edu", "v=spf1 include:amazonses.com ~all"),
                   ("TXT", "_dmarc.example.edu", "v=DMARC1; p=none;"),
                   ("CNAME", f"{TOKENS[0]}._domainkey.example.edu", f"{TOKENS[0]}.dkim.amazonses.com")],
    "international": dkim("xn--bcher-kva.example"),
}
LIFETIMES = [["--production"], ["--poc", "--expires", "+90d"]]
WORDS = ["--contact", "Zoë Müller <zoe@example.edu>", "--purpose", "R&D <news>", "--account", "123456789012",
         "--region", "us-west-2"]
NODES = ["--dedicated-ip", "198.51.100.7=mail1.example.edu", "--dedicated-ip", "2001:db8::7=mail1.example.edu"]
HOST = ["--ec2", "mail.example.edu", "--eip", "203.0.113.9", "--allocation-id", "eipalloc-0123456789abcdef0"]


def requests(temp):
    for name, rows in EXPORTS.items():
        export = proof.write_export(temp / name / "dns-records.csv", rows)
        zone = ["--zone", "example.edu"] if name != "international" else []
        for lifetime in LIFETIMES:
            yield f"{name} {lifetime[0]}", [export, *lifetime]
            yield f"{name} {lifetime[0]} in full", [export, *lifetime, *WORDS, *NODES, *zone]
    for lifetime in LIFETIMES:
        yield f"host {lifetime[0]}", [*HOST[:4], *lifetime]
        yield f"host {lifetime[0]} in full", [*HOST, *lifetime, *WORDS]


def check_html(what, path, tools):
    for syntax in (["--html"], []):
        # As HTML, xmllint knows the elements of HTML 4 only; it is well-formed XML too.
        result = proof.run([tools["xmllint"], "--noout", "--nonet", *syntax, path])
        said = [line for line in result.stderr.decode(errors="replace").splitlines() if "error" in line and "invalid" not in line]
        if said or (not syntax and result.returncode != 0):
            proof.complain(f"{what}: xmllint {syntax}: {said}")


def check_xml(what, path, tools):
    result = proof.run([tools["xmllint"], "--noout", "--nonet", path])
    if result.returncode != 0:
        proof.complain(f"{what}: xmllint\n{result.stderr.decode(errors='replace')}")


def check_json(what, path, validator):
    request = json.loads(path.read_text(encoding="utf-8"))
    for error in validator.iter_errors(request):
        proof.complain(f"{what}: {error.json_path}: {error.message}")


def check_records(what, path):
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), strict=True))
    if len({len(row) for row in rows}) != 1 or len(rows) < 2:
        proof.complain(f"{what}: rows of {sorted({len(row) for row in rows})} fields")


def check_lifetime(what, text, is_poc):
    """The two sentences can never both appear, and one always does."""
    says_poc = "\nExpires: 2026-03-01\n" in text
    says_production = "no expiration date" in text
    if says_poc != is_poc or says_production == is_poc:
        proof.complain(f"{what}: lifetime: POC {says_poc}, production {says_production}")


def check_folder(what, folder, tools, validator, is_poc):
    check_html(what, folder / "ticket.html", tools)
    check_xml(what, folder / "servicenow.xml", tools)
    check_json(what, folder / "request.json", validator)
    if (folder / "records.csv").exists():
        check_records(what, folder / "records.csv")
    summary = (folder / "ticket-summary.txt").read_text(encoding="utf-8")
    if summary.count("\n") != 1 or len(summary) > 161:
        proof.complain(f"{what}: summary {summary!r}")
    ticket = (folder / "ticket.txt").read_text(encoding="utf-8")
    if len(ticket) > 4000:
        proof.complain(f"{what}: ticket of {len(ticket)} characters")
    check_lifetime(what, ticket, is_poc)
    for path in sorted(folder.iterdir()):
        text = path.read_bytes()
        if not text.endswith(b"\n"):
            proof.complain(f"{what}: {path.name} has no newline at its end")


def check_index(what, out, tools, validator):
    """The files it names are those that are there, with the bytes that it says."""
    index = json.loads((out / "index.json").read_text(encoding="utf-8"))
    for error in validator.iter_errors(index):
        proof.complain(f"{what}: index.json: {error.json_path}: {error.message}")
    named = {file["path"]: file for request in index["requests"] for file in request["files"]}
    there = {str(path.relative_to(out)): path.read_bytes() for path in out.glob("*/*")}
    if set(named) != set(there):
        proof.complain(f"{what}: index.json names {sorted(named)}, there are {sorted(there)}")
    for path, text in there.items():
        said = named.get(path, {})
        if said.get("bytes") != len(text) or said.get("digest") != "sha256:" + hashlib.sha256(text).hexdigest():
            proof.complain(f"{what}: index.json: {path} has another size or digest")
    if "xmllint" in tools and proof.run(["xmllint", "--noout", "--nonet", out / "index.html"]).returncode != 0:
        proof.complain(f"{what}: index.html is not well-formed")


def validator_of(name):
    schema = json.loads((proof.SOURCE / "examples" / name).read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def main():
    tools = proof.need_tools(["xmllint"])
    validator = validator_of("request.schema.json")
    index_validator = validator_of("index.schema.json")
    count = files = 0
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        for what, arguments in requests(temp):
            out = temp / f"out{count}"
            count += 1
            for _ in range(2):
                # The second run finds the same bytes, or it would be refused.
                result = proof.sesdns("render", "--quiet", "-o", out, *arguments)
                if result.returncode != 0:
                    proof.complain(f"{what}: status {result.returncode}\n{result.stderr.decode()}")
            check_index(what, out, tools, index_validator)
            for folder in filter(pathlib.Path.is_dir, out.glob("*")):
                files += len(list(folder.iterdir()))
                check_folder(what, folder, tools, validator, "--poc" in arguments)
    proof.finish(f"{count} requests, {files} documents: well-formed, valid, the same twice")


sys.exit(main())
