# SPDX-License-Identifier: MIT
"""Reads the results that ctest wrote (JUnit XML) and prints which tests were skipped and why, then
one line with the counts. ctest's own summary counts a skipped test as passed; this one does not.

    python3 summary.py RESULTS.xml
"""
import sys
import xml.etree.ElementTree


def reason(case):
    """What a skipped test said about it, or what ctest says where it said nothing."""
    for line in case.findtext("system-out", "").splitlines():
        if line.startswith("skipped: "):
            return line.removeprefix("skipped: ")
    skipped = case.find("skipped")
    return skipped.get("message", "no reason given") if skipped is not None else "not run"


def main(path):
    passed = failed = 0
    skipped = []
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status == "fail":
            failed += 1
        elif case.find("skipped") is not None and "SKIP" in case.find("skipped").get("message", ""):
            skipped.append(case)
        elif status == "disabled":
            skipped.append(case)
        else:
            # "notrun" for another reason, such as a program that is not there: nothing was proved.
            failed += 1
    for case in skipped:
        print(f"skipped {case.get('name')}: {reason(case)}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")


main(sys.argv[1])
