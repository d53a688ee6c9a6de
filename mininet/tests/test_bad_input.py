# SPDX-License-Identifier: Apache-2.0
"""A wrong configuration ends nat64d at once: one line on stderr naming the thing, exit code 1, nothing listening.

The lab's own nat64d runs beside; the configurations here use other ports except where a busy one is the point.
"""

import pytest

from nat64d import config_text
from prerequisites import NAT64D
from process import output, run

FREE = {"127.0.0.1:6653": "127.0.0.1:16653", "127.0.0.1:8064": "127.0.0.1:18064",
        '"[2001:db8:6::53]:53"': '"[::1]:1053"'}


def listeners():
    return {tuple(line.split()[i] for i in (0, 4)) for line in output(["ss", "-Hltun"]).splitlines()}


def on_free_ports(text, but=()):
    for busy, free in FREE.items():
        if busy not in but:
            text = text.replace(busy, free)
    return text


def replaced(old, new):
    text = config_text()
    assert old in text
    return on_free_ports(text.replace(old, new))


def end_of(tmp_path, text):
    """The line that nat64d ends with."""
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    before = listeners()
    done = run([NAT64D, "--config", file], timeout_seconds=20)
    assert done.returncode == 1, done.stderr
    assert listeners() == before
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("old, new, named", [
    ("prefixes: [192.0.2.64/28]", "prefixes: [192.0.2.64/28", "bad.yaml"),
    ("192.0.2.64/28", "192.0.2.640/28", "192.0.2.640"),
    ("192.0.2.64/28]", "192.0.2.64/28, 192.0.2.72/29]", "192.0.2.72/29"),
    ("mtu: 1500", "mut: 1500", "mut"),
    ("address: 2001:db8:6::1/64", "address: 2001:db8:6::g/64", "2001:db8:6::g"),
    ('"64:ff9b:1::/96"]', '"64:ff9b:1::/95"]', "64:ff9b:1::/95"),
    ("udpSeconds: 12", "udpSeconds: soon", "udpSeconds"),
    ("127.0.0.1:8064", "127.0.0.1:99999", "99999"),
    ("interface: nat64-fp", "interface: nowhere0", "nowhere0"),
    ("[2001:db8:6::53]:53\"]", "[2001:db8:6::99]:53\"]", "2001:db8:6::99"),
    ("192.0.2.64/28", "224.0.0.0/28", "224.0.0.0/28"),
], ids=["not-yaml", "no-address", "overlapping-pool", "unknown-field", "no-address-gateway", "prefix-length",
        "no-number", "no-port", "no-interface", "address-not-here", "multicast-pool"])
def test_wrong_value_is_named(lab, tmp_path, old, new, named):
    assert named in end_of(tmp_path, replaced(old, new))


@pytest.mark.parametrize("busy, named", [("127.0.0.1:6653", "6653"), ("127.0.0.1:8064", "8064"),
                                         ('"[2001:db8:6::53]:53"', "53")])
def test_busy_port_is_named(lab, tmp_path, busy, named):
    assert named in end_of(tmp_path, on_free_ports(config_text(), but=[busy]))


def test_missing_file_is_named(lab, tmp_path):
    done = run([NAT64D, "--config", tmp_path / "absent.yaml"], timeout_seconds=20)
    assert done.returncode == 1
    assert "absent.yaml" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
