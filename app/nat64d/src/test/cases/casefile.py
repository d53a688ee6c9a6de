# SPDX-License-Identifier: Apache-2.0
"""A case and the packets that most of them are made of."""
import ipaddress
import pathlib

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw
from scapy.utils import RawPcapWriter

HERE = pathlib.Path(__file__).parent
LINKTYPE_RAW = 101
START = 1767225600  # 2026-01-01

PREFIX = "64:ff9b:1::/96"
GATEWAY6, GATEWAY4 = "2001:db8:6::1", "192.0.2.1"
CLIENT, CLIENT2 = "2001:db8:6::a", "2001:db8:6::b"
SERVER, SERVER2 = "198.51.100.80", "198.51.100.81"
POOL, POOL_PORT = "192.0.2.65", 40000
CLIENT_PORT, SERVER_PORT = 50000, 53
MAX_LENGTH_WITHOUT_DF = 1260  # RFC 7915, 5.1
# in the order of RFC 6052, figure 1: which octet of the IPv6 address holds which octet of the IPv4 address
EMBEDDED_OCTETS = {32: (4, 5, 6, 7), 40: (5, 6, 7, 9), 48: (6, 7, 9, 10), 56: (7, 9, 10, 11), 64: (9, 10, 11, 12),
                   96: (12, 13, 14, 15)}

GATEWAY = """\
gateway:
  mac: "02:00:5e:00:64:01"
  ipv6:
    address: 2001:db8:6::1/64
  ipv4:
    address: 192.0.2.1/24
"""


def embed(address, prefix=PREFIX):
    """The IPv6 address that stands for an IPv4 address."""
    network = ipaddress.ip_network(prefix)
    octets = bytearray(network.network_address.packed)
    for position, octet in zip(EMBEDDED_OCTETS[network.prefixlen], ipaddress.ip_address(address).packed):
        octets[position] = octet
    return str(ipaddress.ip_address(bytes(octets)))


def to_server6(payload, src=CLIENT, dst=SERVER, prefix=PREFIX, hlim=64, tc=0):
    """From a client into the translator."""
    return IPv6(src=src, dst=embed(dst, prefix), hlim=hlim, tc=tc) / payload


def to_server4(payload, src=POOL, dst=SERVER, ttl=63, tos=0, df=None):
    """What comes of it on the IPv4 side. Don't fragment goes by the length, unless it is given."""
    packet = IP(src=src, dst=dst, ttl=ttl, tos=tos) / payload
    if len(packet) > MAX_LENGTH_WITHOUT_DF if df is None else df:
        packet.flags = "DF"
    return packet


def to_client4(payload, src=SERVER, dst=POOL, ttl=64, tos=0, **fields):
    """From the IPv4 side into the translator."""
    return IP(src=src, dst=dst, ttl=ttl, tos=tos, id=0x1234, **fields) / payload


def to_client6(payload, src=SERVER, dst=CLIENT, prefix=PREFIX, hlim=63, tc=0):
    """What comes of it on the IPv6 side."""
    return IPv6(src=embed(src, prefix), dst=dst, hlim=hlim, tc=tc) / payload


def query(text=b"question", client_port=CLIENT_PORT, server_port=SERVER_PORT):
    """A client's datagram as the client's side shows it."""
    return UDP(sport=client_port, dport=server_port) / Raw(text)


def query4(text=b"question", pool_port=POOL_PORT, server_port=SERVER_PORT):
    """The same as the IPv4 side shows it."""
    return UDP(sport=pool_port, dport=server_port) / Raw(text)


def answer(text=b"answer", client_port=CLIENT_PORT, server_port=SERVER_PORT):
    return UDP(sport=server_port, dport=client_port) / Raw(text)


def answer4(text=b"answer", pool_port=POOL_PORT, server_port=SERVER_PORT):
    return UDP(sport=server_port, dport=pool_port) / Raw(text)


class Case:
    """A folder to be: packets in and out with their times, and counters. Written when its `with` block ends.

    The pool has one port, so that it is known which one is drawn; a case that needs two has one even and one odd.
    """

    written = 0

    def __init__(self, name, about, prefixes=(PREFIX,), ports=(POOL_PORT, POOL_PORT), next_hop=True, sections="",
                 pool=""):
        self.name, self.about = name, about
        self.prefixes, self.ports, self.next_hop, self.sections = prefixes, ports, next_hop, sections
        self.pool = pool
        self.time = 0.0
        self.input, self.expected, self.counters = [], [], {}

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self.write()

    def wait(self, seconds):
        self.time += seconds

    def give(self, packet, *expected, **counts):
        """A packet that comes in, those that leave at once, and what is counted: name=1."""
        self.input.append((self.time, bytes(packet)))
        self.see(*expected, **counts)

    def see(self, *expected, **counts):
        """Packets that leave of themselves, and what is counted."""
        self.expected += [(self.time, bytes(one)) for one in expected]
        for name, value in counts.items():
            self.counters[name] = self.counters.get(name, 0) + value

    def open6(self, packet, *expected):
        """A packet from a client that makes a binding and a session."""
        self.give(packet, *expected, packets_6to4=1, bindings_created=1, sessions_created=1)

    def open_udp(self):
        """The usual binding: the client's port 50000 to the pool's 40000, by a datagram to the server's port 53."""
        self.open6(to_server6(query()), to_server4(query4()))

    def write(self):
        folder = HERE / self.name
        folder.mkdir(exist_ok=True)
        (folder / "config.yaml").write_text(self.config())
        self.write_pcap(folder / "in.pcap", self.input)
        self.write_pcap(folder / "expected.pcap", self.expected)
        (folder / "expected-counters.yaml").write_text(
            "".join(f"{name}: {value}\n" for name, value in sorted(self.counters.items())))
        Case.written += 1

    def config(self):
        prefixes = ", ".join(f'"{prefix}"' for prefix in self.prefixes)
        lines = [f"# {line}" for line in self.about.split("\n")]
        lines += [f"prefixes: [{prefixes}]", "pools:", "  - name: main", f"    prefixes: [{POOL}/32]",
                  f"    ports: {self.ports[0]}-{self.ports[1]}"]
        gateway = GATEWAY + ("    nextHop: 192.0.2.254\n" if self.next_hop else "")
        return "\n".join(lines) + "\n" + self.pool + self.sections + gateway

    @staticmethod
    def write_pcap(path, packets):
        writer = RawPcapWriter(str(path), linktype=LINKTYPE_RAW, endianness="<")
        writer.write_header(None)
        for time, packet in packets:
            writer.write_packet(packet, sec=START + int(time), usec=round(time % 1 * 1000000))
        writer.close()
