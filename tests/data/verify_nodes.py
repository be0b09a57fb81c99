# SPDX-License-Identifier: MIT
"""Nodes, forward and back, IPv4 and IPv6: dedicated IPs of a domain, and an EC2 host."""
import json
import pathlib
import sys

from support import dns, proof

TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
ZONES = {
    "example.edu": f'_amazonses TXT "{TOKEN}"\n'
                   "right A 192.0.2.1\nright AAAA 2001:db8::1\n"
                   "several A 192.0.2.2\nseveral A 192.0.2.99\n"
                   "elsewhere A 192.0.2.98\n"
                   "forward A 192.0.2.4\n"
                   "delegated A 192.0.2.5\n",
    "2.0.192.in-addr.arpa": "1 PTR right.example.edu.\n2 PTR several.example.edu.\n2 PTR other.example.edu.\n"
                            "3 PTR ec2-192-0-2-3.compute.example.com.\n"
                            "5 CNAME 5.0-15\n5.0-15 PTR Delegated.Example.EDU.\n",
    "8.b.d.0.1.0.0.2.ip6.arpa": "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR right.example.edu.\n",
}

# Address, name, verdict of forward and reverse, status.
NODES = [
    ("192.0.2.1", "right.example.edu", ["ok", "ok"], 0),
    ("2001:db8::1", "right.example.edu", ["ok", "ok"], 0),
    ("2001:DB8:0:0::1", "RIGHT.example.edu.", ["ok", "ok"], 0),
    ("192.0.2.2", "several.example.edu", ["ok", "ok verify-ptr-several"], 0),
    ("192.0.2.3", "elsewhere.example.edu", ["different verify-different", "different verify-different"], 1),
    ("192.0.2.4", "forward.example.edu", ["ok", "missing verify-missing"], 1),
    ("192.0.2.5", "delegated.example.edu", ["ok", "ok"], 0),
    ("192.0.2.6", "absent.example.edu", ["missing verify-missing", "missing verify-missing"], 1),
    ("2001:db8::2", "right.example.edu", ["different verify-different", "missing verify-missing"], 1),
    ("198.51.100.1", "forward.example.edu", ["different verify-different", "unknown verify-unknown"], 1),
]


def verdicts(result):
    try:
        records = json.loads(result.stdout)["records"]
    except ValueError:
        return [f"status {result.returncode}: {result.stdout} {result.stderr}"]
    return [record["verdict"] + (" " + record["code"] if "code" in record else "") for record in records
            if record["for"] == "node"]


def main():
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        export = proof.write_export(temp / "dns-records.csv", [("TXT", "_amazonses.example.edu", TOKEN)])
        with dns.Knot(temp, ZONES) as knot:
            server = ["verify", "--format", "json", "--server", knot.address]
            for address, name, wanted, status in NODES:
                result = proof.sesdns(*server, "--dedicated-ip", f"{address}={name}", export)
                if verdicts(result) != wanted or result.returncode != status:
                    proof.complain(f"{address}={name}: {verdicts(result)}, status {result.returncode}; want {wanted}, {status}")
                if ":" in address:
                    continue
                result = proof.sesdns(*server, "--ec2", name, "--eip", address)
                if verdicts(result) != wanted or result.returncode != status:
                    proof.complain(f"host {name}, {address}: {verdicts(result)}, status {result.returncode}; "
                                   f"want {wanted}, {status}")
    proof.finish(f"{len(NODES)} nodes, as dedicated IPs and as EC2 hosts")


sys.exit(main())
