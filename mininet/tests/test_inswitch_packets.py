# SPDX-License-Identifier: Apache-2.0
"""What the switch's translation does to packets of sessions: contents, TTL, type of service; and what it leaves alone."""

import os
import socket
import struct
import sys

import pytest

from flows import TABLE_OFFER_6TO4
from ovs import dump_flows
from process import wait_until
from servers import NAME
from topo_single import WEB_ADDRESS
from udp_sessions import HEADERS_4, SERVER6, UdpSession, packets_beside

LENGTHS = sorted({*range(1, 18), *range(63, 66), *range(100, 1400, 53), *range(127, 1400, 128), 1399, 1400})
PACKETS_TWICE = 4
BYTES_TWICE = 4 * 100
COUNTED_SECONDS = 5
TCP_PORT = 20999
# RFC 8200 section 4.2: a header of 8 bytes with PadN; the kernel writes the next header.
PAD = bytes([0, 0, 1, 4, 0, 0, 0, 0])
# RFC 791 section 3.1: four times no operation
NO_OPERATION = b"\x01" * 4
IPV6_HOPOPTS, IPV6_DSTOPTS = 54, 59
IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, IPV6_RECVTCLASS, IPV6_TCLASS = 51, 52, 66, 67
IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, IP_RECVERR, IP_RECVTTL, IP_RECVTOS = 10, 3, 11, 12, 13
IPV6_RECVERR = 25
LARGEST_4 = 1480


@pytest.fixture
def udp(switch, h1):
    """A session that the switch translates."""
    with UdpSession(switch, h1) as session:
        yield session.into_switch()


def test_datagrams_of_all_lengths_come_whole_both_ways_and_are_counted(udp):
    beside = packets_beside(udp.lab)
    for length in LENGTHS:
        udp.exchange(os.urandom(length))
    assert packets_beside(udp.lab) == beside, "the switch translated them"

    def counted():
        session = udp.session()
        return {name: session[name] for name in udp.sent}

    wait_until(lambda: sum(counted().values()) >= sum(udp.sent.values()), COUNTED_SECONDS, "the session counts them")
    # what the datapath counted just before the session went in, Open vSwitch may credit to its new flow as well
    for name, value in counted().items():
        assert udp.sent[name] <= value <= udp.sent[name] + (PACKETS_TWICE if "packets" in name else BYTES_TWICE)
    assert udp.is_in()


@pytest.mark.parametrize("ttl, tos", [(64, 0), (2, 0xb8), (255, 3), (128, 0x29), (3, 0xff)])
def test_ttl_and_type_of_service_are_those_of_the_fast_path(udp, h1, ttl, tos):
    """RFC 7915 section 4.1, 5.1: less one, and copied. First packets of a session take the fast path."""
    beside = packets_beside(udp.lab)
    in_switch = ttl_and_tos(udp, ttl, tos)
    assert packets_beside(udp.lab) == beside
    with UdpSession(udp.lab, h1) as other:
        assert ttl_and_tos(other, ttl, tos) == in_switch
    assert packets_beside(udp.lab) == beside + 2
    assert in_switch == ((ttl - 1, tos), (ttl - 1, tos))


def ttl_and_tos(session, ttl, tos):
    """As a datagram there and one back arrive."""
    client, server = session.client, session.server
    for name, value in ((socket.IPV6_UNICAST_HOPS, ttl), (IPV6_TCLASS, tos), (IPV6_RECVHOPLIMIT, 1),
                        (IPV6_RECVTCLASS, 1)):
        client.setsockopt(socket.IPPROTO_IPV6, name, value)
    for name, value in ((socket.IP_TTL, ttl), (socket.IP_TOS, tos), (IP_RECVTTL, 1), (IP_RECVTOS, 1)):
        server.setsockopt(socket.IPPROTO_IP, name, value)
    client.send(b"up")
    _, up, _, session.pool = server.recvmsg(100, 200)
    server.sendto(b"down", session.pool)
    _, down, _, _ = client.recvmsg(100, 200)
    return numbers(up, socket.IP_TTL, socket.IP_TOS), numbers(down, IPV6_HOPLIMIT, IPV6_TCLASS)


def numbers(ancillary, *kinds):
    """Values of ancillary data; the type of service comes as one byte, the others as an int."""
    values = {kind: int.from_bytes(value, sys.byteorder) for _, kind, value in ancillary}
    return tuple(values[kind] for kind in kinds)


@pytest.mark.parametrize("way, level, option, header", [
    ("up", socket.IPPROTO_IPV6, IPV6_HOPOPTS, PAD),
    ("up", socket.IPPROTO_IPV6, IPV6_DSTOPTS, PAD),
    ("down", socket.IPPROTO_IP, socket.IP_OPTIONS, NO_OPERATION),
], ids=["hop-by-hop", "destination-options", "ipv4-options"])
def test_a_packet_with_options_takes_its_session_out_for_good(udp, way, level, option, header):
    """The first is lost; the next ones take the fast path, which knows these headers."""
    strays = udp.lab.nat64d.counters()["switch_strays"]
    sender, send = (udp.client, udp.up) if way == "up" else (udp.server, udp.down)
    sender.setsockopt(level, option, header)
    if way == "up":
        sender.send(b"lost")
    else:
        sender.sendto(b"lost", udp.pool)
    wait_until(lambda: udp.session()["offload"] == "OUT", 5, "the session leaves the switch")
    assert udp.lab.nat64d.counters()["switch_strays"] == strays + 1
    for number in range(20):
        assert send(b"%d" % number) == b"%d" % number
    sender.setsockopt(level, option, b"")
    joins = udp.lab.nat64d.counters()["switch_joins"]
    beside = packets_beside(udp.lab)
    for number in range(100):
        udp.exchange(b"%d" % number)
    assert packets_beside(udp.lab) == beside + 200
    assert udp.session()["offload"] == "OUT"
    assert udp.lab.nat64d.counters()["switch_joins"] == joins


def test_a_packet_too_big_for_the_other_side_gets_its_error(udp):
    """RFC 7915 section 4: fragmentation needed, with the MTU that an IPv4 packet may have."""
    server = udp.server
    server.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)
    server.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    largest = os.urandom(LARGEST_4 - HEADERS_4)
    beside = packets_beside(udp.lab)
    assert udp.down(largest) == largest
    assert packets_beside(udp.lab) == beside, "what just fits goes through the switch"
    server.sendto(largest + b"+", udp.pool)
    number, kind, mtu = wait_until(lambda: queued_error(server), 5, "the ICMP error")
    assert (number, kind, mtu) == (90, 3, LARGEST_4), "EMSGSIZE by destination unreachable"
    assert udp.down(largest) == largest
    assert udp.is_in()


def test_a_hop_limit_that_ends_at_the_translator_is_answered(udp):
    """RFC 7915 section 5.1: time exceeded, for a packet of a session in the switch too."""
    client = udp.client
    client.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 1)
    client.send(b"not far")
    number, kind, _ = wait_until(lambda: queued_error(client), 5, "the ICMPv6 error")
    assert (number, kind) == (113, 3), "EHOSTUNREACH by time exceeded"
    client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 64)
    udp.exchange(b"farther")
    assert udp.is_in()


def queued_error(end):
    """Error number, ICMP type and what the ICMP error says besides, of the next error in a socket's queue; or None."""
    try:
        ancillary = end.recvmsg(100, 500, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)[1]
    except BlockingIOError:
        return None
    number, _, kind, _, _, info, _ = struct.unpack("=IBBBBII", ancillary[-1][2][:16])
    return number, kind, info


def test_echo_stays_beside_the_switch(switch, h1):
    beside = packets_beside(switch)
    text = h1.output("ping", "-6", "-n", "-c", "20", "-i", "0.1", "-W", "2", NAME)
    assert " 0% packet loss" in text
    assert packets_beside(switch) == beside + 40
    assert {s["offload"] for s in switch.nat64d.sessions(client=h1.global_address(), protocol="icmp")} == {"OUT"}


def test_what_opens_and_ends_a_connection_stays_beside_the_switch(switch, h1, tables):
    """RFC 6146 section 3.5.2.2: SYN, SYN ACK and FIN move the session's state; data does not."""
    listening = switch["web"].socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((WEB_ADDRESS, TCP_PORT))
    listening.listen()
    beside = packets_beside(switch)
    client = h1.socket(socket.AF_INET6, socket.SOCK_STREAM)
    client.settimeout(5)
    client.connect((SERVER6, TCP_PORT))
    server = listening.accept()[0]
    assert packets_beside(switch) >= beside + 2, "SYN and SYN ACK"
    talk(client, server)

    def session():
        return next(s for s in switch.nat64d.sessions(client=h1.global_address(), protocol="tcp")
                    if s["remote6"]["port"] == TCP_PORT)

    def is_in():
        talk(client, server)
        return session()["offload"] == "IN"

    wait_until(is_in, 5, "the connection is in the switch")
    beside = packets_beside(switch)
    for _ in range(20):
        talk(client, server)
    assert packets_beside(switch) == beside
    assert session()["state"] == "ESTABLISHED"
    client.close()
    assert server.recv(1) == b""
    wait_until(lambda: packets_beside(switch) > beside, 5, "the FIN came by here")
    wait_until(lambda: session()["state"] == "V6_FIN_RCV" and session()["offload"] == "OUT", 5, "the session has left")
    assert not [flow for flow in dump_flows(f"table={tables[TABLE_OFFER_6TO4]}") if flow.is_translated_session]
    server.close()
    wait_until(lambda: session()["state"] == "V6_FIN_V4_FIN_RCV", 5, "the other FIN")
    listening.close()


def talk(client, server):
    client.sendall(b"there")
    assert server.recv(100) == b"there"
    server.sendall(b"and back")
    assert client.recv(100) == b"and back"
