# SPDX-License-Identifier: MIT
"""From the root down, in a network that has nothing but loopback and so a DNS of its own on port 53: delegations are
followed and validated, what nobody serves is unknown, and before a change it is told whose zone it is and what stands
in the way."""
import concurrent.futures
import ctypes
import fcntl
import json
import os
import pathlib
import socket
import struct
import sys

from support import dns, proof

TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
SELECTOR = "lb26ujzerk7o5xgpav5yif3ifuonjc4z"

# Where who serves: the root and what is right below it, the domains, AWS, one that has none of what it is said to.
TOP, DOMAINS, AWS, LAME, DEAD, STRANGER = (f"127.0.0.{n}" for n in (11, 12, 13, 14, 15, 16))


def rows_of(domain):
    return [("CNAME", f"{SELECTOR}._domainkey.{domain}", f"{SELECTOR}.dkim.amazonses.com"),
            ("TXT", f"_amazonses.{domain}", TOKEN)]


def lines_of(domain):
    return "".join(dns.record_line(*row) for row in rows_of(domain))


def own_network():
    """False where the system does not let everybody have one."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    new_user, new_network = 0x10000000, 0x40000000
    if libc.unshare(new_user | new_network) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        pathlib.Path("/proc/self", name).write_text(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        # SIOCSIFFLAGS: loopback comes up.
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
    return True


def delegate(zone, host, knot=None):
    """What the zone above says of `zone`."""
    text = f"{zone}. NS ns1.{zone}.\nns1.{zone}. A {host}\n"
    return text + (knot.trust_anchor(zone).read_text() if knot else "")


# Domains, and what is special about each.
SIGNED = "signed.edu"
PLAIN = "plain.edu"
BROKEN = "broken.edu"  # its DS is not that of its key
LATER = "later.edu"    # nothing of ours yet, but much that stands in the way
SPECIAL = (
    "_dmarc TXT \"v=DMARC1; p=reject\"\n"
    "mail MX 5 mx\nmx A 192.0.2.1\n"
    "_amazonses CNAME elsewhere\n"
    f"{SELECTOR}._domainkey TXT \"old\"\n"
    "*.wild TXT \"wild\"\n"
    "sub NS ns1.stranger.edu.\n")

# domain -> verdicts and status, as they are.
LIVE = {
    SIGNED: (["ok", "ok", "ok"], 0),
    PLAIN: (["ok", "ok", "ok"], 0),
    BROKEN: (["bogus", "skipped", "bogus"], 1),
    LATER: (["different", "skipped", "missing"], 1),
    "lame.edu": (["unknown", "skipped", "unknown"], 4),
    "dead.edu": (["unknown", "skipped", "unknown"], 4),
    "nowhere.edu": (["missing", "skipped", "missing"], 1),
    "stranger.internal": (["missing", "skipped", "missing"], 1),
}

# domain -> zone, contact, and "code name" of each obstacle.
BEFORE = {
    SIGNED: (SIGNED, "hostmaster@signed.edu", ["before-live signed.edu"]),
    LATER: (LATER, "hostmaster@later.edu",
            [f"before-occupied {SELECTOR}._domainkey.later.edu", "before-cname _amazonses.later.edu",
             "before-mx mail.later.edu", "before-keep _dmarc.later.edu"]),
    "sub.later.edu": ("sub.later.edu", "hostmaster@sub.later.edu", []),
    "a.wild.later.edu": (LATER, "hostmaster@later.edu", ["before-wildcard *._domainkey.a.wild.later.edu"]),
    BROKEN: ("", "", ["before-bogus broken.edu"]),
    "lame.edu": ("", "", ["before-unknown lame.edu"]),
    "nowhere.edu": ("edu", "hostmaster@edu", ["before-unregistered nowhere.edu"]),
    "stranger.internal": ("", "", ["before-not-public stranger.internal"]),
}


def sesdns(temp, domain, rows, anchor, *arguments):
    export = proof.write_export(temp / "exports" / f"{domain}.csv", rows)
    result = proof.sesdns("verify", "--format", "json", "--root-hints", temp.parent / "hints", "--trust-anchor", anchor,
                          *arguments, export)
    try:
        return result.returncode, json.loads(result.stdout)
    except ValueError:
        proof.complain(f"{domain}: status {result.returncode}: {result.stdout} {result.stderr}")
        return result.returncode, {"records": [], "before": {"zone": "", "contact": "", "obstacles": []}}


def check_live(temp, anchor, domain):
    wanted, wanted_status = LIVE[domain]
    status, found = sesdns(temp, domain, rows_of(domain), anchor)
    verdicts = [record["verdict"] for record in found["records"]]
    if (verdicts, status) != (wanted, wanted_status):
        proof.complain(f"{domain}: {verdicts}, status {status}; want {wanted}, {wanted_status}")
    proven = [record["name"] for record in found["records"] if record.get("secure")]
    if domain == SIGNED and f"_amazonses.{domain}" not in proven or domain == PLAIN and proven:
        proof.complain(f"{domain}: proven is {proven}")


def obstacles_of(before):
    """"code name"; the label of a wildcard is different each time."""
    for obstacle in before["obstacles"]:
        name = obstacle["name"]
        if obstacle["code"] == "before-wildcard":
            name = "*." + name.split(".", 1)[1]
        yield f"{obstacle['code']} {name}"


def check_before(temp, anchor, domain):
    zone, contact, wanted = BEFORE[domain]
    rows = rows_of(domain)
    if domain == LATER:
        rows += [("MX", f"mail.{domain}", "10 feedback-smtp.us-east-1.amazonses.com"),
                 ("TXT", f"_dmarc.{domain}", "v=DMARC1; p=none;")]
    status, found = sesdns(temp, domain, rows, anchor, "--before")
    before = found["before"]
    obstacles = list(obstacles_of(before))
    severities = {obstacle["severity"] for obstacle in before["obstacles"]}
    if sorted(obstacles) != sorted(wanted):
        proof.complain(f"before, {domain}: {obstacles}, want {wanted}")
    if (before["zone"], before["contact"]) != (zone, contact):
        proof.complain(f"before, {domain}: zone {before['zone']}, {before['contact']}; want {zone}, {contact}")
    if status != (1 if "error" in severities else 4 if "before-unknown" in str(obstacles) else 0):
        proof.complain(f"before, {domain}: status {status} with {obstacles}")


def check_all(temp, anchor):
    """All at once: those that nobody answers for take their time."""
    with concurrent.futures.ThreadPoolExecutor(len(LIVE) + len(BEFORE)) as pool:
        made = [pool.submit(check_live, temp / "live", anchor, domain) for domain in LIVE]
        made += [pool.submit(check_before, temp / "before", anchor, domain) for domain in BEFORE]
    for each in made:
        each.result()


def serve_and_check(temp):
    domains = {SIGNED: lines_of(SIGNED), BROKEN: lines_of(BROKEN)}
    plain = {PLAIN: lines_of(PLAIN), LATER: SPECIAL}
    with dns.Knot(temp, domains, "nsec3", "signed", (DOMAINS, 53)) as signed, \
            dns.Knot(temp, plain, name="plain", where=("127.0.0.21", 53)), \
            dns.Nsd(temp, dns.key_zones(rows_of(PLAIN)), where=(AWS, 53)), \
            dns.Nsd(temp, {"other.edu": ""}, "lame", (LAME, 53)), \
            dns.Nsd(temp, {"sub.later.edu": ""}, "stranger", (STRANGER, 53)):
        ds = signed.trust_anchor(BROKEN).read_text()
        edu = (delegate(SIGNED, DOMAINS, signed) + delegate(BROKEN, DOMAINS) + ds[:-5] + "0000\n" +
               delegate(PLAIN, "127.0.0.21") + delegate(LATER, "127.0.0.21") + delegate("lame.edu", LAME) +
               delegate("dead.edu", DEAD) + delegate("stranger.edu", STRANGER))
        com = delegate("amazonses.com", AWS)
        with dns.Knot(temp, {"edu": edu, "com": com}, "nsec3", "top", ("127.0.0.22", 53)) as top:
            root = delegate("edu", "127.0.0.22", top) + delegate("com", "127.0.0.22", top)
            with dns.Knot(temp, {".": root}, "nsec", "root", (TOP, 53)) as servers:
                (temp / "hints").write_text(f". 3600 NS ns1.\nns1. 3600 A {TOP}\n")
                anchor = servers.trust_anchor(".")
                check_all(temp, anchor)


def main():
    proof.need_tools(["knotd", "keymgr", "nsd"])
    if not own_network():
        proof.skip("this system does not let one have a network of one's own (unshare)")
    with proof.folder() as temp:
        serve_and_check(pathlib.Path(temp))
    proof.finish(f"from the root: {len(LIVE)} domains as they are, {len(BEFORE)} before a change")


sys.exit(main())
