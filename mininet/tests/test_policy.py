# SPDX-License-Identifier: Apache-2.0
"""Rules, static bindings, pools and the binding log, changed while packets flow."""

import ipaddress
import json
import os
import signal
import sys
from datetime import datetime, timezone
from pathlib import Path

from prerequisites import NAT64D
from process import output, wait_until
from servers import ECHO_PORTS, NAME
from test_translation import ask

HERE = Path(__file__).resolve().parent.parent
IDLE_SOURCE_PORT = 41079
STATIC_ADDRESS, STATIC_PORT = "192.0.2.70", 8080
WAN_INTERFACE = "instar-wan"


def test_the_tables_are_sound(lab):
    assert lab.nat64d.get("/v1/check") == {"good": True, "violations": []}


def test_a_rule_keeps_what_it_names_from_being_translated(configure, h1, lab):
    assert ask(h1, ECHO_PORTS[0])
    status, body = configure(new="rules:\n  - no nat64 proto udp from any to any port %d\n"
                                 "  - nat64 from any to any -> pool main\n" % ECHO_PORTS[1])
    assert status == 200, body
    assert lab.nat64d.get("/v1/rules")["rules"][0].startswith("no nat64")
    before = lab.nat64d.counters()["drop_not_translated"]
    refused = h1.run(sys.executable, HERE / "udp_echo.py", "ask", NAME, ECHO_PORTS[1], 0)
    assert refused.returncode != 0
    assert lab.nat64d.counters()["drop_not_translated"] > before
    assert ask(h1, ECHO_PORTS[0])


def test_a_bad_rule_is_named_and_nothing_changes(configure, lab):
    rules = lab.nat64d.get("/v1/rules")
    status, body = configure(new="rules:\n  - nat64 from any to any -> pool nowhere\n")
    assert status == 409
    assert "rules[0]" in body["error"]["message"]
    assert lab.nat64d.get("/v1/rules") == rules


def test_a_static_binding_lets_the_ipv4_side_in(no_sessions, h1, lab):
    line = f"rdr64 proto udp from any to {STATIC_ADDRESS} port {STATIC_PORT} -> {h1.global_address()} port 7007"
    status, body = lab.nat64d.request("POST", "/v1/static-bindings", body=line)
    assert status == 201, body
    echo = h1.daemon("echo6", lab.run.directory / "echo6.log", sys.executable, HERE / "udp_echo.py", "serve6", 7007)
    try:
        wait_until(lambda: "ready" in echo.log_text(), 5, "the server on the IPv6 host")
        answer = lab["web"].output(sys.executable, HERE / "udp_echo.py", "ask", STATIC_ADDRESS, STATIC_PORT, 0)
        assert answer.split()[0] == "64:ff9b:1::c000:250"
        sessions = [s for s in lab.nat64d.sessions() if s["pool"] == {"address": STATIC_ADDRESS, "port": STATIC_PORT}]
        assert [s["client"]["port"] for s in sessions] == [7007]
        assert lab.nat64d.request("POST", "/v1/static-bindings", body=line)[0] == 409
        assert lab.nat64d.request("DELETE", "/v1/static-bindings", {"binding": line})[0] == 200
        assert lab.nat64d.get("/v1/static-bindings")["staticBindings"] == []
    finally:
        echo.stop()


def test_a_pool_in_use_goes_only_when_drained_and_its_sessions_live_on(configure, h1, lab):
    source_port = 41077
    address, _ = ask(h1, ECHO_PORTS[0], source_port)
    other = "192.0.2.96/28"
    status, body = configure("prefixes: [192.0.2.64/28]", f"prefixes: [{other}]")
    assert status == 409
    assert "main" in body["error"]["message"]
    status, body = configure("prefixes: [192.0.2.64/28]", f"prefixes: [{other}]", drain=True)
    assert status == 200, body
    lab.nat64d.wait_up()
    assert ask(h1, ECHO_PORTS[0], source_port)[0] == address, "the binding is the old one"
    fresh, _ = ask(h1, ECHO_PORTS[0], 41078)
    assert ipaddress.ip_address(fresh) in ipaddress.ip_network(other), "a new binding comes from the new addresses"
    assert lab.nat64d.get("/v1/check")["good"]


def test_a_pool_follows_the_address_of_an_interface(configure, h1, lab):
    output(["ip", "link", "add", WAN_INTERFACE, "type", "veth", "peer", "name", WAN_INTERFACE + "-p"])
    # the kernel has the address, but the bridge's hosts are to find it at the gateway
    output(["sysctl", "-q", "net.ipv4.conf.all.arp_ignore=1"])
    try:
        output(["ip", "addr", "add", "192.0.2.111/32", "dev", WAN_INTERFACE])
        status, body = configure(new=f"rules:\n  - nat64 from any to any -> ({WAN_INTERFACE})\n", drain=True)
        assert status == 200, body
        wait_until(lambda: translated_to(h1) == "192.0.2.111", 15, "sessions from the interface's address")
        output(["ip", "addr", "del", "192.0.2.111/32", "dev", WAN_INTERFACE])
        output(["ip", "addr", "add", "192.0.2.112/32", "dev", WAN_INTERFACE])
        wait_until(lambda: translated_to(h1) == "192.0.2.112", 15, "sessions from its new address")
    finally:
        output(["sysctl", "-q", "net.ipv4.conf.all.arp_ignore=0"])
        output(["ip", "link", "del", WAN_INTERFACE])


def translated_to(client):
    """The pool address that a fresh session gets, None when there is none."""
    done = client.run(sys.executable, HERE / "udp_echo.py", "ask", NAME, ECHO_PORTS[0], 0)
    return done.stdout.split()[0] if done.returncode == 0 else None


def test_a_signal_reloads(configure, lab):
    first = lab.nat64d.config_file.read_text()
    lab.nat64d.config_file.write_text(first + "rules:\n  - nat64 -> pool main filter address-dependent\n")
    os.kill(lab.nat64d.daemon.pid, signal.SIGHUP)
    wait_until(lambda: "address-dependent" in lab.nat64d.get("/v1/rules")["rules"][0], 5, "the new rule")


def test_a_signal_shortens_the_timers_of_idle_sessions(configure, h1, lab):
    """RFC 6146 section 4: udpSeconds is changed while a session is there; no packet of its own tells it."""
    first = lab.nat64d.config_file.read_text()
    line = next(line for line in first.splitlines() if line.strip().startswith("udpSeconds:"))
    status, body = configure(line, "  udpSeconds: 3000")
    assert status == 200, body
    ask(h1, ECHO_PORTS[0], IDLE_SOURCE_PORT)
    assert [session["expiresInMillis"] > 2_900_000 for session in idle_sessions(lab)] == [True]
    lab.nat64d.config_file.write_text(first.replace(line, "  udpSeconds: 3"))
    os.kill(lab.nat64d.daemon.pid, signal.SIGHUP)
    wait_until(lambda: not idle_sessions(lab), 10, "the end of the idle session")
    assert lab.nat64d.get("/v1/check")["good"]


def idle_sessions(lab):
    return [session for session in lab.nat64d.sessions() if session["client"]["port"] == IDLE_SOURCE_PORT]


def test_the_binding_log_tells_who_had_a_port(lab, h1):
    address, port = ask(h1, ECHO_PORTS[0])
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    log = lab.nat64d.binding_log
    wait_until(lambda: f'"port":{port}' in log.read_text(), 5, "the line in the log")
    told = output([NAT64D.parent / "nat64ctl", "who", log, f"{address}:{port}", now, "--protocol", "udp"])
    assert h1.global_address() in told
    blocks = [entry for entry in map(json.loads, log.read_text().splitlines()) if entry["event"] == "block_assigned"]
    assert any(entry["firstPort"] <= port <= entry["lastPort"] and entry["address"] == address for entry in blocks)
    assert lab.nat64d.counters()["binding_log_lost"] == 0
