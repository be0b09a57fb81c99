# SPDX-License-Identifier: MIT
"""A name server that fails, lies or stays silent: each kind gets the answer that it means, and none is called
missing that is only unknown."""
import json
import pathlib
import sys
import threading
import xml.etree.ElementTree

from support import dns, proof

TOKEN = "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
NAME = "_amazonses.example.edu"
SELECTOR = "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
OWNER = f"{SELECTOR}._domainkey.example.edu"
TARGET = f"{SELECTOR}.dkim.amazonses.com"

# A request for the token alone, and one for the CNAME alone.
TXT_ROWS = [("TXT", NAME, TOKEN)]
CNAME_ROWS = [("CNAME", OWNER, TARGET)]
LONG = "v=DMARC1; p=none; " + "x=" + "y" * 600

RESOLVER = dns.RA


def good(query, flags=dns.AA):
    """The truth, which some lies begin with."""
    if query.name == NAME and query.type == dns.TXT:
        return query.reply([dns.rr(NAME, dns.TXT, TOKEN)], flags=flags)
    if query.name == OWNER:
        chain = [dns.rr(OWNER, dns.CNAME, TARGET)]
        if query.type == dns.TXT:
            chain.append(dns.rr(TARGET, dns.TXT, dns.strings(dns.KEY)))
        return query.reply(chain, flags=flags)
    return query.reply(authorities=[dns.soa("example.edu")], rcode=dns.NXDOMAIN, flags=flags)


def always(**how):
    return lambda query, tcp: query.reply(**how)


def cut(tcp_answers):
    def answer(query, tcp):
        if not tcp:
            return query.reply(flags=dns.AA | dns.TC)
        return good(query) if tcp_answers else None
    return answer


def cut_and_forged(query, tcp):
    """Over TCP comes an answer to another query."""
    if not tcp:
        return query.reply(flags=dns.AA | dns.TC)
    return query.reply([dns.rr(NAME, dns.TXT, TOKEN)], id_=query.id ^ 1)


def bogus(extended):
    """A resolver that validates: it answers only where checking is disabled."""
    def answer(query, tcp):
        if query.checking_disabled:
            return good(query, RESOLVER)
        return query.reply(rcode=dns.SERVFAIL, flags=RESOLVER, extended=extended)
    return answer


def fails_first(times):
    """Silent at first, as where packets are lost."""
    left = {}

    def answer(query, tcp):
        key = (query.name, query.type)
        left[key] = left.get(key, times) - 1
        return None if left[key] >= 0 else good(query)
    return answer


def dislikes_edns(rcode):
    return lambda query, tcp: query.reply(rcode=rcode) if query.edns else good(query)


def twisted(text):
    return "".join(c.upper() if i % 2 else c for i, c in enumerate(text))


def mixed_case(query, tcp):
    """As servers answer that keep the case of the zone, or of the question."""
    if query.type == dns.TXT and query.name == OWNER:
        return query.reply([dns.rr(twisted(OWNER), dns.CNAME, twisted(TARGET)),
                            dns.rr(TARGET.upper(), dns.TXT, dns.strings(dns.KEY))])
    return good(query)


def backwards(query, tcp):
    """The key before the CNAME that leads to it."""
    return query.reply([dns.rr(TARGET, dns.TXT, dns.strings(dns.KEY)), dns.rr(OWNER, dns.CNAME, TARGET)])


def forged(query, tcp):
    """Answers to other ids and other questions before the right one: none may count."""
    lie = [dns.rr(NAME, dns.TXT, "forged")]
    other = dns.wire_name("other.example.edu") + query.question[-4:]
    return [query.reply(lie, id_=query.id ^ 1), query.reply(lie, question=other), b"", b"\x12", good(query)]


def only_forged(query, tcp):
    return query.reply([dns.rr(NAME, dns.TXT, TOKEN)], id_=query.id ^ 1)


def circle(query, tcp):
    return query.reply([dns.rr(OWNER, dns.CNAME, TARGET), dns.rr(TARGET, dns.CNAME, OWNER)])


def circle_of_token(query, tcp):
    return query.reply([dns.rr(NAME, dns.CNAME, "a.example.edu"), dns.rr("a.example.edu", dns.CNAME, NAME)])


def long_chain(query, tcp):
    names = [OWNER, TARGET] + [f"{i}.example.com" for i in range(40)]
    return query.reply([dns.rr(a, dns.CNAME, b) for a, b in zip(names, names[1:])])


def two_cnames(query, tcp):
    return query.reply([dns.rr(OWNER, dns.CNAME, "other.example.org"), dns.rr(OWNER, dns.CNAME, TARGET)])


def garbage(query, tcp):
    return query.reply()[:12] + query.question + b"\xC0"


def damaged(query, tcp):
    """The question is right; behind it is less than the counts promise."""
    return query.reply([dns.rr(NAME, dns.TXT, TOKEN)])[:-10]


def pointer(query, tcp):
    """A compressed name that points to itself."""
    at = 12 + len(query.question)
    return query.reply([bytes([0xC0 | at >> 8, at & 255]) + dns.rr("", dns.TXT, TOKEN)[1:]])


def txt(*parts):
    return lambda query, tcp: query.reply([dns.rr(NAME, dns.TXT, dns.strings(*parts))]) \
        if query.name == NAME else good(query)


def referral(query, tcp):
    return query.reply(authorities=[dns.rr("edu", dns.NS, "a.example.org")], flags=0)


def only_txt_fails(query, tcp):
    if query.type == dns.TXT:
        return query.reply(rcode=dns.SERVFAIL, flags=RESOLVER)
    return good(query, RESOLVER)


def key(text):
    return lambda query, tcp: query.reply(
        [dns.rr(OWNER, dns.CNAME, TARGET)] + ([dns.rr(TARGET, dns.TXT, text)] if query.type == dns.TXT else []))


OK = ["ok"]
UNKNOWN = ["unknown verify-unknown"]
BOGUS = ["bogus verify-bogus"]
MISSING = ["missing verify-missing"]

# What the server does, what is asked of it, "verdict code" of each expectation, the exit status, a word of the
# reason, and how much of the server there is.
CASES = [
    ("the truth", lambda query, tcp: good(query), TXT_ROWS, OK, 0, None),
    ("SERVFAIL of an authoritative server", always(rcode=dns.SERVFAIL), TXT_ROWS, UNKNOWN, 4, "SERVFAIL"),
    ("SERVFAIL of a resolver, with and without validation", always(rcode=dns.SERVFAIL, flags=RESOLVER), TXT_ROWS,
     UNKNOWN, 4, "SERVFAIL"),
    ("SERVFAIL with a reason", always(rcode=dns.SERVFAIL, flags=RESOLVER, extended=(22, "all are down")), TXT_ROWS,
     UNKNOWN, 4, "no reachable authority: all are down"),
    ("REFUSED", always(rcode=dns.REFUSED, flags=0), TXT_ROWS, UNKNOWN, 4, "REFUSED"),
    ("NOTIMP", always(rcode=dns.NOTIMP, flags=0), TXT_ROWS, UNKNOWN, 4, "response code 4"),
    ("another response code", always(rcode=9, flags=0), TXT_ROWS, UNKNOWN, 4, "response code 9"),
    ("cut, whole over TCP", cut(True), TXT_ROWS, OK, 0, None),
    ("cut, and silent over TCP", cut(False), TXT_ROWS, UNKNOWN, 4, "TCP"),
    ("cut, and no TCP", cut(False), TXT_ROWS, UNKNOWN, 4, "TCP", {"tcp": False}),
    ("cut over TCP too", always(flags=dns.TC), TXT_ROWS, UNKNOWN, 4, "TCP"),
    ("cut, and an answer to another id over TCP", cut_and_forged, TXT_ROWS, UNKNOWN, 4, "TCP"),
    ("lame: a referral upward", referral, TXT_ROWS, UNKNOWN, 4, "does not have the zone"),
    ("lame: neither authoritative nor a resolver", always(flags=0), TXT_ROWS, UNKNOWN, 4, "does not have the zone"),
    ("forged answers before the right one", forged, TXT_ROWS, OK, 0, None),
    ("only answers to another id", only_forged, TXT_ROWS, UNKNOWN, 4, "messages came that answer no question"),
    ("silence", lambda query, tcp: None, TXT_ROWS, UNKNOWN, 4, "no answer in time"),
    ("lost once", fails_first(1), TXT_ROWS, OK, 0, None),
    ("lost twice", fails_first(2), TXT_ROWS, OK, 0, None),
    ("FORMERR to EDNS", dislikes_edns(dns.FORMERR), TXT_ROWS, OK, 0, None),
    ("NOTIMP to EDNS", dislikes_edns(dns.NOTIMP), TXT_ROWS, OK, 0, None),
    ("bytes behind the message", garbage, TXT_ROWS, UNKNOWN, 4, "not a DNS message"),
    ("a record that ends early", damaged, TXT_ROWS, UNKNOWN, 4, "not a DNS message"),
    ("a name that points to itself", pointer, TXT_ROWS, UNKNOWN, 4, "not a DNS message"),
    ("bogus, said by the server", bogus((7, "expired in June")), TXT_ROWS, BOGUS, 1,
     "signature expired: expired in June"),
    ("bogus, not said", bogus(None), TXT_ROWS, BOGUS, 1, "DNSSEC"),
    ("one string", txt(TOKEN), TXT_ROWS, OK, 0, None),
    ("two strings", txt(TOKEN[:20], TOKEN[20:]), TXT_ROWS, OK, 0, None),
    ("a string for each byte", txt(*TOKEN), TXT_ROWS, OK, 0, None),
    ("empty strings between", txt("", TOKEN[:7], "", TOKEN[7:], ""), TXT_ROWS, OK, 0, None),
    ("small letters", txt(TOKEN.lower()), TXT_ROWS, ["different verify-value-damaged"], 1, "another case"),
    ("with its quotation marks", txt('"' + TOKEN + '"'), TXT_ROWS, ["different verify-value-damaged"], 1, "quotation"),
    ("a NUL behind it", txt(TOKEN + "\0"), TXT_ROWS, MISSING, 1, "other values"),
    ("letters that steer a terminal", txt("\x1b[2J\x1b]0;owned\x07\u202e\r\n"), TXT_ROWS, MISSING, 1, "other values"),
    ("longer than a string", lambda query, tcp: query.reply([dns.rr("_dmarc.example.edu", dns.TXT, dns.strings(
        LONG[:255], LONG[255:510], LONG[510:]))]), [("TXT", "_dmarc.example.edu", LONG)], OK, 0, None),
    ("cut at 255", lambda query, tcp: query.reply([dns.rr("_dmarc.example.edu", dns.TXT, LONG[:255])]),
     [("TXT", "_dmarc.example.edu", LONG)], ["different verify-value-damaged"], 1, "was cut"),
    ("CNAME and key", lambda query, tcp: good(query, RESOLVER), CNAME_ROWS, ["ok", "ok"], 0, None),
    ("mixed case", mixed_case, CNAME_ROWS, ["ok", "ok"], 0, None),
    ("the answer backwards", backwards, CNAME_ROWS, ["ok", "ok"], 0, None),
    ("a circle behind the CNAME", circle, CNAME_ROWS, ["ok", "missing verify-dkim-key-missing"], 1, "circle"),
    ("a circle for the token", circle_of_token, TXT_ROWS, ["different verify-different"], 1, "circle"),
    ("a chain without end", long_chain, CNAME_ROWS, ["ok", "missing verify-dkim-key-missing"], 1, "circle"),
    ("two CNAMEs", two_cnames, CNAME_ROWS, ["different verify-several", "skipped"], 1, None),
    ("TXT fails where CNAME does not", only_txt_fails, CNAME_ROWS, ["ok", "unknown verify-unknown"], 4, "SERVFAIL"),
    ("a revoked key", key("v=DKIM1; k=rsa; p="), CNAME_ROWS, ["ok", "different verify-dkim-key-invalid"], 1, "revoked"),
    ("a key cut at 255", key(dns.strings(dns.KEY[:200])), CNAME_ROWS, ["ok", "different verify-dkim-key-invalid"], 1,
     None),
    ("bogus behind the CNAME", bogus((6, "")), CNAME_ROWS, ["bogus verify-bogus", "skipped"], 1, "DNSSEC bogus"),
]


def check(folder, number, case, checked):
    what, answer, rows, wanted, status, reason, *more = case
    export = proof.write_export(folder / str(number) / "dns-records.csv", rows)
    with dns.Scripted(answer, **(more[0] if more else {})) as server:
        result = proof.sesdns("verify", "--format", "json", "--server", server.address, export)
        asked = len(server.queries)
    try:
        found = json.loads(result.stdout)["records"]
    except ValueError:
        proof.complain(f"{what}: status {result.returncode}, {result.stdout}, {result.stderr}")
        return
    verdicts = [record["verdict"] + (" " + record["code"] if "code" in record else "") for record in found]
    said = " ".join(record.get("message", "") for record in found)
    if verdicts != wanted or result.returncode != status:
        proof.complain(f"{what}: {verdicts}, status {result.returncode}; want {wanted}, {status}")
    if reason and reason not in said:
        proof.complain(f"{what}: '{said}' does not say '{reason}'")
    if asked == 0 or asked > 40:
        proof.complain(f"{what}: {asked} queries")
    checked.append(what)
    if any(byte < 32 and byte != 10 or byte == 127 for byte in result.stdout):
        proof.complain(f"{what}: control bytes reach the output")


def check_page(page):
    try:
        xml.etree.ElementTree.fromstring(page.decode().split("\n", 1)[1])
    except (UnicodeDecodeError, xml.etree.ElementTree.ParseError) as error:
        proof.complain(f"the page is not well-formed: {error}")


def check_text(folder):
    """What a person sees of a hostile value: nothing that a terminal obeys."""
    export = proof.write_export(folder / "text" / "dns-records.csv", TXT_ROWS)
    with dns.Scripted(txt("\x1b[2J\u202e\x07")) as server:
        for form in ("text", "html"):
            shown = proof.sesdns("verify", "--format", form, "--color", "never", "--server", server.address, export).stdout
            if any(byte < 32 and byte != 10 for byte in shown) or b"2J" not in shown or "\u202e".encode() in shown:
                proof.complain(f"hostile value as {form}: {shown[-300:]}")
            if form == "html":
                check_page(shown)


def check_nobody(folder):
    """An address where nothing listens is told at once."""
    export = proof.write_export(folder / "nobody" / "dns-records.csv", TXT_ROWS + CNAME_ROWS)
    result = proof.sesdns("verify", "--server", f"127.0.0.1@{dns.free_port()}", export, timeout=3)
    if result.returncode != 4 or b"nothing listens" not in result.stdout:
        proof.complain(f"nobody there: status {result.returncode}, {result.stdout}")


def check_order(folder):
    """Many requests, and a server that answers in any order, now and then not at all: the output is in the order of
    the input."""
    names = [f"unit{number}.example.edu" for number in range(300)]
    rows = [("TXT", f"_amazonses.{name}", TOKEN) for name in names]
    export = proof.write_export(folder / "order" / "dns-records.csv", rows)
    held = []
    lost = {}

    def answer(query, tcp):
        lost[query.name] = lost.get(query.name, 0) + 1
        if query.type == dns.TXT and query.name.endswith("9.example.edu") and lost[query.name] == 1:
            return None
        held.append(query.reply([dns.rr(query.name, dns.TXT, TOKEN)]))
        if len(held) < 5 and lost[query.name] == 1:
            return None
        replies = held[::-1]
        held.clear()
        return replies

    with dns.Scripted(answer) as server:
        result = proof.sesdns("verify", "--format", "json", "--server", server.address, export)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    if result.returncode != 0 or [request["subject"] for request in found] != names:
        proof.complain(f"many at once: status {result.returncode}, {len(found)} of {len(names)} in order")


def main():
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        checked = []
        threads = [threading.Thread(target=check, args=(temp, number, case, checked))
                   for number, case in enumerate(CASES)]
        # Some wait for time-outs: together they take as long as the slowest.
        for start in range(0, len(threads), 8):
            for thread in threads[start:start + 8]:
                thread.start()
            for thread in threads[start:start + 8]:
                thread.join()
        if len(checked) != len(CASES):
            proof.complain(f"only {len(checked)} of {len(CASES)} were looked at")
        check_text(temp)
        check_nobody(temp)
        check_order(temp)
    proof.finish(f"{len(CASES)} kinds of answers, each with its verdict")


sys.exit(main())
