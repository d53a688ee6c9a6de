# SPDX-License-Identifier: Apache-2.0
"""Clients in VLAN 10 and 20 and a server in VLAN 100 behind a trunk. Starts nat64d anew: runs when all else is done."""

import sys
from pathlib import Path

import pytest

from flows import miss_6to4
from ovs import dump_flows
from process import wait_until
from servers import ECHO_PORTS, PAGE
from topo_single import GATEWAY_ADDRESS6, GATEWAY_MAC
from topo_trunk import SERVER_100, build, config_with_vlans, set_vlan

HERE = Path(__file__).resolve().parent.parent
WEB6 = "64:ff9b:1::192.0.2.80"
SERVER6 = f"64:ff9b:1::{SERVER_100}"
PREFIX = {"v10": "2001:db8:10:", "v20": "2001:db8:20:"}
GATEWAY_LINK_LOCAL = "fe80::5eff:fe00:6401"


@pytest.fixture(scope="module")
def trunk(lab):
    """The lab with VLANs, its clients addressed by router advertisement."""
    daemon = lab.nat64d
    if daemon.daemon.trouble() is None:
        daemon.daemon.stop()
    daemon.config_file.write_text(config_with_vlans(daemon.config_file.read_text()))
    hosts = build(lab.net, lab.run.directory)
    daemon.start()
    lab.connect_switch()
    for name in PREFIX:
        hosts[name].plug_in()
    for name in PREFIX:
        wait_until(lambda c=hosts[name]: c.global_address() and c.default_route(), 20,
                   f"{name} has an address and a default route by router advertisement")
    echo = hosts["v100"].daemon("echo of VLAN 100", lab.run.directory / "echo100.log", sys.executable,
                                HERE / "udp_echo.py", "serve", SERVER_100, ECHO_PORTS[0])
    wait_until(lambda: f"{SERVER_100}:{ECHO_PORTS[0]}" in hosts["v100"].output("ss", "-Hlun"), 10, "the echo server")
    yield hosts
    echo.stop()


@pytest.fixture(params=sorted(PREFIX))
def client(request, trunk):
    """Each of the clients."""
    return trunk[request.param]


@pytest.fixture
def configure(lab, trunk):
    """Adds to the configuration; the first one is back at the end."""
    daemon = lab.nat64d
    first = daemon.config_file.read_text()

    def change(text):
        daemon.config_file.write_text(first + text)
        return daemon.request("POST", "/v1/reload")

    for host in PREFIX:
        daemon.delete_sessions(client=trunk[host].global_address())
    yield change
    daemon.config_file.write_text(first)
    assert daemon.request("POST", "/v1/reload")[0] == 200


def ask(host, address, source_port=0):
    """What the echo server at an embedded IPv4 address saw."""
    return host.output(sys.executable, HERE / "udp_echo.py", "ask", address, ECHO_PORTS[0], source_port).split()


def test_each_vlan_is_advertised_its_own_prefix(client):
    assert client.global_address().startswith(PREFIX[client.name])
    assert client.default_route()["gateway"] == GATEWAY_LINK_LOCAL


def test_the_gateway_is_found_and_answers_in_each_vlan(client):
    for address in (GATEWAY_ADDRESS6, f"{GATEWAY_LINK_LOCAL}%{client.interface}"):
        text = client.output("ping", "-6", "-n", "-c", "2", "-i", "0.2", "-W", "2", address)
        assert " 0% packet loss" in text
    assert client.neighbours()[GATEWAY_LINK_LOCAL][0] == GATEWAY_MAC


@pytest.mark.parametrize("server", [WEB6, SERVER6], ids=["untagged-server", "server-in-vlan-100"])
def test_ping_and_udp(client, server):
    text = client.output("ping", "-6", "-n", "-c", "3", "-i", "0.2", "-W", "2", server)
    assert " 0% packet loss" in text
    assert ask(client, server)[2] == "hello"


def test_a_page_over_the_fast_path_from_both_vlans(client):
    for _ in range(2):
        assert client.output("curl", "-gsS", "--max-time", "8", f"http://[{WEB6}]/") == PAGE


def test_later_packets_of_a_tagged_client_do_not_reach_the_controller(lab, client):
    tables = lab.nat64d.tables()
    ask(client, SERVER6, 43001)
    before = miss_6to4(dump_flows(), tables).packets
    for _ in range(5):
        ask(client, SERVER6, 43001)
    assert miss_6to4(dump_flows(), tables).packets == before
    assert lab.nat64d.get("/v1/check")["good"]


def test_a_rule_for_vlan_10_refuses_vlan_20(lab, trunk, configure):
    status, body = configure("rules:\n  - nat64 on vlan 10 from any to any -> pool main\n")
    assert status == 200, body
    before = lab.nat64d.counters()["drop_not_translated"]
    refused = trunk["v20"].run(sys.executable, HERE / "udp_echo.py", "ask", WEB6, ECHO_PORTS[0])
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr, "administratively prohibited, as the socket sees it"
    assert lab.nat64d.counters()["drop_not_translated"] > before
    assert trunk["v20"].run("ping", "-6", "-n", "-c", "1", "-W", "1", WEB6).returncode != 0
    assert lab.nat64d.sessions(client=trunk["v20"].global_address()) == []
    assert ask(trunk["v10"], WEB6)[2] == "hello"


def test_a_source_of_another_vlan_makes_no_state(lab, trunk):
    """As the prefixes are told per VLAN, they are what may come in there."""
    host = trunk["v20"]
    forged = "2001:db8:10::bad"
    before = lab.nat64d.counters()["drop_source_not_allowed"]
    host.output("ip", "-6", "addr", "add", f"{forged}/128", "dev", host.interface, "nodad")
    try:
        assert host.run("ping", "-6", "-n", "-c", "1", "-W", "1", "-I", forged, WEB6).returncode != 0
        wait_until(lambda: lab.nat64d.counters()["drop_source_not_allowed"] > before, 5, "the named counter")
        assert lab.nat64d.sessions(client=forged) == []
    finally:
        host.output("ip", "-6", "addr", "del", f"{forged}/128", "dev", host.interface)


def test_frames_of_a_vlan_that_is_not_served_are_counted(lab, trunk):
    host = trunk["v20"]
    before = lab.nat64d.counters()["drop_vlan_not_served"]
    set_vlan(host, 30)
    try:
        assert host.run("ping", "-6", "-n", "-c", "1", "-W", "1", WEB6).returncode != 0
        assert lab.nat64d.counters()["drop_vlan_not_served"] > before
    finally:
        set_vlan(host, 20)
    wait_until(lambda: host.run("ping", "-6", "-n", "-c", "1", "-W", "1", WEB6).returncode == 0, 10,
               "it is back in its VLAN")
