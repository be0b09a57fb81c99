# SPDX-License-Identifier: MIT
"""Values that would break out come out inert in every document: no byte that a terminal obeys, no [code] that
ServiceNow would show as HTML, no element, no line that a value began, nothing that a shell runs.

The rule that refuses control bytes in words is silenced here, so that they get as far as they can.
"""
import csv
import io
import json
import os
import pathlib
import re
import sys

from support import proof

TOKENS = ["2nq6yhz4ocd3lxrmutw5gkv7iebafjsp", "c7wmx5dlr3bgqk2yvtz4nohufesjpia6", "k5vbr7taj2zmxyh3dcqw6gpnelufsoi4"]
DKIM = [("CNAME", f"{t}._domainkey.example.edu", f"{t}.dkim.amazonses.com") for t in TOKENS]

ATTACKS = {
    "shell": "$(touch pwned) `touch pwned`; touch pwned & touch pwned | touch pwned > pwned",
    "shell quotes": "' ; touch pwned ; ' \" ; touch pwned ; \" \\' \\\" ${IFS}",
    "shell line": "x\ntouch pwned\n#",
    "code tag": "[code]<img src=x onerror=alert(1)>[/code] [CODE] [ code] [cod[code]e]",
    "html": "</title></style></pre><script>alert(1)</script> onload=\"alert(1)\" ' x='",
    "comment": "--><script>alert(1)</script><!-- ]]> <![CDATA[ <?php ?>",
    "entity": "&lt;script&gt; &#60;script&#62; &unknown; &",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x1b[31m\x9b31m \r\x08\x0b\x0c\x7f",
    "direction": "\u202eedoc\u202c \u2066x\u2069 \u200b \ufeff \U000e0041",
    "forged line": "x\nDigest: sha256:FORGED\nExpires: 2099-01-01\r\nSubject: forged.example",
    "template": "{{subject}} {{{subject}}} {{> ticket.txt}} {{=<% %>=}} {{#records}}",
    "formula": "=cmd|' /C calc'!A0",
    "formula with blanks": "  @SUM(1+1)*cmd",
    "format": "%s%n%d %2$s \\n \\x41 \\033[31m",
    "comma, semicolon": "a,b;c\td\"e",
    "json": "\",\"operation\":\"remove\",\"x\":\"\\u0000",
    "long": "x" * 3000,
    "only blanks": "   ",
}
# Bytes that are no UTF-8 reach the program in file names and on the command line alike.
RAW = b"\xff\xfe\xc3\x28\xed\xa0\x80"

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def decode(what, name, text):
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        proof.complain(f"{what}, {name}: {error}")
        return text.decode(errors="replace")


def check_text(what, name, text):
    found = CONTROL.search(text)
    if found:
        proof.complain(f"{what}, {name}: raw {found.group()!r} at {found.start()}: {text[max(0, found.start() - 40):found.end()]!r}")
    # What goes into a field of ServiceNow; elsewhere these are letters like others.
    if name.endswith((".txt", ".xml")) and re.search(r"\[/?code", text, re.IGNORECASE):
        proof.complain(f"{what}, {name}: a code tag")
    if name in ("ticket.html", "servicenow.xml") and re.search(r"<(script|img)", text, re.IGNORECASE):
        proof.complain(f"{what}, {name}: an element that a value brought")
    if name.endswith((".txt", ".sh", ".zone", ".xml")):
        for line in text.splitlines():
            if re.match(r"(Digest: sha256:FORGED|Expires: 2099|Subject: forged|touch pwned)", line.strip()):
                proof.complain(f"{what}, {name}: a line that a value began: {line}")


def check_csv(what, text):
    for row in csv.reader(io.StringIO(text), strict=True):
        for cell in row:
            if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")):
                proof.complain(f"{what}, records.csv: a formula: {cell}")


def check_json(what, text, words):
    request = json.loads(text)
    if request["operation"] != "add" or request["subject"]["name"] not in ("example.edu", "mail.example.edu"):
        proof.complain(f"{what}: request.json says {request['operation']} {request['subject']}")
    for member in ("contact", "purpose"):
        value = words.get(member)
        if isinstance(value, str) and value and request[member] != value:
            proof.complain(f"{what}: request.json has {member} {request[member]!r}, not {value!r}")


def check_xml(what, path, tools):
    for options in (["--noout"], ["--noout", "--html"]):
        if options[-1] == "--html" and path.suffix != ".html":
            continue
        result = proof.run([tools["xmllint"], "--nonet", *options, path])
        if result.returncode != 0 and options[-1] == "--noout":
            proof.complain(f"{what}, {path.name}: xmllint\n{result.stderr.decode(errors='replace')}")
    count = proof.run([tools["xmllint"], "--nonet", "--html", "--xpath", "count(//script|//img|//*[@onerror]|//*[@onload])", path])
    if path.suffix == ".html" and count.stdout.strip() != b"0":
        proof.complain(f"{what}, {path.name}: {count.stdout.decode()} elements that a value brought")


def run_script(what, script):
    """With a netdb that says yes to all, in a folder where nothing may appear."""
    with proof.folder() as temp:
        temp = pathlib.Path(temp)
        (temp / "bin").mkdir()
        (temp / "bin/netdb").write_text('#!/bin/sh\n[ "$2" != info ] || exit 1\n', encoding="utf-8")
        (temp / "bin/netdb").chmod(0o755)
        (temp / "work").mkdir()
        environment = {**proof.ENVIRONMENT, "NETDB_TEMPLATE": "template", "PATH": f"{temp / 'bin'}:{proof.ENVIRONMENT['PATH']}"}
        syntax = proof.run(["sh", "-n", script])
        if syntax.returncode != 0:
            proof.complain(f"{what}, {script.name}: sh -n\n{syntax.stderr.decode(errors='replace')}")
        # With -x each command that runs is said, and -e does not stop at what netdb does not have.
        proof.run(["sh", script], env=environment, cwd=temp / "work")
        made = list((temp / "work").iterdir())
        if made:
            proof.complain(f"{what}, {script.name}: the shell ran a value: {made}")


def prove(what, temp, words, file_name, lifetime, host, tools):
    """Renders every document with the words and looks at each. Returns how many there were."""
    work = temp / "work"
    work.mkdir(parents=True)
    arguments = [os.fsencode(f"--{name}={value}") if isinstance(value, str) else f"--{name}=".encode() + value
                 for name, value in words.items()]
    if host:
        arguments += [b"--ec2", b"mail.example.edu", b"--eip", b"203.0.113.9"]
    else:
        export = os.path.join(os.fsencode(work), file_name)
        with open(export, "wb") as file:
            file.write("\n".join([proof.HEADER, *(",".join(row) for row in DKIM)]).encode())
        arguments += [file_name, b"--dedicated-ip", b"198.51.100.7=mail1.example.edu"]
    command = [proof.PROGRAM.encode(), b"render", b"-o", b"out", b"--allow", b"words-control",
               *[option.encode() for option in lifetime], *arguments]
    result = proof.subprocess.run(command, capture_output=True, check=False, env=proof.ENVIRONMENT, cwd=work,
                                  stdin=proof.subprocess.DEVNULL)
    check_text(what, "stderr", decode(what, "stderr", result.stderr))
    if b"Sanitizer" in result.stderr or result.returncode not in (0, 1):
        proof.complain(f"{what}: status {result.returncode}\n{result.stderr.decode(errors='replace')}")
    documents = sorted(work.glob("out/*/*"))
    for path in documents:
        text = decode(what, path.name, path.read_bytes())
        check_text(what, path.name, text)
        if path.name == "records.csv":
            check_csv(what, text)
        elif path.name == "request.json":
            check_json(what, text, words)
        elif path.suffix in (".html", ".xml"):
            check_xml(what, path, tools)
        elif path.suffix == ".sh":
            run_script(what, path)
    return len(documents)


def check_findings(what, temp, raw):
    """The same values as cells of an export: names, values, types, and rows without an end."""
    temp.mkdir(parents=True)
    quoted = b'"' + raw.replace(b'"', b'""') + b'"'
    rows = [b"TXT," + quoted + b".example.edu,x", b"TXT,_x.example.edu," + quoted, quoted + b",_x.example.edu,x",
            b"CNAME,x._domainkey.example.edu," + quoted, b"MX,mail.example.edu,10 " + raw, raw, b'TXT,"' + raw]
    (temp / "export.csv").write_bytes(b"\n".join([proof.HEADER.encode(), *rows]))
    (temp / "header.csv").write_bytes(raw + b",Name,Value\n" + b"\n".join(rows))
    for style in ("text", "long", "json"):
        result = proof.sesdns("check", "--format", style, "export.csv", "header.csv", cwd=temp)
        text = decode(what, style, result.stdout)
        check_text(what, style, text)
        check_text(what, f"stderr of {style}", decode(what, style, result.stderr))
        if result.returncode != 1:
            proof.complain(f"{what}: check --format {style} says {result.returncode}")
        for line in text.splitlines() if style == "json" else []:
            if "code" not in json.loads(line):
                proof.complain(f"{what}: {line}")


def main():
    tools = proof.need_tools(["xmllint"])
    count = runs = 0
    attacks = {**ATTACKS, "no UTF-8": RAW}
    with proof.folder() as temp:
        for name, attack in attacks.items():
            raw = attack if isinstance(attack, bytes) else attack.encode()
            check_findings(name, pathlib.Path(temp, f"findings {runs}"), raw)
            file_name = b"a " + raw.replace(b"/", b"_")[:100] + b".csv"
            for host in (False, True):
                lifetime = ["--production"] if runs % 2 else ["--poc", "--expires", "+90d"]
                documents = prove(f"{name}{' (host)' if host else ''}", pathlib.Path(temp, str(runs)),
                                  {"contact": attack, "purpose": attack}, file_name, lifetime, host, tools)
                # A word of 3000 characters is more than a ticket can hold; all else makes every document.
                if documents < (7 if name == "long" else 7 if host else 9):
                    proof.complain(f"{name}: only {documents} documents")
                runs += 1
                count += documents
    proof.finish(f"{len(attacks)} attacks, {count} documents and 3 styles of findings: all inert")


sys.exit(main())
