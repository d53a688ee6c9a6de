# SPDX-License-Identifier: Apache-2.0
"""Packets of a session in the switch, byte for byte against what Scapy makes of the same fields.

Scapy knows nothing of this translator: it builds the packets that go in and those that must come out from fields, with
lengths and checksums of its own. What RFC 7915 leaves open is as docs/pipeline.md says: DF set, identification ~length,
flow label 0.
"""

import os
import random
import socket
import time

import pytest
from scapy.compat import raw
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from topo_single import GATEWAY_MAC, WEB_ADDRESS
from held_sessions import SERVER6, TcpSession, UdpSession, packets_beside

ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86dd
# Lengths of what is behind the transport header, TTL, type of service: every length once, the others in turn.
LENGTHS = [*range(0, 20), *range(33, 1440, 61), *range(1200, 1260, 7), 1401, 1424, 1432]
TTLS = (2, 3, 64, 65, 127, 128, 254, 255)
TYPES_OF_SERVICE = (0, 1, 2, 3, 0x28, 0x2a, 0xb8, 0xbb, 0xfc, 0xff)
WIRE_SECONDS = 3


class Wire:
    """All IP frames of one family at a host's interface."""

    def __init__(self, host, ether_type):
        self._socket = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ether_type))
        self._socket.bind((host.interface, ether_type))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def send(self, frame):
        self._socket.send(raw(frame))

    def receive(self, token):
        """The IP packet of the frame that has these bytes in it and came in, or None."""
        ends = time.monotonic() + WIRE_SECONDS
        while (left := ends - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                frame, (_, _, packet_type, _, _) = self._socket.recvfrom(65535)
            except TimeoutError:
                return None
            if packet_type != socket.PACKET_OUTGOING and token in frame:
                return frame[14:]
        return None


class Path:
    """A session in the switch as the two ends' fields."""

    def __init__(self, lab, client, session):
        self.client, self.web = client, lab["web"]
        self.client_mac, self.web_mac = (host.MAC() for host in (self.client, self.web))
        self.inner = session["client"]["address"], session["client"]["port"]
        self.outer = session["pool"]["address"], session["pool"]["port"]
        self.port = session["remote4"]["port"]

    def up(self, transport, ttl, tos):
        """A frame of the client's, and the IPv4 packet that it becomes."""
        sent = transport(*self.inner[1:], self.port)
        frame = (Ether(src=self.client_mac, dst=GATEWAY_MAC)
                 / IPv6(src=self.inner[0], dst=SERVER6, hlim=ttl, tc=tos, fl=random.getrandbits(20)) / sent)
        length = 20 + len(raw(sent))
        packet = (IP(src=self.outer[0], dst=WEB_ADDRESS, ttl=ttl - 1, tos=tos, flags="DF", id=~length & 0xffff)
                  / transport(self.outer[1], self.port))
        return frame, raw(packet)

    def down(self, transport, ttl, tos):
        """A frame of the server's, and the IPv6 packet that it becomes."""
        frame = (Ether(src=self.web_mac, dst=GATEWAY_MAC)
                 / IP(src=WEB_ADDRESS, dst=self.outer[0], ttl=ttl, tos=tos, id=random.getrandbits(16),
                      flags="DF") / transport(self.port, self.outer[1]))
        packet = IPv6(src=SERVER6, dst=self.inner[0], hlim=ttl - 1, tc=tos) / transport(self.port, self.inner[1])
        return frame, raw(packet)


def udp(payload):
    return lambda source, target: UDP(sport=source, dport=target) / payload


def tcp(payload):
    """A segment far outside the window, so that the kernels at both ends drop it and answer at most with an ACK."""
    return lambda source, target: TCP(sport=source, dport=target, seq=0x7fff0000, ack=1, flags="PA", window=0x1234,
                                      urgptr=0x5678, options=[("Timestamp", (1, 2))]) / payload


@pytest.fixture
def udp_path(switch, h1):
    """Of a UDP session."""
    with UdpSession(switch, h1) as session:
        session.into_switch()
        yield Path(switch, h1, session.session())


@pytest.fixture
def tcp_path(switch, h1):
    """Of a TCP connection."""
    with TcpSession(switch, h1) as connection:
        connection.into_switch()
        yield Path(switch, h1, connection.session())


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_every_byte_is_as_an_independent_builder_has_it(switch, request, protocol, way):
    """RFC 7915 section 4.1, 5.1; checksums of RFC 1071."""
    path = request.getfixturevalue(protocol + "_path")
    beside, sent = packets_beside(switch), 0
    with Wire(path.client, ETH_P_IPV6) as wire6, Wire(path.web, ETH_P_IP) as wire4:
        near, far, make = (wire6, wire4, path.up) if way == "up" else (wire4, wire6, path.down)
        for number, length in enumerate(LENGTHS):
            for ttl, tos in fields(number):
                payload = os.urandom(length)
                transport = udp(payload) if protocol == "udp" else tcp(payload[:max(0, length - 24)])
                frame, expected = make(transport, ttl, tos)
                near.send(frame)
                sent += 1
                assert far.receive(expected[-8:]) == expected, (length, ttl, tos)
    assert sent == 2 * len(LENGTHS)
    assert packets_beside(switch) == beside, "the switch translated them"


def fields(number):
    """Two pairs of TTL and type of service for each length."""
    for turn in (2 * number, 2 * number + 1):
        yield TTLS[turn % len(TTLS)], TYPES_OF_SERVICE[turn % len(TYPES_OF_SERVICE)]
