# SPDX-License-Identifier: Apache-2.0
"""The switch translates data packets itself: which sessions, what it does with them, and the way there and back."""

import json
import sys
import time

import pytest

from ovs import dump_flows
from process import Daemon, wait_until
from servers import HERE, IPERF_PORT
from topo_single import WEB_ADDRESS

SERVER6 = "64:ff9b:1::192.0.2.80"
OFFER_6TO4, OFFER_4TO6, ADDRESSES_6 = 11, 31, 36
PACED_PORT = 5400
PER_SECOND = 1000
STANDING_SECONDS = 10
MOVING_SECONDS = 80
MOVES = 1000
# Of a hundred moves: a loaded machine stops single processes for longer than a connection may pause.
MOST_SENT_AGAIN = 0.05
MOST_REORDERED = 0.05


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


def paced(switch, client, way, seconds, meanwhile):
    """A connection with segments of one size at a steady rate; what its ends count as sent again and as reordered."""
    log = switch.run.directory / f"paced-{seconds}.txt"
    argv = [sys.executable, HERE / "tcp_paced.py", "talk", SERVER6, PACED_PORT, way, PER_SECOND, seconds]
    talk = Daemon("paced", client.argv(*argv), log)
    wait_until(lambda: in_switch(switch, client, "tcp", PACED_PORT), 5, "the connection is in the switch")
    while talk.process.poll() is None:
        meanwhile()
    assert talk.process.returncode == 0, log.read_text()
    return [int(word) for word in log.read_text().split()]


def test_a_thousand_moves_under_load(switch, h1):
    """All data arrives in order; what is sent again or overtaken stays what the machine does without moves."""
    server = switch["web"].daemon("paced", switch.run.directory / "paced.log", sys.executable, HERE / "tcp_paced.py",
                                  "serve", WEB_ADDRESS, PACED_PORT)
    wait_until(lambda: "ready" in (switch.run.directory / "paced.log").read_text(), 5, "the server listens")
    standing = paced(switch, h1, "both", STANDING_SECONDS, lambda: time.sleep(0.1))
    before = switch.nat64d.counters()
    moves = []

    def move():
        if len(moves) < MOVES and in_switch(switch, h1, "tcp", PACED_PORT):
            moves.extend(["out", "in"][: 2 * min(1, leave(switch, client=h1.global_address(), protocol="tcp"))])
        else:
            time.sleep(0.002)

    moving = paced(switch, h1, "both", MOVING_SECONDS, move)
    server.process.terminate()
    after = switch.nat64d.counters()
    joins = after["switch_joins"] - before["switch_joins"]
    print(f"{len(moves)} moves, {joins} joins, sent again and reordered: {moving}; without: {standing}")
    assert len(moves) >= MOVES
    assert joins >= MOVES // 2
    per_second = [count / STANDING_SECONDS for count in standing]
    assert moving[0] <= MOVES * MOST_SENT_AGAIN + 3 * per_second[0] * MOVING_SECONDS
    assert moving[1] <= MOVES * MOST_REORDERED + 3 * per_second[1] * MOVING_SECONDS
