# SPDX-License-Identifier: MIT
"""Whatever way the same records are spread over files and folders, the same requests come of them: their
digests and documents are equal. The way is drawn from a fixed seed, some forty times.
"""
import json
import pathlib
import random

from support import batch, proof

ROUNDS = 40
DOMAINS = 5


def requests(folder):
    """Domain -> digest and zone fragment, without the lines about the files it was made from."""
    result = proof.sesdns("render", "--quiet", "--production", "--format", "jsonl", "-t", "zone", "-t", "records", folder)
    if result.returncode != 0:
        proof.complain(f"status {result.returncode}: {result.stderr.decode(errors='replace')[:400]}")
    found = {}
    for line in result.stdout.splitlines():
        request = json.loads(line)
        zone = [words for words in request["documents"]["zone"].splitlines() if not words.startswith("; Made from ")]
        found[request["subject"]] = (request["digest"], zone, request["documents"]["records"])
    return found


def spread(draw, domains, folder):
    """Puts all rows into files at random, some of them twice, in folders of random depth. A file is of one
    domain or of several, as downloads and people's own collections are."""
    rows = [row for kept in domains.values() for row in kept]
    rows += draw.sample(rows, draw.randrange(4))
    draw.shuffle(rows)
    if draw.random() < 0.5:
        rows.sort(key=lambda row: row[1].split("example")[0][-8:])
    while rows:
        size = draw.randint(1, len(rows))
        depth = [f"folder{draw.randrange(3)}" for _ in range(draw.randrange(4))]
        path = folder.joinpath(*depth, f"export{len(rows)}.csv")
        proof.write_export(path, rows[:size])
        rows = rows[size:]


def main():
    domains = batch.domains(DOMAINS, seed=7)
    with proof.folder() as name:
        whole = pathlib.Path(name, "whole")
        for domain, rows in domains.items():
            proof.write_console_exports(whole / domain, rows)
        want = requests(whole)
        if set(want) != set(domains):
            proof.complain(f"requests of {sorted(want)}, want {sorted(domains)}")
        for seed in range(ROUNDS):
            folder = pathlib.Path(name, f"split{seed}")
            spread(random.Random(seed), domains, folder)
            got = requests(folder)
            for domain in sorted(set(want) | set(got)):
                if want.get(domain) != got.get(domain):
                    proof.complain(f"seed {seed}: {domain}: {got.get(domain)}, want {want.get(domain)}")
    proof.finish(f"{DOMAINS} domains, {ROUNDS} ways to spread their records: the same requests")


main()
