# SPDX-License-Identifier: MIT
"""Batches for proofs: many made-up domains, the same ones each time, as exports and as a manifest."""
import random

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"
SECRET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def rows_of(name, draw):
    """What the console exports of one domain: a verification TXT and three DKIM CNAMEs."""
    secret = "".join(draw.choices(SECRET, k=42)) + "A="
    rows = [("TXT", f"_amazonses.{name}", secret)]
    for _ in range(3):
        token = "".join(draw.choices(TOKEN, k=32))
        rows.append(("CNAME", f"{token}._domainkey.{name}", f"{token}.dkim.amazonses.com"))
    return rows


def domains(count, seed=1):
    """Domain -> rows."""
    draw = random.Random(seed)
    names = [f"unit{number}.example.edu" for number in range(count)]
    return {name: rows_of(name, draw) for name in names}


def write_manifest(path, names):
    """One row a domain, every other one a proof of concept; the exports lie beside it in folders."""
    lines = ["domain,lifetime,expires,exports,contact"]
    for number, name in enumerate(names):
        lifetime = "poc,2026-03-01" if number % 2 else "production,"
        lines.append(f"{name},{lifetime},{name}/txt-dns-records.csv;{name}/dkim-dns-records.csv,a@example.edu")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def tree(folder):
    """Path -> bytes of every file below `folder`."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
