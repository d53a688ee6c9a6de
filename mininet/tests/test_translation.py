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


def test_fragments_pass_both_ways(lab, h1, tables):
    """RFC 6146 section 3.4: a ping that does not fit one packet, there and back."""
    misses = miss_6to4(dump_flows(), tables).packets
    text = h1.output("ping", "-6", "-n", "-c", "3", "-i", "0.2", "-W", "2", "-s", 4000, NAME)
    assert " 0% packet loss" in text
    assert miss_6to4(dump_flows(), tables).packets - misses <= 3, "later fragments do not reach the controller"


def test_a_long_datagram_comes_back(h1):
    """UDP in fragments, from the IPv6 side and from the IPv4 side."""
    done = h1.output(sys.executable, "-c", LONG_DATAGRAM, "64:ff9b:1::192.0.2.80", ECHO_PORTS[0])
    assert done.strip() == "5000 bytes came back"


LONG_DATAGRAM = """
import socket, sys
data = bytes(range(250)) * 20
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
    one.settimeout(5)
    one.sendto(data, (sys.argv[1], int(sys.argv[2])))
    answer = one.recv(65535)
    print(len(data) if answer.endswith(data) else answer, "bytes came back")
"""


def test_the_translator_shows_itself_to_traceroute(h1):
    """RFC 7915 section 5.1: a hop limit that ends at the translator is answered from the gateway's address."""
    done = h1.run("ping", "-6", "-n", "-c", "1", "-W", "2", "-t", "1", NAME)
    assert "From 2001:db8:6::1" in done.stdout
    assert "Time exceeded" in done.stdout


def test_a_closed_udp_port_is_told_by_the_server(h1):
    """RFC 7915 section 4.2: port unreachable of the IPv4 server reaches the IPv6 client's socket."""
    assert h1.output(sys.executable, "-c", CLOSED_PORT, "64:ff9b:1::192.0.2.80").strip() == "refused"


CLOSED_PORT = """
import socket, sys
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
    one.settimeout(5)
    one.connect((sys.argv[1], 9))
    one.send(b"x")
    try:
        one.recv(100)
        print("answered")
    except ConnectionRefusedError:
        print("refused")
"""


def test_a_destination_without_a_way_is_told_by_the_translator(h1):
    done = h1.run("ping", "-6", "-n", "-c", "1", "-W", "2", "64:ff9b:1::203.0.113.1")
    assert "Destination unreachable: No route" in done.stdout


def test_what_is_not_translated_is_counted_by_name(lab, h1):
    """A transport protocol that has no ports: refused, told and counted."""
    before = lab.nat64d.counters()["drop_unknown_transport"]
    h1.output(sys.executable, "-c", "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 47); "
              "s.sendto(b'0' * 16, ('64:ff9b:1::192.0.2.80', 0))")
    wait_until(lambda: lab.nat64d.counters()["drop_unknown_transport"] > before, 5, "its counter grows")
