# SPDX-License-Identifier: Apache-2.0
"""TCP, UDP and ICMP echo through the translator."""

import hashlib
import os
import re
import subprocess
import sys

from flows import miss_6to4
from ovs import dump_flows
from process import wait_until
from servers import ECHO_PORTS, HERE, NAME, PAGE

PARALLEL = 20
BIG_BYTES = 5_000_000
SOURCE_PORT = 40123


def ask(client, port, source_port=0):
    """Pool address and port that the echo server saw."""
    address, pool_port, text = client.output(sys.executable, HERE / "udp_echo.py", "ask", NAME, port,
                                             source_port).split()
    assert text == "hello"
    return address, int(pool_port)


def start_curl(client):
    argv = [str(word) for word in client.argv("curl", "-sS", "--max-time", "15", f"http://{NAME}/")]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_big_page_arrives_whole(lab, h1):
    content = os.urandom(BIG_BYTES)
    (lab.run.directory / "www" / "big").write_bytes(content)
    target = lab.run.directory / "big.fetched"
    h1.output("curl", "-sSf", "--max-time", "30", "-o", target, f"http://{NAME}/big", timeout_seconds=35)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(content).digest()


def test_many_pages_at_once_from_both_clients(h1, h2):
    running = [start_curl(client) for _ in range(PARALLEL // 2) for client in (h1, h2)]
    assert [process.communicate(timeout=30)[0] for process in running] == [PAGE] * PARALLEL


def test_closed_port_is_refused_not_timed_out(h1):
    done = h1.run("curl", "-sS", "--max-time", "8", f"http://{NAME}:81/")
    assert done.returncode == 7
    assert "refused" in done.stderr.lower() or "failed to connect" in done.stderr.lower()


def test_ping_of_several_sizes(h1):
    for size in (0, 56, 1000, 1400):
        text = h1.output("ping", "-6", "-n", "-c", "2", "-i", "0.2", "-W", "2", "-s", size, NAME)
        assert " 0% packet loss" in text


def test_ping_from_both_clients_at_once(h1, h2):
    running = [subprocess.Popen([str(word) for word in client.argv("ping", "-6", "-n", "-c", "5", "-i", "0.2", NAME)],
                                stdout=subprocess.PIPE, text=True) for client in (h1, h2, h1, h2)]
    for process in running:
        assert re.search(r"5 received, 0% packet loss", process.communicate(timeout=20)[0])


def test_udp_comes_back(h1, h2):
    for client in (h1, h2):
        assert ask(client, ECHO_PORTS[0])[0].startswith("192.0.2.")


def test_mapping_is_endpoint_independent(h1):
    """RFC 6146 section 3.5.1.1: one binding for one client address and port, whatever the remote."""
    first, second = (ask(h1, port, SOURCE_PORT) for port in ECHO_PORTS)
    assert first == second


def test_two_clients_with_the_same_port_do_not_share_a_binding(h1, h2):
    assert ask(h1, ECHO_PORTS[0], SOURCE_PORT + 1) != ask(h2, ECHO_PORTS[0], SOURCE_PORT + 1)


def test_later_packets_do_not_reach_the_controller(lab, h1, tables):
    ask(h1, ECHO_PORTS[0], SOURCE_PORT + 2)
    wait_until(lambda: session_of(lab, SOURCE_PORT + 2)["flows"] == "CONFIRMED", 3, "flows confirmed")
    before = miss_6to4(dump_flows(), tables).packets
    for _ in range(10):
        ask(h1, ECHO_PORTS[0], SOURCE_PORT + 2)
    assert miss_6to4(dump_flows(), tables).packets == before


def session_of(lab, client_port):
    return next(s for s in lab.nat64d.sessions() if s["client"]["port"] == client_port)


def test_what_is_not_translated_yet_is_counted_by_name(lab, h1):
    def fragments_dropped():
        return sum(value for name, value in lab.nat64d.counters().items() if "fragment" in name)

    before = fragments_dropped()
    h1.run("ping", "-6", "-n", "-c", "1", "-W", "1", "-s", "3000", NAME)
    wait_until(lambda: fragments_dropped() > before, 5, "a counter with 'fragment' in its name grows")
