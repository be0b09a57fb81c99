# SPDX-License-Identifier: MIT
"""What 41 domains published is live where it is served whole: by knot, by nsd, and by unbound that asks them. With
one record less it is not, and which one is said."""
import json
import pathlib
import sys

from support import dns, proof


def verify(address, *arguments):
    result = proof.sesdns("verify", "--format", "json", "--server", address, *arguments)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return result.returncode, {request["subject"]: request for request in found}


def verdicts(request):
    return {(record["type"], record["name"], record.get("value", "")): record["verdict"]
            for record in request["records"]}


def check_live(what, address, exports, domains, keys):
    status, found = verify(address, *exports)
    if status != 0 or set(found) != set(domains):
        proof.complain(f"{what}: status {status}, {len(found)} requests, want 0 and {len(domains)}")
    counted = {"ok": 0, "skipped": 0}
    for subject, request in found.items():
        for record, verdict in verdicts(request).items():
            is_key = record[0] == "TXT" and "_domainkey" in record[1] and not record[2]
            wanted = "ok" if keys or not is_key else "skipped"
            counted[wanted] += 1
            if request["state"] != "live" or verdict != wanted:
                proof.complain(f"{what}: {subject}: {request['state']}, {record} is {verdict}, want {wanted}")
    return counted


def zones_of(domains, left_out=None):
    """Zone -> its file, without the records that `left_out` names."""
    return {domain: "".join(dns.record_line(*row) for row in proof.console_form(rows) if row not in (left_out or ()))
            for domain, rows in domains.items()}


def main():
    domains = proof.published()
    rows = [row for rows in domains.values() for row in proof.console_form(rows)]
    keys = dns.key_zones(rows)
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        exports = [path for domain, some in domains.items()
                   for path in proof.write_console_exports(temp / "exports" / domain, proof.console_form(some))]
        left_out = {proof.console_form(some)[-1] for some in domains.values()}
        with dns.Knot(temp, zones_of(domains)) as knot, dns.Nsd(temp, keys) as nsd, \
                dns.Nsd(temp, zones_of(domains), name="nsd-of-domains") as other, \
                dns.Knot(temp, zones_of(domains, left_out), name="knot-less") as less:
            stubs = {domain: knot.port for domain in domains} | {zone: nsd.port for zone in keys}
            with dns.Unbound(temp, stubs) as unbound:
                counted = check_live("unbound", unbound.address, exports, domains, keys=True)
                check_live("knot", knot.address, exports, domains, keys=False)
                check_live("nsd", other.address, exports, domains, keys=False)
            status, found = verify(less.address, *exports)
        if status != 1:
            proof.complain(f"one record less each: status {status}, want 1")
        for type_, name, value in left_out:
            for request in found.values():
                verdict = verdicts(request).get((type_, name.lower(), value))
                if verdict not in (None, "missing"):
                    proof.complain(f"one record less: {type_} {name} is {verdict}")
        missing = [record for request in found.values() for record, verdict in verdicts(request).items()
                   if verdict == "missing"]
        if len(missing) != len(left_out):
            proof.complain(f"one record less each: {len(missing)} missing, want {len(left_out)}")
    proof.finish(f"{len(domains)} domains, {counted['ok']} records and keys: live through unbound, knot and nsd; "
                 f"{len(left_out)} left out and found missing")


sys.exit(main())
