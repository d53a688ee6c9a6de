# SPDX-License-Identifier: Apache-2.0
"""Sessions of a client with the IPv4-only server, both ends of which the test itself holds."""

import itertools
import socket

from process import wait_until
from topo_single import WEB_ADDRESS

SERVER6 = f"64:ff9b:1::{WEB_ADDRESS}"
ANSWER_SECONDS = 3
# What is lost meanwhile is sent again.
RETRANSMITTED_SECONDS = 20
LARGEST = 65535
HEADERS_6, HEADERS_4 = 48, 28
# Below what the kernels take for themselves (net.ipv4.ip_local_port_range).
SERVER_PORTS = itertools.count(20000)
CLIENT_PORTS = itertools.count(25000)


def offload(lab):
    """What nat64d says of the switch as a translator."""
    return lab.nat64d.get("/v1/offload")


class HeldSession:
    """What UDP sessions and TCP connections have in common; to be used in a with statement."""

    protocol = ""

    def __init__(self, lab):
        self.lab = lab
        self.port = next(SERVER_PORTS)
        self.client_port = next(CLIENT_PORTS)
        self.client = self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Closes both ends."""
        self.client.close()
        self.server.close()

    def exchange(self, data):
        """Sends these bytes there and back and sees them arrive as sent."""
        raise NotImplementedError

    def into_switch(self):
        """Talks until the switch translates it: its datapath follows its tables by some milliseconds."""
        self.exchange(b"hello")

        def goes_by_the_switch():
            beside = packets_beside(self.lab)
            self.exchange(b"go on")
            return self.is_in() and packets_beside(self.lab) == beside

        wait_until(goes_by_the_switch, 10, f"the {self.protocol} session is in the switch")
        return self

    def session(self):
        """As REST has it."""
        found = [session for session in self.lab.nat64d.sessions(protocol=self.protocol)
                 if session["client"]["port"] == self.client_port and session["remote6"]["port"] == self.port]
        return found[0] if found else None

    def is_in(self):
        """Whether the switch translates it."""
        return self.session()["offload"] == "IN"


class UdpSession(HeldSession):
    """A UDP session. sent: as it is to be counted."""

    protocol = "udp"

    def __init__(self, lab, client):
        super().__init__(lab)
        self.client = client.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.client.bind(("::", self.client_port))
        self.client.connect((SERVER6, self.port))
        self.server = lab["web"].socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind((WEB_ADDRESS, self.port))
        for end in (self.client, self.server):
            end.settimeout(ANSWER_SECONDS)
        self.pool = None
        self.sent = dict.fromkeys(("packets6to4", "packets4to6", "bytes6to4", "bytes4to6"), 0)

    def up(self, data):
        """Sends a datagram to the server; the one that arrives."""
        self.client.send(data)
        self._count("6to4", HEADERS_6 + len(data))
        got, self.pool = self.server.recvfrom(LARGEST)
        return got

    def down(self, data):
        """Sends a datagram to the client; the one that arrives."""
        self.server.sendto(data, self.pool)
        self._count("4to6", HEADERS_4 + len(data))
        return self.client.recv(LARGEST)

    def _count(self, way, length):
        self.sent["packets" + way] += 1
        self.sent["bytes" + way] += length

    def exchange(self, data):
        assert self.up(data) == data
        assert self.down(data) == data


class TcpSession(HeldSession):
    """An established TCP connection."""

    protocol = "tcp"

    def __init__(self, lab, client):
        super().__init__(lab)
        with lab["web"].socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
            listening.bind((WEB_ADDRESS, self.port))
            listening.listen()
            listening.settimeout(ANSWER_SECONDS)
            self.client = client.socket(socket.AF_INET6, socket.SOCK_STREAM)
            self.client.settimeout(ANSWER_SECONDS)
            self.client.bind(("::", self.client_port))
            self.client.connect((SERVER6, self.port))
            self.server, self.pool = listening.accept()
        for end in (self.client, self.server):
            end.settimeout(RETRANSMITTED_SECONDS)

    def exchange(self, data):
        for sender, receiver in ((self.client, self.server), (self.server, self.client)):
            sender.sendall(data)
            assert receiver.recv(len(data), socket.MSG_WAITALL) == data


def packets_beside(lab):
    """Packets that nat64d translated itself, both ways."""
    counters = lab.nat64d.counters()
    return counters["packets_6to4"] + counters["packets_4to6"]
