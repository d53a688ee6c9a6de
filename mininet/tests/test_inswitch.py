# SPDX-License-Identifier: Apache-2.0
"""The switch translates data packets itself: which sessions, what it does with them, and the way there and back."""

import json
import sys

import pytest

from flows import parse_flows
from ovs import BRIDGE, dump_flows
from process import Daemon, output, wait_until
from servers import ECHO_PORTS, HERE, IPERF_PORT, NAME
from test_translation import ask

SERVER6 = "64:ff9b:1::192.0.2.80"
OFFER_6TO4, OFFER_4TO6, ADDRESSES_6 = 11, 31, 36
# Counters of the two ends: segments sent again, segments that came before others.
TROUBLE = ("TcpRetransSegs", "TcpExtTCPOFOQueue", "TcpExtTCPSACKReorder", "TcpExtTCPTSReorder", "TcpExtTCPDSACKRecv")
MOVES = 1000


@pytest.fixture
def switch(no_sessions):
    """nat64d, its switch trusted and without sessions."""
    wait_until(lambda: offload(no_sessions)["state"] == "up", 20, "the switch translates itself")
    wait_until(lambda: offload(no_sessions)["sessions"] == 0, 10, "no session is in the switch")
    return no_sessions


def offload(lab):
    return lab.nat64d.get("/v1/offload")


def leave(lab, **filters):
    """Takes sessions out of the switch; how many."""
    return lab.nat64d.leave_switch(**filters)


def session(lab, client, protocol, remote_port):
    """The client's newest session with a port."""
    found = [s for s in lab.nat64d.sessions(client=client.global_address(), protocol=protocol)
             if s["remote6"]["port"] == remote_port]
    return max(found, key=lambda s: s["id"]) if found else None


def in_switch(lab, client, protocol, remote_port):
    found = session(lab, client, protocol, remote_port)
    return found is not None and found["offload"] == "IN"


def rules():
    """Sessions' rules in the switch, by table."""
    by_table = {OFFER_6TO4: 0, OFFER_4TO6: 0, ADDRESSES_6: 0}
    for flow in dump_flows():
        if flow.table in by_table and flow.cookie >> 32 & 0xff == 4:
            by_table[flow.table] += 1
    return by_table


def trouble(*hosts):
    """Sum of what the hosts' TCP counts as lost or out of order."""
    total = dict.fromkeys(TROUBLE, 0)
    for host in hosts:
        counters = json.loads(host.output("nstat", "-asj", *TROUBLE))["kernel"]
        for name in TROUBLE:
            total[name] += counters.get(name, 0)
    return total


def test_a_connection_goes_into_the_switch_and_leaves_with_its_fin(switch, h1):
    before = offload(switch)
    echo = Daemon("talk", h1.argv("iperf3", "-6", "-c", SERVER6, "-p", IPERF_PORT, "-t", 3, "-J"),
                  switch.run.directory / "talk.json")
    wait_until(lambda: in_switch(switch, h1, "tcp", IPERF_PORT), 5, "the connection is in the switch")
    assert rules()[OFFER_6TO4] >= 1
    assert rules()[OFFER_4TO6] >= 1
    assert rules()[ADDRESSES_6] >= 1
    wait_until(lambda: echo.process.poll() is not None, 10, "iperf3 ends")
    wait_until(lambda: offload(switch)["sessions"] == 0, 5, "it has left the switch")
    assert all(s["offload"] == "OUT" for s in switch.nat64d.sessions(client=h1.global_address()))
    wait_until(lambda: rules() == {OFFER_6TO4: 0, OFFER_4TO6: 0, ADDRESSES_6: 0}, 5, "no rule of it is left")
    after = offload(switch)
    in_it = after["packetsInSwitch"] - before["packetsInSwitch"]
    beside = after["packetsBeside"] - before["packetsBeside"]
    assert in_it > 1000
    assert in_it > 50 * beside, (in_it, beside)
    result = json.loads((switch.run.directory / "talk.json").read_text())
    sent = result["end"]["sum_sent"]["bytes"]
    ended = session(switch, h1, "tcp", IPERF_PORT)
    assert ended["bytes6to4"] >= sent, "every byte is counted with the session"


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_thousand_moves_under_load_neither_lose_nor_reorder(switch, h1, way):
    web = switch["web"]
    log = switch.run.directory / f"moves-{way}.json"
    argv = ["iperf3", "-6", "-c", SERVER6, "-p", IPERF_PORT, "-t", 100, "-J"] + (["-R"] if way == "down" else [])
    before = trouble(h1, web)
    client = Daemon("iperf3", h1.argv(*argv), log)
    wait_until(lambda: in_switch(switch, h1, "tcp", IPERF_PORT), 5, "the connection is in the switch")
    counters = switch.nat64d.counters()
    moves = 0
    while moves < MOVES and client.process.poll() is None:
        left = leave(switch, client=h1.global_address())
        wait_until(lambda: offload(switch)["sessions"] >= 1 or client.process.poll() is not None, 10, "it is back",
                   every_seconds=0.005)
        moves += 2 * min(1, left)
    now = switch.nat64d.counters()
    joins = {name: now[name] - counters[name] for name in ("switch_joins", "switch_joins_failed", "switch_leaves")}
    lost = {name: value - before[name] for name, value in trouble(h1, web).items()}
    print(way, moves, joins, lost)
    assert client.process.poll() is None, "iperf3 still runs"
    client.process.terminate()
    assert moves >= MOVES
    assert lost == dict.fromkeys(TROUBLE, 0), (moves, joins)
