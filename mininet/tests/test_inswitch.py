# SPDX-License-Identifier: Apache-2.0
"""The switch translates data packets itself: which sessions, what it does with them, and the way there and back."""

import json
import sys
import time

from ovs import dump_flows
from process import Daemon, wait_until
from servers import HERE, IPERF_PORT
from topo_single import WEB_ADDRESS
from held_sessions import SERVER6, offload

OFFER_6TO4, OFFER_4TO6, ADDRESSES_6 = 11, 31, 36
PACED_PORT = 5400
PER_SECOND = 500
CONNECTIONS = 4
STANDING_SECONDS = 8
MOVING_SECONDS = 40
MOVES = 1000
# What a loaded machine does in the time.
LEAST_MOVES = 200



def leave(lab, **filters):
    """Takes sessions out of the switch; how many."""
    return lab.nat64d.leave_switch(**filters)


def session(lab, client, protocol, remote_port):
    """The client's newest session with a port."""
    found = [s for s in lab.nat64d.sessions(client=client.global_address(), protocol=protocol)
             if s["remote6"]["port"] == remote_port]
    return max(found, key=lambda s: s["id"]) if found else None


def in_switch(lab, client, protocol, remote_port):
    return any(s["offload"] == "IN" and s["remote6"]["port"] == remote_port
               for s in lab.nat64d.sessions(client=client.global_address(), protocol=protocol))


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
    arrived = result["end"]["sum_received"]["bytes"]
    ended = session(switch, h1, "tcp", IPERF_PORT)
    # the datapath's last half second is nobody's when the rules leave
    assert ended["bytes6to4"] >= 0.75 * arrived, "its bytes are counted with the session"


def paced(switch, client, seconds, meanwhile):
    """Connections with segments of one size at a steady rate both ways; what their ends count as sent again and as
    reordered."""
    logs = [switch.run.directory / f"paced-{seconds}-{number}.txt" for number in range(CONNECTIONS)]
    argv = [sys.executable, HERE / "tcp_paced.py", "talk", SERVER6, PACED_PORT, "both", PER_SECOND, seconds]
    talks = [Daemon("paced", client.argv(*argv), log) for log in logs]
    try:
        wait_until(lambda: offload(switch)["sessions"] == CONNECTIONS, 10, "the connections are in the switch")
        while any(talk.process.poll() is None for talk in talks):
            meanwhile()
    finally:
        for talk in talks:
            talk.process.kill()
    assert all(talk.process.returncode == 0 for talk in talks), [log.read_text() for log in logs]
    return [sum(int(log.read_text().split()[index]) for log in logs) for index in range(2)]


def test_a_thousand_moves_under_load(switch, h1):
    """All data arrives whole, each connection goes back each time. What is sent again is printed: docs/performance.md
    says what to think of it."""
    server = switch["web"].daemon("paced", switch.run.directory / "paced.log", sys.executable, HERE / "tcp_paced.py",
                                  "serve", WEB_ADDRESS, PACED_PORT)
    wait_until(lambda: "ready" in (switch.run.directory / "paced.log").read_text(), 5, "the server listens")
    standing = paced(switch, h1, STANDING_SECONDS, lambda: time.sleep(0.1))
    wait_until(lambda: offload(switch)["sessions"] == 0, 10, "no connection is in the switch")
    before = switch.nat64d.counters()
    out = []

    def move():
        """Takes them out once all are in."""
        if 2 * sum(out) < MOVES and offload(switch)["sessions"] == CONNECTIONS:
            out.append(leave(switch, client=h1.global_address(), protocol="tcp"))
        else:
            time.sleep(0.002)

    moving = paced(switch, h1, MOVING_SECONDS, move)
    server.process.terminate()
    after = switch.nat64d.counters()
    back = after["switch_joins"] - before["switch_joins"] - CONNECTIONS
    print(f"{sum(out)} moves out, {back} back, sent again and reordered: {moving}; "
          f"in {STANDING_SECONDS} s without: {standing}")
    assert back >= sum(out) - CONNECTIONS
    assert sum(out) + back >= LEAST_MOVES
