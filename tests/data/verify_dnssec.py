# SPDX-License-Identifier: MIT
"""DNSSEC: what a signed zone says is proven, with NSEC and with NSEC3, and so is what it does not say; what was
changed behind the signer's back, or signed by nobody, is bogus, and neither missing nor unknown."""
import json

import pathlib
import re
import subprocess
import sys

from support import dns, proof

ZONE = "example.edu"
TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
SELECTOR = "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
ROWS = [("CNAME", f"{SELECTOR}._domainkey.{ZONE}", f"{SELECTOR}.dkim.amazonses.com"),
        ("TXT", f"_amazonses.{ZONE}", TOKEN)]
TEXT = "".join(dns.record_line(*row) for row in ROWS)
KEYS = dns.key_zones(ROWS)


def verify(what, export, status, wanted, secure, *arguments):
    """`wanted` is the verdict of each expectation, `secure` how many are proven."""
    result = proof.sesdns("verify", "--format", "json", *arguments, export)
    try:
        records = json.loads(result.stdout)["records"]
    except ValueError:
        proof.complain(f"{what}: status {result.returncode}: {result.stdout} {result.stderr}")
        return []
    verdicts = [record["verdict"] for record in records]
    proven = sum(record.get("secure", False) for record in records)
    if result.returncode != status or verdicts != wanted or proven != secure:
        proof.complain(f"{what}: status {result.returncode}, {verdicts}, {proven} proven; want {status}, {wanted}, {secure}")
    return records


def signed_file(knot):
    """The zone as knot signed it, which it hands out to whoever asks on loopback."""
    made = subprocess.run(["kdig", "@127.0.0.1", "-p", str(knot.port), ZONE, "AXFR", "+noall", "+answer"],
                          capture_output=True, check=True, text=True)
    # The last line is the first again.
    return "; as signed\n" + "".join(line + "\n" for line in made.stdout.splitlines()[:-1])


def check_signed(temp, export, signing):
    what = f"signed with {signing}"
    with dns.Knot(temp, {ZONE: TEXT}, signing, name=signing) as knot:
        anchor = knot.trust_anchor(ZONE)
        arguments = ["--server", knot.address, "--trust-anchor", anchor]
        # The key lies in a zone that this server does not have.
        verify(what, export, 4, ["ok", "unknown", "ok"], 2, *arguments)
        absent = proof.write_export(temp / signing / "absent.csv", [("TXT", f"_amazonses.absent.{ZONE}", TOKEN)])
        verify(f"{what}, absent", absent, 1, ["missing"], 1, *arguments)
        check_resolver(temp, export, knot, anchor, signing)
        check_changed(temp, export, knot, anchor, signing)


def check_resolver(temp, export, knot, anchor, signing):
    """A resolver that validates is believed; what it calls bogus is told from what it only cannot reach."""
    with dns.Nsd(temp, KEYS, name=f"nsd-{signing}") as nsd:
        stubs = {ZONE: knot.port, "amazonses.com": nsd.port}
        with dns.Unbound(temp, stubs, [anchor], name=f"unbound-{signing}") as unbound:
            verify(f"unbound over {signing}", export, 0, ["ok", "ok", "ok"], 1, "--server", unbound.address)
        verify(f"an own validator over {signing}", export, 4, ["ok", "unknown", "ok"], 2, "--server", knot.address,
               "--trust-anchor", anchor)


def check_changed(temp, export, knot, anchor, signing):
    """One letter of the token is changed, and then all signatures are taken away."""
    signed = signed_file(knot)
    changed = signed.replace(TOKEN, TOKEN.replace("MKu0", "NKu0"))
    stripped = "".join(line + "\n" for line in signed.splitlines() if not re.search(r"\s(RRSIG|NSEC3?|NSEC3PARAM)\s", line))
    if changed == signed or stripped == signed:
        proof.complain(f"{signing}: the signed zone could not be changed")
    # What is served, what a validator makes of it, and what somebody sees who does not validate.
    cases = (("changed", changed, ["ok", "unknown", "bogus"], ["ok", "skipped", "missing"]),
             ("stripped", stripped, ["bogus", "skipped", "bogus"], ["ok", "skipped", "ok"]))
    for what, text, wanted, blind in cases:
        name = f"{what}-{signing}"
        proven = wanted.count("ok")
        with dns.Nsd(temp, {ZONE: text}, name=name) as nsd:
            server = ["--server", nsd.address]
            verify(name, export, 1, wanted, proven, *server, "--trust-anchor", anchor)
            verify(f"{name}, not validated", export, int("missing" in blind), blind, 0, *server)
            with dns.Unbound(temp, {ZONE: nsd.port}, [anchor], name=f"unbound-{name}") as unbound:
                records = verify(f"{name}, by a resolver", export, 1, wanted, proven, "--server", unbound.address)
                if "DNSSEC" not in " ".join(record.get("message", "") for record in records):
                    proof.complain(f"{name}, by a resolver: {records} does not say DNSSEC")


def main():
    proof.need_tools(["knotd", "keymgr", "kdig", "nsd", "unbound"])
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        export = proof.write_export(temp / "dns-records.csv", ROWS)
        for signing in ("nsec", "nsec3"):
            check_signed(temp, export, signing)
        with dns.Knot(temp, {ZONE: TEXT}, name="unsigned") as knot:
            verify("not signed at all", export, 0, ["ok", "skipped", "ok"], 0, "--server", knot.address)
    proof.finish("NSEC and NSEC3: proven where genuine, bogus where changed or stripped, by libunbound and by a resolver")


sys.exit(main())
