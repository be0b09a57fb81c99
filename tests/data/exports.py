# SPDX-License-Identifier: MIT
"""Files that people really downloaded from the SES console are accepted: no error, no warning."""
import sys

from support import proof


def main():
    exports = sorted(proof.need_data("ses-exports").glob("*.csv"))
    if not exports:
        proof.skip(f"no exports in {proof.DATA}")
    for export in exports:
        for options in ([], ["--strict"]):
            result = proof.sesdns("check", *options, "--format", "json", export)
            if result.returncode != 0 or proof.codes(result):
                proof.complain(f"{export.name}: status {result.returncode}, {proof.codes(result)}")
    result = proof.sesdns("check", "--strict", "--format", "json", *exports)
    if result.returncode != 0 or proof.codes(result):
        proof.complain(f"all in one run: status {result.returncode}, {proof.codes(result)}")
    proof.finish(f"{len(exports)} downloads, alone and together: no error, no warning")


sys.exit(main())
