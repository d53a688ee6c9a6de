# SPDX-License-Identifier: Apache-2.0
"""Sessions as REST and the switch show them: creation, DELETE, end after the idle timeout."""

import sys

import pytest

from flows import flows_of_client, flows_of_session
from nat64d import DEMO_TIMERS
from ovs import dump_flows
from process import wait_until
from servers import ECHO_PORTS, NAME
from test_translation import ask


def sessions_of(lab, client):
    return lab.nat64d.sessions(client=client.global_address())


def test_a_session_has_its_two_flows_and_one_binding(no_sessions, h1, tables):
    lab, source_port = no_sessions, 41001
    pool = ask(h1, ECHO_PORTS[0], source_port)
    session = next(s for s in sessions_of(lab, h1) if s["client"]["port"] == source_port)
    assert (session["protocol"], session["state"]) == ("udp", "OPEN")
    assert (session["pool"]["address"], session["pool"]["port"]) == pool
    assert session["remote4"] == {"address": "192.0.2.80", "port": ECHO_PORTS[0]}
    assert session["remote6"] == {"address": "64:ff9b:1::c000:250", "port": ECHO_PORTS[0]}
    assert 0 < session["expiresInMillis"] <= DEMO_TIMERS["udpSeconds"] * 1000
    wait_until(lambda: all(flows_of_session(session, dump_flows(), tables)), 3, "both flows on the switch")
    for flow in flows_of_session(session, dump_flows(), tables):
        assert flow.idle_timeout_seconds > 0
    binding = next(b for b in lab.nat64d.bindings() if b["client"]["port"] == source_port)
    assert (binding["pool"], binding["sessions"]) == (session["pool"], 1)


def test_two_remotes_share_one_binding(no_sessions, h1):
    lab, source_port = no_sessions, 41002
    for port in ECHO_PORTS:
        ask(h1, port, source_port)
    assert len([s for s in sessions_of(lab, h1) if s["client"]["port"] == source_port]) == 2
    assert [b["sessions"] for b in lab.nat64d.bindings() if b["client"]["port"] == source_port] == [2]


def test_filters_and_pages(no_sessions, h1, h2):
    lab = no_sessions
    for client in (h1, h2):
        client.output("curl", "-sSf", "--max-time", "8", "-o", "/dev/null", f"http://{NAME}/")
        ask(client, ECHO_PORTS[0])
    assert {s["client"]["address"] for s in sessions_of(lab, h1)} == {h1.global_address()}
    assert {s["protocol"] for s in lab.nat64d.sessions(protocol="udp")} == {"udp"}
    ids = [s["id"] for s in lab.nat64d.sessions()]
    assert [s["id"] for s in lab.nat64d.sessions(limit=1)] == ids
    assert len(set(ids)) == len(ids) >= 4


def test_delete_ends_one_clients_sessions_only(no_sessions, h1, h2):
    lab = no_sessions
    for client in (h1, h2):
        ask(client, ECHO_PORTS[0])
        ask(client, ECHO_PORTS[1])
    stays = sessions_of(lab, h2)
    assert lab.nat64d.delete_sessions(client=h1.global_address()) == 2
    flows = dump_flows()
    assert flows_of_client(flows, h1.global_address()) == []
    assert sessions_of(lab, h1) == []
    assert [s["id"] for s in sessions_of(lab, h2)] == [s["id"] for s in stays]
    assert len(flows_of_client(flows, h2.global_address())) == 2
    assert ask(h1, ECHO_PORTS[0])


MANY = 3000
FROM_MANY_PORTS = """
import socket, sys
for port in range(20000, 20000 + int(sys.argv[2])):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.bind(("", port))
        one.sendto(b"x", (sys.argv[1], 9))
"""


def test_thousands_of_sessions_go_at_once(no_sessions, h1, h2):
    lab = no_sessions
    ask(h2, ECHO_PORTS[0])
    stays = sessions_of(lab, h2)

    def most_are_there():
        h1.output(sys.executable, "-c", FROM_MANY_PORTS, "64:ff9b:1::192.0.2.80", MANY)
        return len(sessions_of(lab, h1)) > MANY * 0.8

    # Open vSwitch drops packet-ins of a burst that its queue does not hold: those ports are sent from again.
    wait_until(most_are_there, 20, f"most of {MANY} sessions")
    removed = lab.nat64d.delete_sessions(client=h1.global_address())
    assert removed > MANY * 0.8
    assert flows_of_client(dump_flows(), h1.global_address()) == []
    assert [s["id"] for s in sessions_of(lab, h2)] == [s["id"] for s in stays]


@pytest.mark.parametrize("query", [{}, {"client": "x"}, {"client": "192.0.2.80"}])
def test_delete_without_a_sound_filter_removes_nothing(no_sessions, h1, query):
    lab = no_sessions
    ask(h1, ECHO_PORTS[0])
    status, body = lab.nat64d.request("DELETE", "/v1/sessions", query)
    assert status == 400
    assert body["error"]["message"]
    if query:
        assert body["error"]["field"] == "client"
    assert len(sessions_of(lab, h1)) == 1


def test_unknown_path_is_a_404(lab):
    assert lab.nat64d.request("GET", "/v1/nothing")[0] == 404


def test_idle_session_ends_and_frees_flow_and_binding(no_sessions, h1):
    lab = no_sessions
    ask(h1, ECHO_PORTS[0])
    h1.output("ping", "-6", "-n", "-c", "1", NAME)
    h1.output("curl", "-sSf", "--max-time", "8", "-o", "/dev/null", f"http://{NAME}/")
    assert {s["protocol"] for s in sessions_of(lab, h1)} == {"tcp", "udp", "icmp"}
    wait_until(lambda: not lab.nat64d.sessions(), max(DEMO_TIMERS.values()) + 15, "all sessions ended", 0.5)
    wait_until(lambda: not lab.nat64d.bindings(), 5, "all bindings are free")
    wait_until(lambda: not [f for f in dump_flows() if f.is_session], 5, "all session flows are gone")
    assert lab.nat64d.counters()["flows_removed_unexpectedly"] == 0
