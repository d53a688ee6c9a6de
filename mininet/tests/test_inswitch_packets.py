# SPDX-License-Identifier: Apache-2.0
"""What the switch's translation does to packets of sessions: contents, TTL, type of service; what it leaves alone."""

import os
import socket
import struct
import sys

import pytest

from flows import TABLE_OFFER_4TO6, TABLE_OFFER_6TO4
from ovs import dump_flows
from process import output, wait_until
from servers import NAME
from held_sessions import HEADERS_4, TcpSession, UdpSession, packets_beside

LENGTHS = sorted({*range(1, 18), *range(63, 66), *range(100, 1400, 53), *range(127, 1400, 128), 1399, 1400})
COUNTED_SECONDS = 5
ETHERNET = 14
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


def test_datagrams_of_all_lengths_come_whole_both_ways_and_are_counted(udp, tables):
    sent, beside, by_rules = dict(udp.sent), packets_beside(udp.lab), counted_by_rules(udp, tables)
    for length in LENGTHS:
        udp.exchange(os.urandom(length))
    assert packets_beside(udp.lab) == beside, "the switch translated them"
    now = counted_by_rules(udp, tables)
    assert difference(now, by_rules) == difference(udp.sent, sent)
    assert udp.is_in()


def test_a_session_counts_what_passed_beside_and_what_its_rules_in_the_switch_counted(switch, h1, tables):
    before = switch.nat64d.counters()
    with UdpSession(switch, h1) as session:
        session.into_switch()
        for _ in range(200):
            session.exchange(b"count me")
        after = switch.nat64d.counters()
        beside = {name: after[name] - before[name] for name in ("packets_6to4", "packets_4to6")}
        by_rules = counted_by_rules(session, tables)
        expected = [by_rules["packets" + way] + beside["packets_" + way] for way in ("6to4", "4to6")]
        assert min(by_rules["packets6to4"], by_rules["packets4to6"]) >= 200
        wait_until(lambda: [session.session()["packets" + way] for way in ("6to4", "4to6")] == expected,
                   COUNTED_SECONDS, f"REST has {expected}")


def counted_by_rules(session, tables):
    """Packets and IP bytes that a session's rules in the switch have counted, all of its datapath's included."""
    output(["ovs-appctl", "revalidator/wait"])
    counts = {}
    for way, name, port in (("6to4", TABLE_OFFER_6TO4, session.client_port), ("4to6", TABLE_OFFER_4TO6, session.port)):
        [rule] = [flow for flow in dump_flows(f"table={tables[name]}")
                  if flow.is_translated_session and flow.ports()[0] == port]
        counts["packets" + way], counts["bytes" + way] = rule.packets, rule.bytes - rule.packets * ETHERNET
    return counts


def difference(now, before):
    return {name: value - before[name] for name, value in now.items()}


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
    beside = packets_beside(switch)
    with TcpSession(switch, h1) as connection:
        assert packets_beside(switch) >= beside + 2, "SYN and SYN ACK"
        connection.into_switch()
        beside = packets_beside(switch)
        for number in range(20):
            connection.exchange(b"%d" % number)
        assert packets_beside(switch) == beside
        assert connection.session()["state"] == "ESTABLISHED"
        connection.client.close()
        assert connection.server.recv(1) == b""
        wait_until(lambda: packets_beside(switch) > beside, 5, "the FIN came by here")
        wait_until(lambda: connection.session()["state"] == "V6_FIN_RCV" and not connection.is_in(), 5,
                   "the session has left")
        assert not [flow for flow in dump_flows(f"table={tables[TABLE_OFFER_6TO4]}") if flow.is_translated_session]
    wait_until(lambda: connection.session()["state"] == "V6_FIN_V4_FIN_RCV", 5, "the other FIN")
