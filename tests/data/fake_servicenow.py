# SPDX-License-Identifier: MIT
"""The ServiceNow that the proofs of `submit` run against is what they take it for: each behaviour that they
lean on, each fault, and that what it answered for is there after it was killed.
"""
import hashlib
import json
import pathlib
import random
import socket
import ssl
import sys
import threading
import time
import urllib.parse

from support import proof, servicenow

TABLE = "/api/now/table/incident"
SHORT = TABLE + "?sysparm_fields=sys_id,number,correlation_id,description"
ATTACHMENT = "/api/now/attachment"

# Tables and rules that only some checks want: table by table, what differs from tests/fake/instance.json.
SETTINGS = {
    "strict": {
        "properties": {
            "glide.invalid_query.returns_no_rows": True,
            "glide.rest.table_api.admin_only_sys_fields": True,
            "glide.authenticate.basic_auth.restriction.enforce": True,
            "glide.attachment.extensions": "csv,txt",
            "glide.rest.max_content_length": 1000,
            "fake.unreadable_query": "403",
            "fake.change_result": "object",
        },
        "users": {"second.factor": {"password": "x", "sys_id": "f" * 32, "mfa": True, "web_service_access_only": True}},
        "oauth": {"access_seconds": 2, "clients": {"scoped": {"secret": "s", "user": "jane.doe", "scoped": True}}},
        "acls": [
            {"table": "incident", "field": "correlation_display", "deny": ["read"]},
            {"table": "problem", "deny": ["create"]},
            {"table": "incident", "rows": "short_description=hidden"},
        ],
        "policies": [{"table": "incident", "mandatory": ["short_description"]}],
        "rules": [{"name": "No tests", "table": "incident", "field": "short_description", "is": "forbidden",
                   "abort": True}],
        "tables": {"incident": {"fields": {"u_expiry_date": None,
                                           "correlation_id": {"type": "string", "length": 100, "unique": True}}}},
    },
    "limited": {
        "rate_rules": [{"sys_id": "a" * 32, "name": "Table API", "method": "POST", "path": TABLE, "limit": 2,
                        "seconds": 3600}],
    },
}

asked = 0


def want(what, got, wanted):
    global asked
    asked += 1
    if got != wanted:
        proof.complain(f"{what}: got {got!r}, want {wanted!r}")


def want_error(what, reply, status, message, detail):
    body = reply.body if isinstance(reply.body, dict) else {}
    error = body.get("error", {})
    want(what, (reply.status, error.get("message"), error.get("detail"), body.get("status")),
         (status, message, detail, "failure"))
    want(f"{what}: X-Cnection", reply.headers.get("X-Cnection"), "close")


def made(fake, **fields):
    """A row, created."""
    reply = fake.create(fields)
    want(f"creating {fields}", reply.status, 201)
    return reply.body["result"]


def numbers(reply):
    return [row["number"] for row in reply.body["result"]]


def lookup(fake, query, **more):
    return fake.get(TABLE, _query=query, _fields="number", **more)


def ended(fake, method, target, body=None, timeout=10, **more):
    """How a request without a reply ended: the name of the exception, or its status."""
    try:
        return fake.call(method, target, body, timeout=timeout, **more).status
    except Exception as error:  # whatever http.client makes of it
        return type(error).__name__


# The Table API


def check_whole_lines(folder):
    """A line of the journal without an end is no commit: looked at it is left alone, started on it is cut off."""
    with servicenow.Fake(folder / "torn") as fake:
        made(fake, short_description="whole")
        fake.kill()
        journal = fake.state / "journal"
        whole = journal.read_bytes()
        journal.write_bytes(whole + whole[:-1])
        want("looked at", (len(fake.rows("incident")), len(journal.read_bytes())), (1, 2 * len(whole) - 1))
        fake.start()
        want("started", (len(fake.rows("incident")), journal.read_bytes()), (1, whole))
        made(fake, short_description="next")
        want("goes on", [row["number"] for row in fake.rows("incident")], ["INC0010001", "INC0010002"])


def check_create(fake):
    reply = fake.create({"short_description": "a", "impact": "1", "urgency": "2", "bunk_field": "x"})
    row = reply.body["result"]
    want("status", reply.status, 201)
    want("Location", reply.headers["Location"], f"{fake.url}{TABLE}/{row['sys_id']}")
    want("an unknown field", row.get("bunk_field"), None)
    want("priority", row["priority"], "2")
    want("number", row["number"], "INC0010001")
    want("class", row["sys_class_name"], "incident")
    want("empty", (row["description"], row["assignment_group"], row["work_notes"]), ("", "", ""))
    want("opened_by", row["opened_by"]["link"], f"{fake.url}/api/now/table/sys_user/{row['opened_by']['value']}")
    want("every value a text or a reference", [k for k, v in row.items() if not isinstance(v, (str, dict))], [])
    want("content type", reply.headers["Content-Type"], "application/json;charset=UTF-8")
    want("chunked", reply.headers["Transfer-Encoding"], "chunked")
    for name in ("X-Transaction-ID", "Server-Timing", "X-Is-Logged-In", "Strict-Transport-Security"):
        want(f"has {name}", name in reply.headers, True)
    want("v2", fake.call("POST", "/api/now/v2/table/incident", {}).headers["Location"].split("/api")[1][:22],
         "/now/v2/table/incident")
    want("no body asked for", fake.call("POST", TABLE, {}, headers={"X-no-response-body": "true"}).body, b"")
    want("the first of several", made(fake, short_description="x")["number"], "INC0010004")
    want("a list", fake.call("POST", TABLE, [{"short_description": "l"}, {}]).body["result"]["number"], "INC0010005")


def check_values(fake):
    row = made(fake, short_description="é" * 161, correlation_id="k" * 101, category="nonsense", urgency=1,
               assignment_group={"link": "https://instance.servicenow.com/x", "value": "y"}, active=True,
               assigned_to="Some Body With A Name Longer Than That", u_expiry_date="2026-03-01", due_date="2026-03-01",
               opened_at=None)
    want("160 characters", row["short_description"], "é" * 160)
    want("100 characters", row["correlation_id"], "k" * 100)
    want("an invalid choice", row["category"], "inquiry")
    want("a number", row["urgency"], "1")
    want("true", row["active"], "true")
    want("an object as a reference", row["assignment_group"]["value"], "{link=https://instance.serviceno")
    want("a name as a reference", row["assigned_to"]["value"], "Some Body With A Name Longer Tha")
    want("a date", row["u_expiry_date"], "2026-03-01")
    want("a date and time", row["due_date"], "2026-03-01 00:00:00")
    want("not a date", made(fake, u_expiry_date="soon")["u_expiry_date"], "")
    shown = fake.create({"assignment_group": "Network", "category": "Network"}).body["result"]
    want("display values are not looked up", shown["assignment_group"]["value"], "Network")
    reply = fake.call("POST", f"{TABLE}?sysparm_input_display_value=true", {"assignment_group": "Network"})
    want("unless asked for", reply.body["result"]["assignment_group"]["value"], servicenow.GROUP)
    change = fake.create({"type": "standard"}, table="change_request").body["result"]
    want("a business rule", (change["type"], change["state"], change["number"]), ("normal", "-5", "CHG0010001"))


def check_sys_id(fake):
    chosen = "0123456789ABCDEF0123456789abcdef"
    want("a chosen sys_id", made(fake, sys_id=chosen)["sys_id"], chosen)
    want_error("the same again", fake.create({"sys_id": chosen}), 403, "Operation Failed",
               f"Unique Key violation detected by database (Duplicate entry '{chosen}' for key 'PRIMARY')")
    want_error("the same in another task table", fake.create({"sys_id": chosen}, table="change_request"), 403,
               "Operation Failed",
               f"Unique Key violation detected by database (Duplicate entry '{chosen}' for key 'PRIMARY')")
    want("not one", made(fake, sys_id="short")["sys_id"] == "short", False)
    want("rows", len(fake.rows("incident")), 2)
    want("written by somebody else", made(fake, sys_created_by="ghost")["sys_created_by"], "ghost")


def check_query(fake):
    for number, (key, text) in enumerate((("k1", "one"), ("k2", "two^or"), ("k3", "three"))):
        made(fake, correlation_id=key, short_description=text, urgency=str(3 - number))
    all_three = ["INC0010001", "INC0010002", "INC0010003"]
    for query, found in (
        ("correlation_id=k2", [2]),
        ("correlation_id=K2", []),
        ("correlation_id!=k2", [1, 3]),
        ("correlation_idINk1,k3,k9", [1, 3]),
        ("correlation_idIN", []),
        ("correlation_idINk3,k1^ORDERBYDESCnumber", [3, 1]),
        ("ORDERBYurgency", [3, 2, 1]),
        ("short_descriptionLIKEo", [1, 2]),
        ("short_descriptionSTARTSWITHt^short_descriptionENDSWITHe", [3]),
        ("short_description=two^^or", [2]),
        ("correlation_id=k1^ORcorrelation_id=k3", [1, 3]),
        ("correlation_id=k1^ORcorrelation_id=k3^urgency=1", [3]),
        ("correlation_id=k1^NQcorrelation_id=k2", [1, 2]),
        ("opened_by.user_name=sesdns.integration^correlation_id=k1", [1]),
        ("opened_by.user_name=jane.doe", []),
        # What is not known is dropped, and the rest runs.
        ("u_bunk=k2", [1, 2, 3]),
        ("u_bunk=k2^correlation_id=k2", [2]),
        ("correlation_idINCLUDESk2", []),
        ("correlation_idBUNKk2", [1, 2, 3]),
        ("Correlation_id=k2", [1, 2, 3]),
        ("u_bunkINk1,k2", [1, 2, 3]),
    ):
        want(query, numbers(lookup(fake, query)), [all_three[n - 1] for n in found])
    want("pairs of the address", numbers(fake.get(TABLE, correlation_id="k3", _fields="number")), ["INC0010003"])
    want("... and a query that wins", len(numbers(fake.get(TABLE, correlation_id="k3", _query="active=true"))), 3)
    want("task has them too", len(fake.get("/api/now/table/task", _query="correlation_idINk1,k2").body["result"]), 2)
    want("nothing found", lookup(fake, "correlation_id=none").body, {"result": []})
    want_error("nothing found, v1", fake.get("/api/now/v1/table/incident", _query="correlation_id=none"), 404,
               "No Record found", None)
    fake.faults("kind lookup 1 all-rows")
    want("the fault all-rows", len(numbers(lookup(fake, "correlation_id=k1"))), 3)


def check_pages(fake):
    for number in range(5):
        made(fake, short_description=str(number))
    page = fake.get(TABLE, _query="ORDERBYnumber", _limit=2, _offset=2, _fields="number")
    want("page", numbers(page), ["INC0010003", "INC0010004"])
    want("X-Total-Count", page.headers["X-Total-Count"], "5")
    where = f"<{fake.url}{TABLE}?sysparm_query=ORDERBYnumber&sysparm_fields=number&sysparm_limit=2&sysparm_offset="
    want("Link", page.headers["Link"],
         ",".join(f'{where}{offset}>;rel="{name}"'
                  for offset, name in ((0, "first"), (0, "prev"), (4, "next"), (4, "last"))))
    quiet = fake.get(TABLE, _limit=2, _no_count="true", _suppress_pagination_header="true")
    want("without", (quiet.headers["X-Total-Count"], quiet.headers["Link"]), (None, None))


def check_show(fake):
    row = made(fake, assignment_group=servicenow.GROUP, work_notes="first")
    fake.call("PATCH", f"{TABLE}/{row['sys_id']}", {"work_notes": "second"})
    fake.call("PATCH", f"{TABLE}/{row['sys_id']}", {"work_notes": "second"})

    def shown(**parameters):
        return fake.get(f"{TABLE}/{row['sys_id']}", **parameters).body["result"]

    link = f"{fake.url}/api/now/table/sys_user_group/{servicenow.GROUP}"
    names = "assignment_group,u_bunk,assignment_group.name,state"
    want("plain", shown(_fields=names), {"assignment_group": {"value": servicenow.GROUP, "link": link},
                                         "assignment_group.name": "Network", "state": "1"})
    want("no links", shown(_fields=names, _exclude_reference_link="true")["assignment_group"], servicenow.GROUP)
    want("display", shown(_fields=names, _display_value="true"),
         {"assignment_group": {"display_value": "Network", "link": link}, "assignment_group.name": "Network",
          "state": "New"})
    want("all", shown(_fields="assignment_group,state", _display_value="all"),
         {"assignment_group": {"display_value": "Network", "value": servicenow.GROUP, "link": link},
          "state": {"display_value": "New", "value": "1"}})
    want("journal", shown()["work_notes"], "")
    notes = shown(_display_value="true", _fields="work_notes")["work_notes"]
    want("each write adds a note", [line for line in notes.split("\n") if line and " - " not in line],
         ["second", "second", "first"])


def check_change_row(fake):
    row = made(fake, short_description="a")
    where = f"{TABLE}/{row['sys_id']}"
    for method in ("PATCH", "PUT"):
        reply = fake.call(method, where, {"short_description": method, "bunk": "x"})
        want(method, (reply.status, reply.body["result"]["short_description"]), (200, method))
    want("counted", reply.body["result"]["sys_mod_count"], "2")
    want("HEAD", fake.call("HEAD", where).body, b"")
    override = fake.call("POST", where, {"state": "7"}, headers={"X-HTTP-Method-Override": "PATCH"})
    want("override", (override.status, override.body["result"]["incident_state"]), (200, "7"))
    want("a note on a closed incident", fake.call("PATCH", where, {"work_notes": "lost"}).status, 200)
    want("is lost", fake.get(where, _display_value="true", _fields="work_notes").body["result"]["work_notes"], "")
    fake.attach(row["sys_id"], "a.csv", b"a")
    want("DELETE", (fake.call("DELETE", where).status, fake.dump()), (204, {}))
    want_error("gone", fake.get(where), 404, "No Record found",
               "Record doesn't exist or ACL restricts the record retrieval")


def check_errors(fake):
    needed = "Required to provide Auth information"
    want_error("no table", fake.get("/api/now/table/bunk"), 400, "Invalid table bunk", None)
    want_error("no address", fake.get("/api/now/bunk"), 400, "Requested URI does not represent any resource", None)
    want_error("no method", fake.call("DELETE", TABLE), 405, "Method not Supported", None)
    nobody = fake.get("/api/now/table/bunk?", )
    nobody = fake.call("GET", TABLE, user=None)
    want_error("nobody", nobody, 401, "User Not Authenticated", needed)
    want("asks", nobody.headers["WWW-Authenticate"], 'Basic realm="Service-now"')
    wrong = fake.call("GET", TABLE, password="wrong")
    want("unknown user and wrong password look alike", wrong.body, fake.call("GET", TABLE, user="nobody").body)
    token = fake.call("GET", TABLE, user=None, headers={"Authorization": "Bearer bunk"})
    want("asks for a token", (token.status, token.headers["WWW-Authenticate"]), (401, 'BEARER realm="Service-now"'))
    for name in ("Accept", "Content-Type"):
        want(f"bad {name}", fake.call("POST", TABLE, {}, headers={name: "text/plain"}).status, 400)
    want("bad JSON", fake.call("POST", TABLE, b"{", headers={"Content-Type": "application/json"}).status, 400)
    want("a long address", fake.get(TABLE, _query="correlation_idIN" + "k," * 1500).status, 414)
    want("nothing was kept", fake.dump(), {})
    want_error("no change", fake.get("/api/sn_chg_rest/change/bunk"), 404, "Change Request not found", "")


def check_session(fake):
    first = fake.get(TABLE)
    cookies = first.headers.get_all("Set-Cookie")
    want("cookies", sorted(cookie.split("=")[0] for cookie in cookies),
         ["JSESSIONID", "glide_session_store", "glide_user_route"])
    cookie = "; ".join(cookie.split(";")[0] for cookie in cookies)
    second = fake.call("GET", TABLE, headers={"Cookie": cookie})
    want("once", second.headers.get_all("Set-Cookie"), None)
    want("sessions", fake.status()["sessions"], 1)
    debug = fake.call("GET", TABLE, headers={"X-WantSessionDebugMessages": "true"})
    want("session member", sorted(debug.body), ["result", "session"])
    connection = fake.connect()
    for _ in range(3):
        fake.call("GET", TABLE, connection=connection)
    connection.close()
    want("connections", fake.status()["connections"], 4)


# Attachments


def check_attachments(fake):
    row = made(fake, short_description="a")["sys_id"]
    content = bytes(range(256)) * 400
    reply = fake.attach(row, "dkim-dns-records.csv", content)
    first = reply.body["result"]
    want("status", reply.status, 201)
    want("Location", reply.headers["Location"], f"{fake.url}{ATTACHMENT}/{first['sys_id']}")
    want("what it is", {k: first[k] for k in ("size_bytes", "file_name", "hash", "state", "table_name", "table_sys_id",
                                              "content_type", "sys_mod_count")},
         {"size_bytes": "102400", "file_name": "dkim-dns-records.csv", "hash": hashlib.sha256(content).hexdigest(),
          "state": "pending", "table_name": "incident", "table_sys_id": row, "content_type": "text/csv",
          "sys_mod_count": "0"})  # fmt: skip
    want("all texts", [k for k, v in first.items() if not isinstance(v, str)], [])
    fake.attach(row, "dkim-dns-records.csv", content)
    listed = fake.get(ATTACHMENT, _query=f"table_name=incident^table_sys_id={row}", _fields="file_name,hash")
    want("no de-duplication", [a["file_name"] for a in listed.body["result"]], ["dkim-dns-records.csv"] * 2)
    want("counted", listed.headers["X-Total-Count"], "2")
    want("by the wrong table", fake.get(ATTACHMENT, _query=f"table_name=task^table_sys_id={row}").body, {"result": []})
    want("bytes", fake.call("GET", f"{ATTACHMENT}/{first['sys_id']}/file").body, content)
    want("read", fake.get(f"{ATTACHMENT}/{first['sys_id']}").body["result"]["hash"], first["hash"])
    want("on disk", fake.file(first), content)
    want("files of the ticket", len(fake.tickets()[0]["files"]), 2)
    want("delete", fake.call("DELETE", f"{ATTACHMENT}/{first['sys_id']}").status, 204)
    want("one is left", len(fake.rows("sys_attachment")), 1)
    want("wrong class", fake.attach(row, "a", b"a", table="task").status, 404)
    want("no row", fake.attach("0" * 32, "a", b"a").status, 404)
    want("no bytes", fake.attach(row, "a", b"").status, 400)
    want("no name", fake.attach(row, "", b"a").status, 400)
    want("as rows", len(fake.get("/api/now/table/sys_attachment").body["result"]), 1)
    want("rows are not made", fake.create({}, table="sys_attachment").status, 403)


def check_availability(fake):
    row = made(fake, short_description="a")["sys_id"]
    fake.attach(row, "a.csv", b"a")
    deadline = time.monotonic() + 10
    state = ""
    while state != "available" and time.monotonic() < deadline:
        time.sleep(0.1)
        state = fake.get(ATTACHMENT).body["result"][0]["state"]
    want("state", state, "available")


# Other routes


def check_changes(fake):
    fields = {"short_description": "a", "correlation_id": "k", "u_bunk": "x", "start_date": "2026-03-01 09:00:00"}
    reply = fake.call("POST", "/api/sn_chg_rest/v1/change", fields)
    change = reply.body["result"]
    want("status", (reply.status, reply.headers["Location"]), (200, None))
    want("typed", (change["state"], change["priority"]["value"], change["on_hold"]["value"]),
         ({"display_value": "New", "value": -5}, 5, False))
    want("a text", change["correlation_id"], {"display_value": "k", "value": "k"})
    want("a date", change["start_date"], {"display_value": "2026-03-01 01:00:00", "value": "2026-03-01 09:00:00",
                                          "display_value_internal": "2026-03-01 01:00:00"})  # fmt: skip
    for kind in ("normal", "emergency"):
        reply = fake.call("POST", f"/api/sn_chg_rest/change/{kind}?correlation_id=q", fields)
        want(kind, [(c["type"]["value"], c["correlation_id"]["value"], c["__meta"]) for c in reply.body["result"]],
             [(kind, "k", {"ignoredFields": ["u_bunk"]})])
    template = f"/api/sn_chg_rest/change/standard/{servicenow.CHANGE_TEMPLATE}"
    change = fake.call("POST", template, {"short_description": "s", "description": "mine"}).body["result"]
    want("standard", (change["type"]["value"], change["short_description"]["value"], change["description"]["value"]),
         ("standard", "s", "As the template says."))
    one = fake.get(f"/api/sn_chg_rest/change/{change['sys_id']['value']}").body["result"]
    want("read", one["number"]["value"], "CHG0010004")
    patched = fake.call("PATCH", f"/api/sn_chg_rest/change/{change['sys_id']['value']}", {"correlation_id": "p"})
    want("patch", patched.body["result"]["correlation_id"]["value"], "p")
    want("list", len(fake.get("/api/sn_chg_rest/change", _query="correlation_id=k").body["result"]), 3)
    rows = fake.get("/api/now/table/change_request", _query="correlation_id=k", _fields="state").body["result"]
    want("as rows they are texts", rows, [{"state": "-5"}] * 3)


def check_orders(fake):
    where = f"/api/sn_sc/servicecatalog/items/{servicenow.CATALOG_ITEM}/order_now"
    variables = {"correlation_id": "k1", "short_description": "a", "bunk": "x"}
    reply = fake.call("POST", where, {"sysparm_quantity": 1, "variables": variables})
    order = reply.body["result"]
    want("reply", (reply.status, reply.headers["Location"], order),
         (200, None, {"sys_id": order["sys_id"], "number": "REQ0010001", "request_number": "REQ0010001",
                      "request_id": order["sys_id"], "table": "sc_request"}))  # fmt: skip
    items = fake.get("/api/now/table/sc_req_item", _query=f"request={order['sys_id']}").body["result"]
    want("item", [item["number"] for item in items], ["RITM0010001"])
    options = fake.get("/api/now/table/sc_item_option_mtom",
                       _query="sc_item_option.item_option_new.name=correlation_id^sc_item_option.value=k1",
                       _fields="request_item.number,sc_item_option.value").body["result"]
    want("found by its variable", options, [{"request_item.number": "RITM0010001", "sc_item_option.value": "k1"}])
    want("variables", len(fake.rows("sc_item_option")), 2)
    for what, item, body, message in (
        ("no quantity", where, {"variables": variables}, "Invalid Quantity value"),
        ("no variable", where, {"sysparm_quantity": "1", "variables": {"correlation_id": "k"}},
         "Mandatory Variables are required"),
        ("no item", where.replace("04b7", "ffff"), {"sysparm_quantity": "1"},
         "Security constraints prevent ordering of Item"),
    ):  # fmt: skip
        want_error(what, fake.call("POST", item, body), 400, message, "")
    want("requests", len(fake.rows("sc_request")), 1)


def check_producers(fake):
    where = f"/api/sn_sc/v1/servicecatalog/items/{servicenow.RECORD_PRODUCER}/submit_producer"
    reply = fake.call("POST", where, {"variables": {"correlation_id": "k", "short_description": "s",
                                                    "expires": "2026-03-01"}})  # fmt: skip
    row = fake.rows("incident")[0]
    want("reply", (reply.status, reply.body["result"]["sys_id"], reply.body["result"]["table"]),
         (200, row["sys_id"], "incident"))
    want("row", (row["correlation_id"], row["u_expiry_date"]), ("k", "2026-03-01"))
    want("no variable", fake.call("POST", where, {"variables": {}}).status, 400)


def check_imports(fake):
    where = f"/api/now/import/{servicenow.IMPORT_SET}"

    def imported(**fields):
        reply = fake.call("POST", where, {f"u_{name}": value for name, value in fields.items()})
        want("status", (reply.status, reply.body["staging_table"]), (201, servicenow.IMPORT_SET))
        return reply.body["result"][0]

    first = imported(correlation_id="k", short_description="a")
    want("inserted", (first["status"], first["table"], first["display_value"]), ("inserted", "incident", "INC0010001"))
    again = imported(correlation_id="k", short_description="a")
    want("ignored", (again["status"], again["status_message"], again["sys_id"]),
         ("ignored", "No field values changed", first["sys_id"]))
    other = imported(correlation_id="k", short_description="b")
    want("updated", (other["status"], other["sys_id"]), ("updated", first["sys_id"]))
    bad = imported(short_description="b")
    want("error", (bad["status"], bad["table"], "error_message" in bad), ("error", servicenow.IMPORT_SET, True))
    want("incidents", [row["short_description"] for row in fake.rows("incident")], ["b"])
    want("staged", len(fake.rows(servicenow.IMPORT_SET)), 4)
    want("a number", fake.call("POST", where, {"u_correlation_id": 1}).status, 400)


# Who asks


def check_oauth(fake):
    def asks(token):
        return fake.call("GET", TABLE, user=None, headers={"Authorization": f"Bearer {token}"}).status

    first = fake.token(grant_type="client_credentials").body
    want("reply", (first["scope"], first["token_type"], "refresh_token" in first), ("useraccount", "Bearer", False))
    want("works", asks(first["access_token"]), 200)
    want("the same inside its life", fake.token(grant_type="client_credentials").body["access_token"],
         first["access_token"])
    user = fake.token(grant_type="password", username=servicenow.USER, password=servicenow.PASSWORD).body
    refreshed = fake.token(grant_type="refresh_token", refresh_token=user["refresh_token"]).body
    want("a refresh gives another", refreshed["access_token"] == user["access_token"], False)
    want("which works", (asks(refreshed["access_token"]), asks(user["access_token"])), (200, 401))
    fake.restart()
    want("after a restart", asks(refreshed["access_token"]), 200)
    for what, form in (("secret", {"client_secret": "wrong"}), ("password", {"password": "wrong"}),
                       ("grant", {"grant_type": "wrong"})):  # fmt: skip
        form = {"grant_type": "password", "username": servicenow.USER, "password": servicenow.PASSWORD, **form}
        refused = fake.token(**form)
        want(f"wrong {what}", (refused.status, refused.body),
             (401, {"error_description": "access_denied", "error": "server_error"}))
    fake.faults("kind lookup 2 401")
    want("the fault 401 ends a token", [asks(refreshed["access_token"]) for _ in range(3)], [200, 401, 401])
    key = fake.call("GET", TABLE, user=None, headers={"x-sn-apikey": servicenow.API_KEY})
    want("API key", key.status, 200)
    want("wrong API key", fake.call("GET", TABLE, user=None, headers={"x-sn-apikey": "x"}).status, 401)


def check_tls(folder):
    certificates = servicenow.Certificates(folder / "certificates")
    with servicenow.Fake(folder / "tls", tls=True, certificates=certificates, client_ca=True) as fake:
        want("https", (fake.url.split(":")[0], fake.create({}).status), ("https", 201))
        want("secure cookies", "Secure" in fake.get(TABLE).headers["Set-Cookie"], True)
        connection = fake.connect(certificate="client")
        want("client certificate", fake.create({}, user=None, connection=connection).status, 201)
        connection.close()
        want("none", fake.create({}, user=None).status, 401)
        connection = fake.connect(certificate="stranger")
        want("a stranger's", ended(fake, "GET", TABLE, user=None, connection=connection) == 200, False)
        for fault in ("cut", "commit-cut-headers", "commit-cut-body", "commit-reset", "slow 1", "commit-hang"):
            before = len(fake.rows("incident"))
            fake.faults(f"kind create 1 {fault}")
            how = ended(fake, "POST", SHORT, {}, timeout=10 if "hang" not in fault else 0.5)
            want(f"{fault} under TLS", how == 201, fault in ("slow 1", "commit-cut-headers"))
            want(f"{fault} under TLS keeps", len(fake.rows("incident")) - before, int(fault != "cut"))
        fake.faults("connection 1 refuse")
        want("no handshake", ended(fake, "GET", TABLE) in (200, 401), False)
        want("the next one", ended(fake, "GET", TABLE), 200)
    for name in ("stranger", "wrong_name", "expired"):
        with servicenow.Fake(folder / name, tls=True, certificates=certificates, certificate=name) as fake:
            try:
                fake.get(TABLE)
                proof.complain(f"the certificate '{name}' was believed")
            except ssl.SSLCertVerificationError:
                pass


# Other settings


def check_strict(folder):
    with servicenow.Fake(folder / "strict", config=SETTINGS["strict"]) as fake:
        row = made(fake, short_description="a", u_expiry_date="2026-03-01", sys_id="0" * 32, correlation_display="d",
                   correlation_id="k")
        want("a field that is not there", row.get("u_expiry_date"), None)
        want("a sys_id that is not taken", row["sys_id"] == "0" * 32, False)
        want("a field that may not be read", "correlation_display" in row, False)
        want("an invalid query", lookup(fake, "u_bunk=1").body, {"result": []})
        want_error("an unreadable field", lookup(fake, "correlation_display=d"), 403,
                   "Insufficient rights to query records",
                   "Field(s) present in the query do not have permission to be read")
        want_error("mandatory", fake.create({}), 403, "Operation Failed",
                   "Data Policy Exception: The following fields are mandatory: Short description")
        want("a business rule", fake.create({"short_description": "forbidden"}).body["error"]["detail"][:57],
             "Operation against file 'incident' was aborted by Business")
        want_error("a table", fake.create({}, table="problem"), 403, "Operation Failed",
                   "ACL Exception Insert Failed due to security constraints")
        want("unique", fake.create({"short_description": "b", "correlation_id": "k"}).status, 403)
        made(fake, short_description="hidden")
        page = lookup(fake, "")
        want("rows that may not be seen", (numbers(page), page.headers["X-Total-Count"]), (["INC0010001"], "2"))
        want_error("a large body", fake.create({"short_description": "a" * 1000}), 400, "Exception while reading request",
                   "Rejected large REST payload with content-length = 1025 bytes. Max allowed: 1000 bytes.")
        want("a file type", fake.attach(row["sys_id"], "a.exe", b"a").status, 400)
        want("another", fake.attach(row["sys_id"], "a.CSV", b"a").status, 201)
        want("the gate", fake.call("GET", TABLE, user="jane.doe", password="Example-Password-2").status, 401)
        factor = fake.call("GET", TABLE, user="second.factor", password="x")
        want("a second factor", (factor.status, factor.headers["X-MFA_TOKEN"]), (401, "invalid"))
        scoped = fake.token(client_id="scoped", client_secret="s", grant_type="client_credentials").body
        asked_with = {"Authorization": f"Bearer {scoped['access_token']}"}
        want_error("scoped", fake.call("GET", TABLE, user=None, headers=asked_with), 403, "User Not Authorized",
                   "Access to unscoped api is not allowed")
        want("life", scoped["expires_in"] <= 2, True)
        time.sleep(2.1)
        want("its end", fake.call("GET", TABLE, user=None, headers=asked_with).status, 401)
        change = fake.call("POST", "/api/sn_chg_rest/change/normal", {"u_bunk": "x"}).body["result"]
        want("an object", change["__meta"], {"ignoredFields": ["u_bunk"]})


def check_rates(folder):
    with servicenow.Fake(folder / "limited", config=SETTINGS["limited"]) as fake:
        replies = [fake.create({}) for _ in range(3)]
        want("status", [reply.status for reply in replies], [201, 201, 429])
        want("rule", [reply.headers["X-RateLimit-Rule"] for reply in replies], ["a" * 32] * 3)
        denied = replies[2]
        want("message", denied.body["error"], {"message": "Rate limit exceeded",
                                               "detail": "Rate limit of 2 requests per hour for Table API exceeded"})
        wait = int(denied.headers["Retry-After"])
        reset = int(denied.headers["X-RateLimit-Reset"])
        want("Retry-After", 0 < wait <= 3600 and abs(reset - time.time() - wait) < 5, True)
        want("others", fake.get(TABLE).headers["X-RateLimit-Rule"], None)
        want("kept", len(fake.rows("incident")), 2)


def check_delay(folder):
    """Slow answers hold up nobody, but for those of one session where the instance has it so."""
    with servicenow.Fake(folder / "delay", delay_ms=200) as fake:
        began = time.monotonic()
        threads = [threading.Thread(target=fake.get, args=(TABLE,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        want(f"five at once took {took:.2f} s", took >= 0.2, True)
        want("at once", fake.status()["at_once"] > 1, True)


# Faults

# Fault -> how a create ends, how many rows it leaves.
CREATES = {
    "reset": ("no reply", 0),
    "cut": ("no reply", 0),
    "hang": ("TimeoutError", 0),
    "500": (500, 0),
    "502": (502, 0),
    "503": (503, 0),
    "403": (403, 0),
    "401": (401, 0),
    "429-rule 7": (429, 0),
    "429-bare": (429, 0),
    "hibernation": (200, 0),
    "redirect http://other.example.edu": (302, 0),
    "wait 0.1": (201, 1),
    "drop-field description": (201, 1),
    "change-field description other words": (201, 1),
    "hide-field description": (201, 1),
    "no-key": (201, 1),
    "other-sys-id": (201, 1),
    "duplicate": (201, 2),
    "all-rows": (201, 1),
    "commit-500": (500, 1),
    "commit-502": (502, 1),
    "commit-403": (403, 1),
    "commit-429-bare": (429, 1),
    "commit-cut": ("no reply", 1),
    # http.client takes headers without an end for headers.
    "commit-cut-headers": (201, 1),
    "commit-cut-body": ("no reply", 1),
    "commit-reset": ("no reply", 1),
    "commit-hang": ("TimeoutError", 1),
    "cut-json": (201, 1),
    "not-json": (201, 1),
    "empty-body": (201, 1),
    "empty-result": (201, 1),
    "html": (201, 1),
    "slow 1": (201, 1),
}
NO_REPLY = ("RemoteDisconnected", "ConnectionResetError", "IncompleteRead", "BadStatusLine")
ELSEWHERE = {"refuse", "late-commit", "late-commit-cut"}


def check_faults(fake):
    kinds = {kind.name for kind in servicenow.fault_kinds()}
    manual = (proof.SOURCE / "tests/fake/README.md").read_text(encoding="utf-8")
    for kind in servicenow.fault_kinds():
        name = kind.name if kind.argument == "-" else f"{kind.name} {kind.argument}"
        want(f"README.md on {name}", f"| `{name}` | {kind.what} | {kind.source} |\n" in manual, True)
    want("every fault is tried", kinds, {fault.split()[0] for fault in CREATES} | ELSEWHERE)
    for fault, (how, rows) in CREATES.items():
        fake.reset(f"kind create 2 {fault}")
        made(fake, short_description="before")
        got = ended(fake, "POST", SHORT, {"short_description": "a", "description": "d", "correlation_id": "k"},
                    timeout=0.3 if "hang" in fault else 10)
        want(f"{fault}: ends", "no reply" if got in NO_REPLY else got, how)
        want(f"{fault}: leaves", len(fake.rows("incident")) - 1, rows)
        fake.kill()
        want(f"{fault}: leaves when killed", len(fake.rows("incident")) - 1, rows)
        fake.restart()
        want(f"{fault}: the next one", fake.create({}).status, 201)


def check_fault_replies(fake):
    body = {"short_description": "a", "description": "d", "correlation_id": "k", "sys_id": "0" * 32}

    def create(fault):
        fake.reset(f"kind create every {fault}")
        return fake.call("POST", SHORT, body)

    cancelled = "Transaction cancelled: maximum execution time exceeded"
    for fault in ("500", "commit-500"):
        want(fault, create(fault).body["error"]["message"], cancelled)
    want("commit-403", create("commit-403").body["error"]["message"], "Operation Failed")
    rule, bare = create("429-rule 7"), create("429-bare")
    want("rule", (rule.headers["Retry-After"], rule.headers["X-RateLimit-Limit"]), ("7", "100"))
    want("bare", (bare.headers["Retry-After"], bare.headers["X-RateLimit-Limit"]), (None, None))
    want("redirect", create("redirect http://other.example.edu").headers["Location"],
         f"http://other.example.edu{SHORT}")
    for fault in ("hibernation", "html"):
        want(fault, create(fault).headers["Content-Type"], "text/html;charset=UTF-8")
    cut = create("cut-json")
    want("cut-json is JSON by name", cut.headers["Content-Type"], "application/json;charset=UTF-8")
    want("... but not in truth", isinstance(cut.body, bytes), True)
    want("... and names the error", cancelled.encode() in cut.body, True)
    want("empty-body", create("empty-body").body, b"")
    want("empty-result", create("empty-result").body, {"result": {}})
    want("drop-field", create("drop-field description").body["result"]["description"], "")
    want("no-key", create("no-key").body["result"]["correlation_id"], "")
    want("hide-field", "description" in create("hide-field description").body["result"], False)
    want("change-field", create("change-field description x y").body["result"]["description"], "x y")
    want("other-sys-id", create("other-sys-id").body["result"]["sys_id"] == "0" * 32, False)
    want("slow", create("slow 1").body["result"]["description"], "d")
    create("duplicate")
    want("duplicate", [row["number"] for row in fake.rows("incident")], ["INC0010001", "INC0010002"])


def check_late(fake):
    for fault, how in (("late-commit 0.3", 500), ("late-commit-cut 0.3", "no reply")):
        fake.reset(f"kind create 1 {fault}")
        got = ended(fake, "POST", TABLE, {"correlation_id": "late"})
        want(f"{fault}: ends", "no reply" if got in NO_REPLY else got, how)
        want(f"{fault}: not yet", len(fake.rows("incident")), 0)
        deadline = time.monotonic() + 10
        while not fake.rows("incident") and time.monotonic() < deadline:
            time.sleep(0.02)
        want(f"{fault}: later", [row["correlation_id"] for row in fake.rows("incident")], ["late"])
    fake.reset("kind create 1 wait 0.4")
    want("the client left before", ended(fake, "POST", TABLE, {}, timeout=0.1), "TimeoutError")
    want("not yet", len(fake.rows("incident")), 0)
    time.sleep(0.6)
    want("done all the same", len(fake.rows("incident")), 1)


def check_fault_places(fake):
    row = made(fake, correlation_id="k")["sys_id"]
    fake.faults("# a comment", "", "request 3-4 503", "kind attach 2 commit-cut", "kind list every 500", "request 7+ 502")
    got = [ended(fake, "GET", TABLE) for _ in range(4)]
    want("by number", got, [200, 200, 503, 503])
    want("attach 1", fake.attach(row, "a", b"a").status, 201)
    where = f"{ATTACHMENT}/file?" + urllib.parse.urlencode(
        {"table_name": "incident", "table_sys_id": row, "file_name": "b"})
    want("attach 2", ended(fake, "POST", where, b"b", headers={"Content-Type": "text/csv"}) in NO_REPLY, True)
    want("both are there", len(fake.rows("sys_attachment")), 2)
    want("list, by kind first", fake.get(ATTACHMENT).status, 500)
    want("from the seventh on", [fake.get(TABLE).status for _ in range(2)], [502, 502])
    log = fake.log()
    want("log", [(line.number, line.kind, line.status, line.fault) for line in log[-9:]],
         [(1, "lookup", 200, "-"), (2, "lookup", 200, "-"), (3, "lookup", 503, "503"), (4, "lookup", 503, "503"),
          (5, "attach", 201, "-"), (6, "attach", 0, "commit-cut"), (7, "list", 500, "500"), (8, "lookup", 502, "502"),
          (9, "lookup", 502, "502")])  # fmt: skip
    for line, why in (("kind bunk 1 500", "no such kind of request"), ("request x 500", "not a number"),
                      ("request 1 bunk", "no such fault"), ("request 1 slow", "has no argument"),
                      ("request 1 500 x", "too many"), ("request 1 refuse", "goes with"), ("bunk", "begins")):  # fmt: skip
        try:
            fake.faults(line)
            proof.complain(f"'{line}' was believed")
        except ValueError as error:
            want(f"'{line}'", why in str(error), True)


def check_raw(fake):
    """What http.client would hide."""

    def replied(fault):
        fake.reset(f"kind create 1 {fault}")
        answer = b""
        with socket.create_connection(("127.0.0.1", fake.port)) as connection:
            connection.sendall(f"POST {SHORT} HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nContent-Type: application/json\r\n"
                               f"Authorization: {servicenow.basic(servicenow.USER, servicenow.PASSWORD)}\r\n"
                               "Content-Length: 2\r\n\r\n{}".encode())
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionResetError:
                return b"RST"
        return answer

    want("cut", replied("commit-cut"), b"")
    want("reset", (replied("reset"), replied("commit-reset")), (b"RST", b"RST"))
    headers = replied("commit-cut-headers")
    want("cut headers", (headers[:12], b"\r\n\r\n" in headers, len(headers) > 50), (b"HTTP/1.1 201", False, True))
    body = replied("commit-cut-body")
    head, _, rest = body.partition(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    want("cut body", len(rest), length // 2)
    want("slow", len(replied("slow 1").partition(b"\r\n\r\n")[2]), length)


def check_requests(folder):
    with servicenow.Fake(folder / "recorded", record=True) as fake:
        with socket.create_connection(("127.0.0.1", fake.port)) as connection:
            connection.sendall(b"POST /api/now/table/incident?a=%20b HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nAccept: */*\r\n"
                               b"Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            while connection.recv(65536):
                pass
        want("as sent", fake.requests(),
             [b"POST /api/now/table/incident?a=%20b\nHost: h\nX-One: 1\nAccept: */*\nContent-Type: application/json\n"
              b"Content-Length: 2\nConnection: close\n\n{}"])  # fmt: skip


# Kills


def check_kills(folder):
    """Four clients create and attach while the stand-in is killed at random, again and again. What it answered
    for is there; what it did not answer for is there once or not at all, and whole."""
    draw = random.Random(1)
    answered, sent = {}, set()
    lock = threading.Lock()
    over = threading.Event()

    with servicenow.Fake(folder / "killed") as fake:

        def client(number):
            count = 0
            while not over.is_set():
                key = f"c{number}-{count}"
                count += 1
                try:
                    sent.add(key)
                    row = fake.create({"correlation_id": key, "description": key * 900}).body["result"]["sys_id"]
                    with lock:
                        answered[key] = []
                    for name in ("a", "b"):
                        sent.add(f"{key}/{name}")
                        if fake.attach(row, name, key.encode() * 9000).status == 201:
                            answered[key].append(name)
                except (OSError, ValueError, TypeError, KeyError, servicenow.http.client.HTTPException):
                    pass

        threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        kills = 30
        for _ in range(kills):
            time.sleep(draw.uniform(0.005, 0.08))
            fake.kill()
            fake.start()
        over.set()
        for thread in threads:
            thread.join()
        tickets = fake.tickets()
        found = {row["correlation_id"]: row for row in tickets}
        want("no row twice", len(found), len(tickets))
        want("no number twice", len({row["number"] for row in tickets}), len(tickets))
        want("none that nobody sent", set(found) - sent, set())
        want("all that were answered for", set(answered) - set(found), set())
        for key, names in answered.items():
            have = [name for name, _ in found[key]["files"]] if key in found else []
            want(f"files of {key}", set(names) - set(have), set())
        for attachment in fake.rows("sys_attachment"):
            want("its bytes", hashlib.sha256(fake.file(attachment)).hexdigest(), attachment["hash"])
        for row in tickets:
            want("whole", row["description"], (row["correlation_id"] * 900)[:4000])
        want("some", len(tickets) > kills, True)
    return kills, len(tickets)


def main():
    with proof.folder() as name:
        folder = pathlib.Path(name)
        with servicenow.Fake(folder / "shared") as fake:
            for check in (check_create, check_values, check_sys_id, check_query, check_pages, check_show,
                          check_change_row, check_errors, check_session, check_attachments, check_availability,
                          check_changes, check_orders, check_producers, check_imports, check_oauth, check_faults,
                          check_fault_replies, check_late, check_fault_places, check_raw):  # fmt: skip
                before = len(proof.complaints)
                fake.reset()
                check(fake)
                proof.complaints[before:] = [f"{check.__name__}: {line}" for line in proof.complaints[before:]]
        for check in (check_whole_lines, check_tls, check_strict, check_rates, check_delay, check_requests):
            check(folder)
        kills, tickets = check_kills(folder)
    proof.finish(f"{asked} answers as wanted; {tickets} tickets over {kills} kills")


if __name__ == "__main__":
    sys.exit(main())
