# SPDX-License-Identifier: Apache-2.0
"""Several shards: the lab's nat64d has two, so all other tests go over them too."""

import sys

import pytest

from flows import flows_of_client
from ovs import dump_flows
from process import wait_until
from servers import ECHO_PORTS, HERE
from test_translation import ask

# an id's bits above these tell the shard
SHARD_SHIFT = 47
FIRST_PORT = 42000
FLOWS = 24

# Has a binding made by a datagram to the echo server, tells its pool address and port, answers one datagram.
MEET = """
import socket, sys
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
    one.bind(("::", int(sys.argv[1])))
    one.settimeout(10)
    one.sendto(b"hello", (sys.argv[2], int(sys.argv[3])))
    address, port, _ = one.recv(100).decode().split()
    print(address, port, flush=True)
    data, source = one.recvfrom(100)
    one.sendto(data + b" from " + source[0].encode(), source)
"""
ASK = """
import socket, sys
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
    one.bind(("::", int(sys.argv[1])))
    one.settimeout(5)
    one.sendto(b"hello", (sys.argv[2], int(sys.argv[3])))
    print(one.recv(100).decode())
"""
SERVER6 = "64:ff9b:1::192.0.2.80"


def shard_of(session):
    return session["id"] >> SHARD_SHIFT


def shard_of_port(lab, client, port):
    [shard] = {shard_of(session) for session in lab.nat64d.sessions(client=client.global_address())
               if session["client"]["port"] == port}
    return shard


@pytest.fixture
def two_shards(no_sessions):
    assert no_sessions.nat64d.get("/v1/health")["shards"] == 2
    return no_sessions


def translated(lab, way):
    """Packets translated one way, beside the switch and in it."""
    counters = lab.nat64d.counters()
    return counters["packets_" + way] + counters["switch_packets_" + way]


def test_flows_are_dealt_out_before_they_are_received(two_shards, h1):
    before = two_shards.nat64d.counters()
    translated_before = {way: translated(two_shards, way) for way in ("6to4", "4to6")}
    for port in range(FIRST_PORT, FIRST_PORT + FLOWS):
        ask(h1, ECHO_PORTS[0], port)
        ask(h1, ECHO_PORTS[0], port)
    sessions = two_shards.nat64d.sessions(client=h1.global_address(), protocol="udp")
    assert {shard_of(session) for session in sessions} == {0, 1}
    for way in ("6to4", "4to6"):
        # what the switch translates is counted when its rules are asked the next time
        wait_until(lambda: translated(two_shards, way) >= translated_before[way] + 2 * FLOWS, 5, f"all packets {way}")
    after = two_shards.nat64d.counters()
    # every packet came in at the shard whose it is: the kernel's program and the shards agree
    assert after["packets_handed_over"] == before["packets_handed_over"]
    assert after["drop_hand_over_full"] == 0


def test_errors_are_handed_over_to_the_shard_of_their_session(two_shards, h1):
    """An ICMP error names its session in its payload, where no program in front of the shards looks. Few: the server
    sends them at a bounded rate."""
    before = two_shards.nat64d.counters()["packets_handed_over"]
    for port in range(FIRST_PORT + 100, FIRST_PORT + 105):
        refused = h1.run(sys.executable, HERE / "udp_echo.py", "ask", SERVER6, 9, port)
        assert "refused" in refused.stderr.lower()
    assert two_shards.nat64d.counters()["packets_handed_over"] > before


def test_two_clients_meet_over_two_shards(two_shards, h1, h2):
    """RFC 6146 section 3.8: hairpin, whichever shard either client falls to."""
    met = set()
    for i in range(10):
        mine, theirs = FIRST_PORT + 200 + i, FIRST_PORT + 300 + 7 * i
        waiting = h2.daemon(f"meet{i}", two_shards.run.directory / f"meet{i}.log", sys.executable, "-c", MEET, theirs,
                            SERVER6, ECHO_PORTS[0])
        wait_until(lambda: waiting.log_text().endswith("\n"), 10, "the other client's binding")
        address, port = waiting.log_text().split()
        answer = h1.output(sys.executable, "-c", ASK, mine, f"64:ff9b:1::{address}", port)
        assert answer.startswith("hello from 64:ff9b:1::c000:24"), "the source is a pool address"
        met.add((shard_of_port(two_shards, h1, mine), shard_of_port(two_shards, h2, theirs)))
        waiting.stop()
    assert {(0, 1), (1, 0)} & met, f"no pair of two shards among {met}"
    assert two_shards.nat64d.get("/v1/check")["good"]


def test_pages_and_removals_go_over_all_shards(two_shards, h1, h2):
    for port in range(FIRST_PORT + 400, FIRST_PORT + 412):
        ask(h1, ECHO_PORTS[0], port)
    ask(h2, ECHO_PORTS[0], FIRST_PORT + 400)
    client = h1.global_address()
    whole = two_shards.nat64d.sessions(client=client, protocol="udp")
    paged = two_shards.nat64d.sessions(client=client, protocol="udp", limit=3)
    assert [session["id"] for session in paged] == [session["id"] for session in whole]
    assert {shard_of(session) for session in whole} == {0, 1}
    assert two_shards.nat64d.delete_sessions(client=client) == len(whole)
    assert two_shards.nat64d.sessions(client=client) == []
    assert not flows_of_client(dump_flows(), client)
    assert two_shards.nat64d.sessions(client=h2.global_address(), protocol="udp")
