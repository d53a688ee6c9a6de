# SPDX-License-Identifier: Apache-2.0
"""Writes the test vectors of the translation engine: pairs of packets that stand for one another.

Run it in the engine's folder (Debian's python3-scapy; the result is checked in and the same every time):

    /usr/bin/python3 src/test/vectors/generate.py src/test/resources/vectors

Both packets of a pair are built by Scapy from their fields, with Scapy's checksums; nothing here translates. Columns:
name, direction (6to4 or 4to6), prefix, source, destination, sourcePort, destinationPort (the outgoing tuple; of an ICMP
echo the identifier is sourcePort in 6to4 and destinationPort in 4to6, the other is 0), input, expected (both hex); of
ICMP errors also the reporter, from which the expected packet comes.
The IPv4 identification of an expected packet is free and 0 here, with the header checksum that belongs to 0.
"""
import csv
import ipaddress
import pathlib
import random
import sys

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_NOP, IPOption_RR
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6PacketTooBig,
                                ICMPv6ParamProblem, ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN)
from scapy.packet import Raw

PREFIXES = ["2001:db8::/32", "2001:db8:100::/40", "2001:db8:122::/48", "2001:db8:122:300::/56",
            "2001:db8:122:344::/64", "2001:db8:122:344::/96", "64:ff9b:1::/96"]
CLIENT6 = "2001:db8:6:0:a8bb:ccff:fedd:eeff"
POOL4 = "192.0.2.65"
SERVER4 = "198.51.100.219"
# in the order of RFC 6052, figure 1: which octet of the IPv6 address holds which octet of the IPv4 address
EMBEDDED_OCTETS = {32: (4, 5, 6, 7), 40: (5, 6, 7, 9), 48: (6, 7, 9, 10), 56: (7, 9, 10, 11), 64: (9, 10, 11, 12),
                   96: (12, 13, 14, 15)}
TCP_OPTIONS = [("MSS", 1440), ("SAckOK", b""), ("Timestamp", (123456789, 0)), ("NOP", None), ("WScale", 7)]


def embedded(prefix, address):
    """The IPv6 address that stands for an IPv4 address."""
    network = ipaddress.ip_network(prefix)
    octets = bytearray(network.network_address.packed)
    for position, octet in zip(EMBEDDED_OCTETS[network.prefixlen], ipaddress.ip_address(address).packed):
        octets[position] = octet
    return str(ipaddress.ip_address(bytes(octets)))


class Case:
    """One flow direction with its addresses and ports on both sides."""

    def __init__(self, rng, direction, prefix=PREFIXES[-1], hop_limit=64, traffic_class=0, padding=b"", df=True):
        self.rng, self.direction, self.prefix = rng, direction, prefix
        self.hop_limit, self.traffic_class, self.padding, self.df = hop_limit, traffic_class, padding, df
        self.client_port, self.pool_port = rng.randrange(1, 65536), rng.randrange(1024, 65536)
        self.server_port = rng.choice([53, 80, 443, 65535])
        self.server6 = embedded(prefix, SERVER4)

    def ports(self, version):
        near = self.client_port if version == 6 else self.pool_port
        return (near, self.server_port) if self.direction == "6to4" else (self.server_port, near)

    def identifier(self, version):
        return self.client_port if version == 6 else self.pool_port

    def header(self, version):
        """The IP header; the packet that enters has the full hop limit, the one that leaves has one less."""
        is_input = self.direction.startswith(str(version))
        hop_limit = self.hop_limit - (0 if is_input else 1)
        there, back = (CLIENT6, self.server6) if version == 6 else (POOL4, SERVER4)
        source, destination = (there, back) if self.direction == "6to4" else (back, there)
        if version == 6:
            return IPv6(src=source, dst=destination, tc=self.traffic_class, hlim=hop_limit,
                        fl=self.rng.randrange(1 << 20) if is_input else 0)
        return IP(src=source, dst=destination, tos=self.traffic_class, ttl=hop_limit,
                  id=self.rng.randrange(1 << 16) if is_input else 0, flags="DF" if is_input and self.df else 0)

    def row(self, name, packet6, packet4):
        source_packet, expected = (packet6, packet4) if self.direction == "6to4" else (packet4, packet6)
        if self.direction == "6to4" and len(bytes(packet4)) > 1260:
            packet4[IP].flags = "DF"
        out_version = 4 if self.direction == "6to4" else 6
        if packet4.haslayer(ICMP):
            identifier = self.identifier(out_version)
            ports = (identifier, 0) if self.direction == "6to4" else (0, identifier)
        else:
            ports = self.ports(out_version)
        return [f"{name} {self.direction}", self.direction, self.prefix, expected.src, expected.dst, *ports,
                (bytes(source_packet) + self.padding).hex(), bytes(expected).hex()]

    def tcp(self, name, payload=b"", flags="A", options=()):
        def packet(version):
            sport, dport = self.ports(version)
            return self.header(version) / TCP(sport=sport, dport=dport, seq=0x01020304, ack=0xfffefdfc, flags=flags,
                                              window=64240, options=list(options)) / Raw(payload)
        return self.row(name, packet(6), packet(4))

    def udp_packet(self, version, payload, **fields):
        sport, dport = self.ports(version)
        return self.header(version) / UDP(sport=sport, dport=dport, **fields) / Raw(payload)

    def udp(self, name, payload=b"", input_fields=None):
        given = {int(self.direction[0]): input_fields or {}}
        return self.row(name, self.udp_packet(6, payload, **given.get(6, {})),
                        self.udp_packet(4, payload, **given.get(4, {})))

    def payload_for_zero_sum(self, version):
        """Two bytes that make the UDP checksum of that version come out as zero, hence 0xffff on the wire."""
        packet = self.udp_packet(version, b"\0\0")
        return type(packet)(bytes(packet))[UDP].chksum.to_bytes(2, "big")

    def echo(self, name, reply=False, payload=b"", sequence=1):
        echo6 = (ICMPv6EchoReply if reply else ICMPv6EchoRequest)(id=self.identifier(6), seq=sequence, data=payload)
        echo4 = ICMP(type=0 if reply else 8, id=self.identifier(4), seq=sequence) / Raw(payload)
        return self.row(name, self.header(6) / echo6, self.header(4) / echo4)


def per_direction(rng, direction):
    """All cases of one direction."""
    def case(**fields):
        return Case(rng, direction, **fields)

    for prefix in PREFIXES:
        yield case(prefix=prefix).tcp(f"tcp {prefix}", rng.randbytes(12), "PA")
        yield case(prefix=prefix).udp(f"udp {prefix}", rng.randbytes(13))
        yield case(prefix=prefix).echo(f"echo request {prefix}", False, rng.randbytes(56))
        yield case(prefix=prefix).echo(f"echo reply {prefix}", True, rng.randbytes(57))
    for flags in ["S", "SA", "A", "PA", "FA", "R", "RA", "SEC", "U", "FSRPAUEC"]:
        yield case().tcp(f"tcp flags {flags}", b"", flags)
    yield case().tcp("tcp options", b"", "S", TCP_OPTIONS)
    yield case().tcp("tcp options and data", rng.randbytes(33), "PA", [("NOP", None), ("NOP", None),
                                                                     ("Timestamp", (1, 4294967295))])
    for length in [0, 1, 2, 7, 8, 9, 43, 44, 63, 64, 65, 255, 1000]:
        yield case().tcp(f"tcp data {length}", rng.randbytes(length), "PA")
        yield case().udp(f"udp data {length}", rng.randbytes(length))
        yield case().echo(f"echo data {length}", rng.random() < 0.5, rng.randbytes(length), rng.randrange(65536))
    for fill in [0x00, 0xff]:
        yield case().tcp(f"tcp filled with {fill:02x}", bytes([fill]) * 40)
        yield case().udp(f"udp filled with {fill:02x}", bytes([fill]) * 41)
        yield case().echo(f"echo filled with {fill:02x}", True, bytes([fill]) * 42, fill * 0x101)
    for traffic_class in [0x01, 0x02, 0x03, 0x28, 0xb8, 0xff]:
        yield case(traffic_class=traffic_class).udp(f"traffic class {traffic_class:02x}", b"tc")
    for hop_limit in [2, 3, 128, 255]:
        yield case(hop_limit=hop_limit).echo(f"hop limit {hop_limit}")
    for length4 in [1259, 1260, 1261, 1279, 1280, 1281, 1460, 1480, 1500]:
        yield case().tcp(f"tcp of {length4} bytes in IPv4", rng.randbytes(length4 - 40))
        yield case().udp(f"udp of {length4} bytes in IPv4", rng.randbytes(length4 - 28))
        yield case().echo(f"echo of {length4} bytes in IPv4", False, rng.randbytes(length4 - 28))
    for length in [1, 6, 18]:
        padded = case(padding=b"\xa5" * length)
        yield padded.tcp(f"tcp with {length} bytes of padding")
        yield padded.udp(f"udp with {length} bytes of padding", b"x")
        yield padded.echo(f"echo with {length} bytes of padding", False, b"x")
    for version in (6, 4):
        zero = case()
        yield zero.udp(f"udp whose sum is zero in IPv{version}", zero.payload_for_zero_sum(version))


def only_4to6(rng):
    """What has no counterpart the other way."""
    for length in [0, 1, 2, 511, 512, 1400]:
        yield Case(rng, "4to6").udp(f"udp without checksum, data {length}", rng.randbytes(length), {"chksum": 0})
    zero = Case(rng, "4to6")
    yield zero.udp("udp without checksum whose sum is zero in IPv6", zero.payload_for_zero_sum(6), {"chksum": 0})
    for length in [0, 100, 1000]:
        yield Case(rng, "4to6", df=False).tcp(f"tcp without DF, data {length}", rng.randbytes(length))


ROUTER6 = "2001:db8:6::1"
ROUTER4 = "203.0.113.9"
GATEWAY4 = "192.0.2.1"
# the ICMPv6 and the ICMPv4 header of errors that stand for one another (RFC 7915 4.2, 5.2)
ERRORS_4TO6 = [
    ("net unreachable", ICMPv6DestUnreach(code=0), ICMP(type=3, code=0)),
    ("host unreachable", ICMPv6DestUnreach(code=0), ICMP(type=3, code=1)),
    ("protocol unreachable", ICMPv6ParamProblem(code=1, ptr=6), ICMP(type=3, code=2)),
    ("port unreachable", ICMPv6DestUnreach(code=4), ICMP(type=3, code=3)),
    ("fragmentation needed", ICMPv6PacketTooBig(mtu=1420), ICMP(type=3, code=4, nexthopmtu=1400)),
    ("prohibited", ICMPv6DestUnreach(code=1), ICMP(type=3, code=13)),
    ("time exceeded", ICMPv6TimeExceeded(code=0), ICMP(type=11, code=0)),
    ("reassembly time exceeded", ICMPv6TimeExceeded(code=1), ICMP(type=11, code=1)),
    ("bad time to live", ICMPv6ParamProblem(code=0, ptr=7), ICMP(type=12, code=0, ptr=8)),
]
ERRORS_6TO4 = [
    ("no route", ICMPv6DestUnreach(code=0), ICMP(type=3, code=1)),
    ("prohibited", ICMPv6DestUnreach(code=1), ICMP(type=3, code=10)),
    ("address unreachable", ICMPv6DestUnreach(code=3), ICMP(type=3, code=1)),
    ("port unreachable", ICMPv6DestUnreach(code=4), ICMP(type=3, code=3)),
    ("packet too big", ICMPv6PacketTooBig(mtu=1400), ICMP(type=3, code=4, nexthopmtu=1380)),
    ("hop limit exceeded", ICMPv6TimeExceeded(code=0), ICMP(type=11, code=0)),
    ("bad payload length", ICMPv6ParamProblem(code=0, ptr=4), ICMP(type=12, code=0, ptr=2)),
    ("unknown next header", ICMPv6ParamProblem(code=1, ptr=40), ICMP(type=3, code=2)),
]


class ErrorCase(Case):
    """An ICMP error about a packet that went the other way; the tuple's source is the packet's destination."""

    def quoted(self, version, transport):
        """The packet in error, as it was on either side: its hop limit is the same, it is not an input."""
        sport, dport = reversed(self.ports(version))
        near, far = (CLIENT6, self.server6) if version == 6 else (POOL4, SERVER4)
        source, destination = (far, near) if self.direction == "6to4" else (near, far)
        if version == 6:
            header = IPv6(src=source, dst=destination, hlim=1)
        else:
            header = IP(src=source, dst=destination, ttl=1, id=0, flags=0)
        if transport == "echo":
            echo = ICMPv6EchoRequest if version == 6 else ICMP
            return header / echo(id=self.identifier(version), seq=3) / Raw(b"echo")
        return header / transport(sport=sport, dport=dport) / Raw(b"quoted data")

    def error(self, name, icmp6, icmp4, transport, shown):
        packets = []
        for version, icmp in ((6, icmp6), (4, icmp4)):
            header = self.header(version)
            is_input = self.direction.startswith(str(version))
            if self.direction == "6to4":
                header.src = ROUTER6 if is_input else GATEWAY4
            else:
                header.src = ROUTER4 if is_input else embedded(self.prefix, ROUTER4)
            quoted = bytes(self.quoted(version, transport))
            packets.append(header / icmp.copy() / Raw(quoted[:(40 if version == 6 else 20) + shown]))
        source_packet, expected = packets if self.direction == "6to4" else reversed(packets)
        out_version = 4 if self.direction == "6to4" else 6
        ports = [self.identifier(out_version)] * 2 if transport == "echo" else self.ports(out_version)
        tuple_source = (POOL4 if out_version == 4 else self.server6)
        row = [f"{name} {self.direction}", self.direction, self.prefix, tuple_source, expected.dst, *ports,
               bytes(source_packet).hex(), bytes(expected).hex()]
        return row + [expected.src]


def errors(rng):
    """ICMP errors of both directions, about TCP, UDP and echo, quoted in full or in part."""
    for direction, table in (("4to6", ERRORS_4TO6), ("6to4", ERRORS_6TO4)):
        for name, icmp6, icmp4 in table:
            for transport in (TCP, UDP, "echo"):
                for shown in (8, 21, 100):
                    label = transport if transport == "echo" else transport.__name__.lower()
                    yield ErrorCase(rng, direction).error(f"{name}, {label}, {shown} bytes", icmp6, icmp4, transport,
                                                          shown)
        for prefix in PREFIXES:
            name, icmp6, icmp4 = table[0]
            yield ErrorCase(rng, direction, prefix=prefix).error(f"{name} {prefix}", icmp6, icmp4, UDP, 100)


def options_and_extension_headers(rng):
    """What is skipped: IPv4 options, IPv6 extension headers; and atomic fragments, which IPv4 has no header for."""
    chains = {"hop-by-hop": IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]),
              "destination options": IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)]),
              "spent routing header": IPv6ExtHdrRouting(segleft=0),
              "hop-by-hop and destination options": IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt(),
              "atomic fragment": IPv6ExtHdrFragment(offset=0, m=0, id=0)}
    for name, chain in chains.items():
        case = Case(rng, "6to4")
        sport, dport = case.ports(6)
        upper = UDP(sport=sport, dport=dport) / Raw(b"behind extension headers")
        packet4 = case.udp_packet(4, b"behind extension headers")
        yield case.row(name, case.header(6) / chain / upper, packet4)
    for options in ([IPOption_NOP()] * 4, [IPOption_RR(routers=["203.0.113.1", "203.0.113.2"])]):
        case = Case(rng, "4to6")
        packet4 = case.udp_packet(4, b"behind options")
        packet4[IP].options = options
        yield case.row(f"options {len(bytes(packet4)) - 42}", case.udp_packet(6, b"behind options"), packet4)


def all_zero_replies(rng):
    """Echo replies of which only the checksum is set on the IPv4 side."""
    for direction in ("6to4", "4to6"):
        case = Case(rng, direction)
        case.pool_port = 0
        for length in [0, 1, 64]:
            yield case.echo(f"all-zero echo reply, data {length}", True, bytes(length), 0)


def main():
    rng = random.Random(7915)
    folder = pathlib.Path(sys.argv[1])
    files = {"6to4.csv": list(per_direction(rng, "6to4")),
             "4to6.csv": list(per_direction(rng, "4to6")) + list(only_4to6(rng)),
             "all-zero-replies.csv": list(all_zero_replies(rng)),
             "skipped-headers.csv": list(options_and_extension_headers(rng)),
             "icmp-errors.csv": list(errors(rng))}
    for name, rows in files.items():
        with open(folder / name, "w", newline="", encoding="ascii") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(["name", "direction", "prefix", "source", "destination", "sourcePort", "destinationPort",
                             "input", "expected"] + (["reporter"] if name == "icmp-errors.csv" else []))
            writer.writerows(rows)


if __name__ == "__main__":
    main()
