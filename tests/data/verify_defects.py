# SPDX-License-Identifier: MIT
"""The mistakes that zone checkers let pass, served by knot and by nsd: each gets its verdict. What those servers do not
take is served by one that does."""
import json
import pathlib
import sys

from support import dns, proof

TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
S = "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
OTHER = "x3347bxx46qciqezelqfp5np64alxc6w"
DKIM = [("CNAME", f"{S}._domainkey.{{z}}", f"{S}.dkim.amazonses.com")]
CODE = [("TXT", "_amazonses.{z}", TOKEN)]
MAIL = [("MX", "mail.{z}", "10 feedback-smtp.us-east-1.amazonses.com"),
        ("TXT", "mail.{z}", "v=spf1 include:amazonses.com ~all")]
DMARC = [("TXT", "_dmarc.{z}", "v=DMARC1; p=none;")]
LONG = [("TXT", "s._domainkey.{z}", "p=" + "A" * 300)]
GOOD_MAIL = "mail MX 10 feedback-smtp.us-east-1.amazonses.com.\n"
GOOD_SPF = 'mail TXT "v=spf1 include:amazonses.com ~all"\n'

# What is wrong, what was asked for, the zone file, the verdict of each record (of a DKIM CNAME and its key: of the
# CNAME).
DEFECTS = [
    ("a good zone", DKIM + CODE + MAIL + DMARC,
     f'{S}._domainkey CNAME {S}.dkim.amazonses.com.\n_amazonses TXT "{TOKEN}"\n{GOOD_MAIL}{GOOD_SPF}'
     '_dmarc TXT "v=DMARC1; p=none;"\n', ["ok", "ok", "ok", "ok", "ok"]),
    ("a target without its final dot", DKIM, f"{S}._domainkey CNAME {S}.dkim.amazonses.com\n", ["verify-target-appended"]),
    ("an owner with the zone twice", DKIM, f"{S}._domainkey.{{z}} CNAME {S}.dkim.amazonses.com.\n", ["verify-doubled"]),
    ("a value with the zone twice", CODE, f'_amazonses.{{z}} TXT "{TOKEN}"\n', ["verify-doubled"]),
    ("a text of 302 bytes in two strings", LONG, "s._domainkey TXT " + dns.quoted("p=" + "A" * 300) + "\n", ["ok"]),
    ("the same, cut at 255", LONG, 's._domainkey TXT "p=' + "A" * 253 + '"\n', ["verify-value-damaged"]),
    ("the same as two records", LONG, 's._domainkey TXT "p=' + "A" * 253 + '"\ns._domainkey TXT "' + "A" * 47 + '"\n',
     ["verify-value-damaged"]),
    ("a selector of another target", DKIM, f"{S}._domainkey CNAME {OTHER}.dkim.amazonses.com.\n", ["verify-different"]),
    ("another Region's target", DKIM, f"{S}._domainkey CNAME {S}.dkim.eu-south-1.amazonses.com.\n", ["verify-different"]),
    ("an exact duplicate", DKIM, f"{S}._domainkey CNAME {S}.dkim.amazonses.com.\n" * 2, ["ok"]),
    ("nothing there", DKIM + CODE, "", ["verify-missing", "verify-missing"]),
    ("no underscore", DKIM + CODE, f'{S}.domainkey CNAME {S}.dkim.amazonses.com.\namazonses TXT "{TOKEN}"\n',
     ["verify-missing", "verify-missing"]),
    ("two SPF records", MAIL, GOOD_MAIL + GOOD_SPF + 'mail TXT "v=spf1 -all"\n', ["ok", "verify-several"]),
    ("two MX", MAIL, GOOD_MAIL + "mail MX 20 mx.example.edu.\n" + GOOD_SPF, ["verify-several", "ok"]),
    ("an MX with the zone appended", MAIL, "mail MX 10 feedback-smtp.us-east-1.amazonses.com\n" + GOOD_SPF,
     ["verify-target-appended", "ok"]),
    ("an SPF record at the domain", MAIL, GOOD_MAIL + '@ TXT "v=spf1 include:amazonses.com ~all"\n', ["ok", "verify-missing"]),
    ("a CNAME to an address", DKIM, f"{S}._domainkey CNAME 192.0.2.1.\n", ["verify-different"]),
    ("a TXT in place of the CNAME", DKIM, f'{S}._domainkey TXT "{S}.dkim.amazonses.com"\n', ["verify-not-cname"]),
    ("a flattened CNAME", DKIM, f"{S}._domainkey TXT {dns.quoted(dns.KEY)}\n", ["verify-not-cname"]),
    ("a text that ends at its semicolon", DMARC, "_dmarc TXT v=DMARC1; p=none;\n", ["verify-value-damaged"]),
    ("two DMARC records", DMARC, '_dmarc TXT "v=DMARC1; p=none;"\n_dmarc TXT "v=DMARC1; p=reject"\n', ["verify-several"]),
    ("a text with its quotation marks", CODE, f'_amazonses TXT "\\"{TOKEN}\\""\n', ["verify-value-damaged"]),
    ("a text in small letters", CODE, f'_amazonses TXT "{TOKEN.lower()}"\n', ["verify-value-damaged"]),
    ("a text with a blank at its end", CODE, f'_amazonses TXT "{TOKEN} "\n', ["verify-value-damaged"]),
    ("the token of another account", CODE, '_amazonses TXT "eLlEp8JypEb+vZk7qRQsdhwf2t1qVLKg9TNbCsdbpVQ="\n',
     ["verify-missing"]),
    ("both tokens", CODE, f'_amazonses TXT "eLlEp8JypEb+vZk7qRQsdhwf2t1qVLKg9TNbCsdbpVQ="\n_amazonses TXT "{TOKEN}"\n',
     ["ok"]),
    ("a wildcard in its place", CODE, '* TXT "hello"\n', ["verify-missing"]),
    ("a wildcard that says the same", CODE, f'* TXT "{TOKEN}"\n', ["ok"]),
]


def cname_and_txt(query, tcp):
    """The CNAME has other data beside it: each question gets what it asks for."""
    data = {dns.CNAME: f"{S}.dkim.amazonses.com", dns.TXT: "other"}.get(query.type)
    return query.reply([dns.rr(query.name, query.type, data)] if data else [])


def two_cnames(query, tcp):
    return query.reply([dns.rr(query.name, dns.CNAME, f"{token}.dkim.amazonses.com") for token in (OTHER, S)])


def quoted_target(query, tcp):
    return query.reply([dns.rr(query.name, dns.CNAME, f'"{S}.dkim.amazonses.com"')])


def cname_at_apex(query, tcp):
    return query.reply([dns.rr(query.name, dns.CNAME, "www.example.org")])


# The same for what neither server takes.
IMPOSSIBLE = [
    ("a CNAME and a TXT", DKIM, cname_and_txt, ["verify-not-cname"]),
    ("two CNAMEs", DKIM, two_cnames, ["verify-several"]),
    ("a target in quotation marks", DKIM, quoted_target, ["verify-different"]),
    ("a CNAME at the domain", [("TXT", "{z}", "amazonses:" + TOKEN)], cname_at_apex, ["verify-unknown"]),
]


def check(what, zone, address, rows, wanted, folder):
    rows = [(type_, name.format(z=zone), value) for type_, name, value in rows]
    export = proof.write_export(folder / "dns-records.csv", rows)
    # The rules complain of some of these requests; here they are asked of DNS all the same.
    result = proof.sesdns("verify", "--format", "json", "--server", address, export)
    try:
        records = json.loads(result.stdout)["records"]
    except ValueError:
        proof.complain(f"{what}: status {result.returncode}: {result.stdout} {result.stderr}")
        return
    verdicts = [record["code"] if record["verdict"] != "ok" else "ok" for record in records
                if record["for"] != "DKIM key behind the CNAME"]
    status = 0 if set(wanted) == {"ok"} else 4 if wanted == ["verify-unknown"] else 1
    if verdicts != wanted or result.returncode != status:
        proof.complain(f"{what}: {verdicts}, status {result.returncode}; want {wanted}, {status}")


def main():
    zones = {f"zone{number}.example.edu": text.format(z=f"zone{number}.example.edu")
             for number, (_, _, text, _) in enumerate(DEFECTS)}
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        with dns.Knot(temp, zones) as knot, dns.Nsd(temp, zones) as nsd:
            for server, name in ((knot, "knot"), (nsd, "nsd")):
                for zone, (what, rows, _, wanted) in zip(zones, DEFECTS):
                    check(f"{what}, by {name}", zone, server.address, rows, wanted, temp / name / zone)
        for number, (what, rows, answer, wanted) in enumerate(IMPOSSIBLE):
            with dns.Scripted(answer) as server:
                check(what, "example.edu", server.address, rows, wanted, temp / str(number))
    proof.finish(f"{len(DEFECTS)} zones by knot and nsd, {len(IMPOSSIBLE)} that they would not take: the right verdict")


sys.exit(main())
