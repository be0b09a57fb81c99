# SPDX-License-Identifier: MIT
"""The page that `sesdns render -o DIR` writes, in a browser: what a person does with it, with and without scripts, in
light and dark, on a wide and on a narrow screen; and that no value of the input does anything there.

The screenshots go to the folder that SESDNS_SCREENSHOTS names, to be looked at.
"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import chromium  # noqa: E402

PROGRAM = os.environ["SESDNS"]
MANY = int(os.environ.get("SESDNS_ROWS", "3000"))
TOKEN = "abcdefghijklmnopqrstuvwxyz234567"
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{x}}</script>\u202e"
NO_NAME = "not a <b>name</b>\x1b[2J"
NO_NAME_SHOWN = "not a <b>name</b>\ufffd[2J"
complaints = []


def want(what, got, wanted):
    if got != wanted:
        complaints.append(f"{what}: {got!r}, want {wanted!r}")


def export(names, draw, tokens=3):
    lines = ["Type,Name,Value"]
    for name in names:
        for _ in range(tokens):
            token = "".join(draw.choices(TOKEN, k=32))
            lines.append(f"CNAME,{token}._domainkey.{name},{token}.dkim.amazonses.com")
    return "\n".join(lines) + "\n"


def render(folder, *options):
    """Exit status 1 and 3 are findings and a file that is left as it is, which the few have."""
    done = subprocess.run([PROGRAM, "render", "--quiet", "-o", "out", *options], cwd=folder, check=False,
                          env={**os.environ, "XDG_CONFIG_HOME": os.devnull, "SOURCE_DATE_EPOCH": "1764547200"},
                          capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"sesdns render: status {done.returncode}: {done.stderr}")
    return (folder / "out" / "index.html").as_uri()


def few(folder):
    """One of each state, and one with hostile values, which is rendered."""
    draw = random.Random(7)
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    names = ["alumni.example.edu", "events.example.edu", "hostile.example.edu"]
    (folder / "good.csv").write_text(export(names, draw), encoding="utf-8")
    (folder / "bad.csv").write_text(export(["broken.example.edu"], draw, 2), encoding="utf-8")
    (folder / "b\u00fccher.csv").write_text(export(["b\u00fccher.example.edu"], draw), encoding="utf-8")
    rows = [
        "domain,lifetime,expires,exports,contact,purpose,group",
        'alumni.example.edu,production,,,alex@example.edu,"Newsletter for alumni, monthly",advancement',
        "events.example.edu,poc,2026-03-01,,sam@example.edu,Event invitations,advancement",
        f"hostile.example.edu,poc,2026-02-01,,{quoted},{quoted},{quoted}",
        "broken.example.edu,production,,bad.csv,kim@example.edu,Receipts,finance",
        "b\u00fccher.example.edu,poc,2026-01-15,b\u00fccher.csv,ada@example.edu,Library notices,library",
        f"{NO_NAME},production,,bad.csv,,,",
    ]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    # Somebody's edit, which is not overwritten: not written.
    edited = folder / "out" / "events.example.edu"
    edited.mkdir(parents=True)
    (edited / "ticket.txt").write_text("edited\n", encoding="utf-8")
    return render(folder, "--manifest", "manifest.csv", "good.csv")


def many(folder):
    draw = random.Random(1)
    (folder / "exports").mkdir()
    for number in range(MANY):
        text = export([f"unit{number:05}.example.edu"], draw)
        (folder / "exports" / f"{number:05}.csv").write_text(text, encoding="utf-8")
    return render(folder, "--poc", "--expires", "2026-03-01", "exports")


SHOWN = """Array.from(document.querySelectorAll("tbody tr"), (row) => row)
    .filter((row) => row.checkVisibility()).map((row) => row.querySelector("b").textContent)"""
SETTLED = "new Promise((done) => setTimeout(done, 150))"


def set_field(page, field, value):
    page.run(f"""(() => {{
        const field = document.getElementById("{field}");
        field.value = {value!r};
        field.dispatchEvent(new Event(field.tagName === "INPUT" ? "input" : "change"));
    }})()""")
    page.run(SETTLED)
    return page.run(SHOWN)


def check_finding(page):
    subjects = page.run(SHOWN)
    want("rows", len(subjects), 6)
    want("search", set_field(page, "search", "  ADVANCEMENT alex "), ["alumni.example.edu"])
    want("search in findings", set_field(page, "search", "dkim-set-incomplete"), ["broken.example.edu"])
    want("what is shown", page.run('document.getElementById("shown").textContent'), "1 of 6 shown")
    want("search for nothing", set_field(page, "search", "no such thing"), [])
    set_field(page, "search", "")
    want("refused", set_field(page, "state", "refused"), ["broken.example.edu", NO_NAME_SHOWN])
    want("refused, without lifetime", set_field(page, "lifetime", "none"), [NO_NAME_SHOWN])
    page.run('document.getElementById("reset").click()')
    want("all again", page.run(SHOWN), subjects)
    want("not written", set_field(page, "state", "not-written"), ["events.example.edu"])
    set_field(page, "state", "")
    want("proofs of concept", len(set_field(page, "lifetime", "poc")), 3)
    set_field(page, "lifetime", "")


def check_sorting(page):
    """Each column both ways, by keyboard for the first."""
    orders = {
        0: ["alumni.example.edu", "broken.example.edu", "b\u00fccher.example.edu", "events.example.edu",
            "hostile.example.edu", NO_NAME_SHOWN],
        3: ["b\u00fccher.example.edu", "hostile.example.edu", "events.example.edu"],
    }
    for column in range(6):
        button = f'document.querySelectorAll("thead button")[{column}]'
        ways = []
        for way in ("ascending", "descending"):
            page.run(f"{button}.focus()")
            page.press("Enter", "\r")
            sort = f'{button}.parentNode.getAttribute("aria-sort")'
            want(f"aria-sort of column {column}", page.run(sort), way)
            ways.append(page.run(SHOWN))
        want(f"columns sorted beside {column}",
             page.run('document.querySelectorAll("[aria-sort=ascending], [aria-sort=descending]").length'), 1)
        start = orders.get(column, [])
        want(f"column {column} up", ways[0][:len(start)], start)
        if column == 0:
            want("column 0 down", ways[1], orders[0][::-1])
        want(f"column {column} down has all", sorted(ways[1]), sorted(orders[0]))
    page.run('document.getElementById("reset").click()')


def check_inert(page, url):
    """Nothing of the input became markup, and nothing was asked for but the page."""
    want("elements of the input", page.run('document.querySelectorAll("tbody img, tbody script").length'), 0)
    want("requests", [u for u in page.requests() if u != url], [])
    want("console", page.troubles(), [])
    # The row is `tbody tr` with the name; its purpose is text, with what nobody sees made visible.
    text = page.run('document.querySelectorAll("tbody tr")[2].cells[0].textContent')
    if "<img src=x onerror=alert(1)>" not in text or "\u202e" in text or "\x1b" in text:
        complaints.append(f"hostile text: {text!r}")
    broken = page.run("""Promise.all(Array.from(document.querySelectorAll("tbody a"), (a) => a.href))""")
    for href in broken:
        path = pathlib.Path(url.removeprefix("file://")).parent / href.removeprefix("file://")
        if not path.exists():
            complaints.append(f"a link leads nowhere: {href}")
    want("links", len(broken) > 20, True)


def check_names(page):
    """What a screen reader is told."""
    page.run(SETTLED)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    roles = [node.get("role", {}).get("value") for node in nodes]
    for role, least in (("table", 1), ("columnheader", 6), ("rowheader", 6), ("cell", 30), ("searchbox", 1),
                        ("search", 1), ("status", 1)):
        if roles.count(role) < least:
            complaints.append(f"accessibility: {roles.count(role)} of role {role}, want {least}")
    for node in nodes:
        if node.get("role", {}).get("value") in ("searchbox", "combobox", "button", "link"):
            if not node.get("name", {}).get("value"):
                complaints.append(f"accessibility: a {node['role']['value']} without a name")


def take_pictures(page, folder, name):
    for width, height in ((1280, 800), (800, 900), (360, 740)):
        for scheme in ("light", "dark"):
            page.look(width, height, scheme)
            page.run(SETTLED)
            page.picture(folder / f"{name}-{width}-{scheme}.png")
            want(f"{name}: {width} wide: scrolls sideways",
                 page.run("document.documentElement.scrollWidth > window.innerWidth"), False)
    page.look(1280, 800, "light")


def check_without_script(page, url, pictures):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(url)
    want("without script: rows", len(page.run(SHOWN)), 6)
    want("without script: tools", page.run('document.getElementById("tools").checkVisibility()'), False)
    page.picture(pictures / "without-script.png")
    page.call("Emulation.setScriptExecutionDisabled", value=False)


TIMED = """(async () => {
    const start = performance.now();
    %s;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
})()"""
SEARCHED = """await (async () => {
    const field = document.getElementById("search");
    field.value = "%s";
    field.dispatchEvent(new Event("input"));
    const before = document.getElementById("shown").textContent;
    while (document.getElementById("shown").textContent === before) await new Promise((done) => setTimeout(done, 1));
})()"""


def check_many(page, url):
    start = time.monotonic()
    page.open(url)
    times = {"load": (time.monotonic() - start) * 1000}
    want("many rows", page.run('document.querySelectorAll("tbody tr").length'), MANY)
    times["first search"] = page.run(TIMED % (SEARCHED % "unit00001"))
    times["next search"] = page.run(TIMED % (SEARCHED % "unit0000"))
    times["search undone"] = page.run(TIMED % (SEARCHED % ""))
    times["sort"] = page.run(TIMED % 'document.querySelector("thead button").click()')
    if times["next search"] > 5000:
        complaints.append(f"a search among {MANY} rows takes {times['next search']:.0f} ms")
    want("console, many rows", page.troubles(), [])
    return ", ".join(f"{name} {took:.0f} ms" for name, took in times.items())


def main():
    program = chromium.find()
    if not program:
        print("skipped: chromium is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="sesdns-browser.", ignore_cleanup_errors=True) as temp:
        temp = pathlib.Path(temp)
        pictures = pathlib.Path(os.environ.get("SESDNS_SCREENSHOTS", temp / "pictures"))
        for folder in ("few", "many", "profile"):
            (temp / folder).mkdir()
        pictures.mkdir(parents=True, exist_ok=True)
        url = few(temp / "few")
        with chromium.Page(program, temp / "profile") as page:
            page.look(1280, 800, "light")
            page.open(url)
            check_finding(page)
            check_sorting(page)
            check_names(page)
            check_inert(page, url)
            take_pictures(page, pictures, "few")
            page.run('document.querySelectorAll("details").forEach((details) => details.open = true)')
            take_pictures(page, pictures, "open")
            check_without_script(page, url, pictures)
            summary = check_many(page, many(temp / "many"))
            take_pictures(page, pictures, "many")
    print("\n".join(complaints) or f"the page does what it should; with {MANY} rows: {summary}")
    sys.exit(1 if complaints else 0)


main()
