# SPDX-License-Identifier: Apache-2.0
"""Writes the cases of `nat64ctl check`: one folder each, beside this file.

    /usr/bin/python3 src/test/cases/generate.py

Needs Debian's python3-scapy; the result is checked in and the same every time. Scapy builds the packets that go in
and those that are expected, each from its own fields and with Scapy's checksums: nothing here translates. How a case is
written stands in casefile.py, the cases in the *_cases.py.
"""
import sys

sys.dont_write_bytecode = True

import casefile  # noqa: E402
import fragment_cases  # noqa: E402
import header_cases  # noqa: E402
import icmp_cases  # noqa: E402
import state_cases  # noqa: E402

for module in (header_cases, state_cases, icmp_cases, fragment_cases):
    for make in module.CASES:
        make()
print(casefile.Case.written, "cases")
