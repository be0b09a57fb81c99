# SPDX-License-Identifier: MIT
"""The document netdb-cli is a clean shell script, and does what it says: run against a netdb that keeps its
nodes as files, twice. The second run adds nothing and clones nothing. Then those of a renewal, and of a removal.
"""
import pathlib
import shutil
import sys

from support import proof

TOKENS = ["2nq6yhz4ocd3lxrmutw5gkv7iebafjsp", "c7wmx5dlr3bgqk2yvtz4nohufesjpia6", "k5vbr7taj2zmxyh3dcqw6gpnelufsoi4"]
FEEDBACK = "feedback-smtp.us-west-2.amazonses.com"
ROWS = [*(("CNAME", f"{t}._domainkey.example.edu", f"{t}.dkim.amazonses.com") for t in TOKENS),
        ("MX", "mail.example.edu", f"10 {FEEDBACK}"),
        ("TXT", "mail.example.edu", "v=spf1 include:amazonses.com ~all"),
        ("TXT", "_dmarc.example.edu", "v=DMARC1; p=none;")]
POC = ["--poc", "--expires", "2026-03-01"]
NODES = ["--dedicated-ip", "198.51.100.7=mail1.example.edu", "--dedicated-ip", "2001:db8::7=mail1.example.edu"]
HOST = ["--ec2", "mail.example.edu", "--eip", "203.0.113.9"]
CONFIG = """[netdb]
template_node = template-mail
department = It's "Mail" $(id)
group = mail-team
location = Off Campus
administrator = ada
user = ada
model = Amazon:EC2
date_format = %m/%d/%Y
"""


def node(name, *lines, expires=None):
    return name, {f"Name: {name}", *lines, *([f"Expiration Date: {expires}"] if expires else [])}


def expected_domain(expires):
    return dict([
        node("mail1.example.edu", "IP Address: 198.51.100.7", "IP Address: 2001:db8::7", expires=expires),
        *(node(f"{t}.dkim.amazonses.com", "IP Address: none", f"Alias: {t}._domainkey.example.edu", expires=expires)
          for t in TOKENS),
        # Shared by every domain of the Region: never a date.
        node(FEEDBACK, "IP Address: none", "Receives mail for: mail.example.edu :10"),
    ])


def expected_host(expires):
    return dict([node("mail.example.edu", "IP Address: 203.0.113.9", expires=expires)])


def state_of(folder):
    """Node -> its lines but for those that a site chooses."""
    chosen = ("Comment: ", "Department: ", "Group: ")
    return {path.name: {line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(chosen)}
            for path in sorted(folder.iterdir())}


def run_script(what, script, temp, environment):
    result = proof.run(["sh", script], env=environment, cwd=temp)
    if result.returncode != 0:
        proof.complain(f"{what}: the script ends with {result.returncode}\n{result.stderr.decode(errors='replace')}")
    log = temp / "state.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def prove(what, arguments, expected, tools, temp, config=None):
    (temp / "bin").mkdir()
    shutil.copy(proof.SOURCE / "tests/data/support/netdb.sh", temp / "bin/netdb")
    (temp / "bin/netdb").chmod(0o755)
    if config:
        (temp / "config.ini").write_text(config, encoding="utf-8")
        arguments = [*arguments, "--config", temp / "config.ini"]
    script = temp / "netdb-node.sh"
    write_script(what, ["render"], arguments, tools, script)

    environment = {**proof.ENVIRONMENT, "PATH": f"{temp / 'bin'}:{proof.ENVIRONMENT['PATH']}",
                   "NETDB_STATE": str(temp / "state"), "NETDB_TEMPLATE": "template-mail"}
    first = run_script(what, script, temp, environment)
    once = state_of(temp / "state")
    if once != expected:
        proof.complain(f"{what}: other nodes than asked for\n  found {once}\n  want  {expected}")
    if any("+" in line for line in first if line.startswith("clone")):
        proof.complain(f"{what}: an address with a plus")
    if not all(any(line.startswith(f"expiration <--{'clear' if 'clear' in e else 'set'}") and e in line for line in first)
               for e in expirations(expected)):
        proof.complain(f"{what}: an expiration is not set or cleared in so many words: {first}")
    second = run_script(what, script, temp, environment)[len(first):]
    if state_of(temp / "state") != once:
        proof.complain(f"{what}: a second run changes {state_of(temp / 'state')}")
    for line in second:
        if line.startswith("clone") or " <--add>" in line:
            proof.complain(f"{what}: a second run does again: {line}")
    if config and (temp / "uid").exists():
        proof.complain(f"{what}: the shell ran a value of the config")
    # What goes on with it says itself how long.
    bare = [a for a in arguments if a not in (*POC, "--production")]
    go_on(what, bare, expected, tools, temp, environment, "06/30/2026" if config else "2026-06-30")


def write_script(what, command, arguments, tools, script):
    result = proof.sesdns(*command, "--quiet", "-t", "netdb-cli", *arguments)
    if result.returncode != 0:
        proof.complain(f"{what}: {command[0]} says {result.returncode}\n{result.stderr.decode()}")
        return
    script.write_bytes(result.stdout)
    # SC2016, a note: what looks like an expansion is in single quotes. That is the point.
    for judge in ([tools["sh"], "-n", script], [tools["shellcheck"], "--shell=sh", "--exclude=SC2016", script]):
        judged = proof.run(judge)
        if judged.returncode != 0:
            proof.complain(f"{what}: {judge[0]} says {judged.returncode}\n{(judged.stdout + judged.stderr).decode()}")


def go_on(what, arguments, expected, tools, temp, environment, new_day):
    """A new date, none any more, and the end of it all: what others share stays."""
    for day, flags in ((new_day, ["--expires", "2026-06-30"]), (None, ["--production"])):
        script = temp / "renew-netdb-node.sh"
        write_script(f"{what}, renewed", ["renew", *flags], arguments, tools, script)
        for _ in range(2):
            run_script(f"{what}, renewed", script, temp, environment)
        want = {name: {line for line in lines if not line.startswith("Expiration")} |
                ({f"Expiration Date: {day}"} if day and name != FEEDBACK else set())
                for name, lines in expected.items()}
        if state_of(temp / "state") != want:
            proof.complain(f"{what}, renewed: {state_of(temp / 'state')}, not {want}")
    script = temp / "remove-netdb-node.sh"
    write_script(f"{what}, removed", ["retire", "--no-dns"], arguments, tools, script)
    for _ in range(2):
        run_script(f"{what}, removed", script, temp, environment)
    want = {FEEDBACK: {f"Name: {FEEDBACK}", "IP Address: none"}} if FEEDBACK in expected else {}
    if state_of(temp / "state") != want:
        proof.complain(f"{what}, removed: {state_of(temp / 'state')}, not {want}")


def expirations(expected):
    """What must have been said of each node, whether it has a date or not."""
    for name, lines in expected.items():
        date = [line.split(": ")[1] for line in lines if line.startswith("Expiration")]
        yield f"<--set> <{date[0]}> <{name}>" if date else f"<--clear> <{name}>"


def main():
    tools = proof.need_tools(["sh", "shellcheck"])
    cases = 0
    with proof.folder() as exports:
        export = proof.write_export(pathlib.Path(exports) / "dns-records.csv", ROWS)
        hostile = CONFIG.replace("$(id)", "$(touch uid) `touch uid` ; touch uid")
        for lifetime, date, us_date in ((POC, "2026-03-01", "03/01/2026"), (["--production"], None, None)):
            for what, arguments, expected in (("domain", [export, *NODES], expected_domain),
                                              ("host", HOST, expected_host)):
                for config, expires in ((None, date), (hostile, us_date)):
                    with proof.folder() as temp:
                        prove(f"{what}, {lifetime[0]}{', config' if config else ''}", [*arguments, *lifetime],
                              expected(expires), tools, pathlib.Path(temp), config)
                        cases += 1
    proof.finish(f"{cases} times three scripts: clean, run twice, every node as asked for")


sys.exit(main())
