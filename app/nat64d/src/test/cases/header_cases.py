# SPDX-License-Identifier: Apache-2.0
"""Addresses (RFC 6052), headers and transports (RFC 7915, sections 4.1, 4.5, 5.1, 5.5)."""
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_LSRR, IPOption_NOP, IPOption_RR
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6ParamProblem, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, PadN)
from scapy.packet import Raw

from casefile import (CLIENT, CLIENT_PORT, GATEWAY4, GATEWAY6, POOL_PORT, SERVER, SERVER_PORT, Case, answer,
                      answer4, embed, query, query4, to_client4, to_client6, to_server4, to_server6)

# the /32 of RFC 6052's own table would cover the gateway's link
PREFIXES = {32: "2001:db7::/32", 40: "2001:db8:100::/40", 48: "2001:db8:122::/48", 56: "2001:db8:122:300::/56",
            64: "2001:db8:122:344::/64", 96: "2001:db8:122:344::/96"}


def prefix_lengths():
    for length, prefix in PREFIXES.items():
        with Case(f"rfc6052-2.2-prefix-{length}", f"An IPv4 address within a /{length}, there and back.",
                  prefixes=[prefix]) as case:
            case.open6(to_server6(query(), prefix=prefix), to_server4(query4()))
            case.give(to_client4(answer4()), to_client6(answer(), prefix=prefix), packets_4to6=1)


def two_prefixes():
    other = "2001:db8:122::/48"
    with Case("rfc6146-3.5-second-prefix", "The answer comes from the prefix that the client used.",
              prefixes=["64:ff9b:1::/96", other]) as case:
        case.open6(to_server6(query(), prefix=other), to_server4(query4()))
        case.give(to_client4(answer4()), to_client6(answer(), prefix=other), packets_4to6=1)


def well_known_prefix():
    well_known = "64:ff9b::/96"
    with Case("rfc6052-3.1-well-known-prefix", "It stands for global addresses, not for private ones.",
              prefixes=[well_known]) as case:
        private = to_server6(query(), dst="10.1.2.3", prefix=well_known)
        case.give(private, refusal6(private, ICMPv6DestUnreach(code=1)), drop_non_global_address=1, icmp_errors_sent=1)
        case.open6(to_server6(query(), dst="8.8.8.8", prefix=well_known), to_server4(query4(), dst="8.8.8.8"))
    with Case("rfc6052-3.1-well-known-prefix-permitted", "Private addresses too, where the configuration says so.",
              prefixes=[well_known], sections="translation:\n  nonGlobalInWellKnownPrefix: true\n") as case:
        case.open6(to_server6(query(), dst="10.1.2.3", prefix=well_known), to_server4(query4(), dst="10.1.2.3"))


def refusal6(packet, error):
    """The translator's own error to an IPv6 sender: as much of the packet as 1280 bytes hold (RFC 4443, 2.4 c)."""
    return IPv6(src=GATEWAY6, dst=packet.src, hlim=64) / error / Raw(bytes(packet)[:1280 - 48])


def refusal4(packet, error):
    """The translator's own error to an IPv4 sender, of up to 576 bytes (RFC 1812, 4.3.2.3, 4.3.2.5)."""
    return IP(src=GATEWAY4, dst=packet.src, ttl=64, tos=0xc0) / error / Raw(bytes(packet)[:576 - 28])


def lengths():
    for length in (0, 1, 96, 97, 1232, 1233, 1452):
        text = bytes(i * 7 & 0xff for i in range(length))
        with Case(f"rfc7915-5.1-udp-length-{length}",
                  "A UDP packet there and back: lengths, checksums, don't fragment above 1260 bytes.") as case:
            case.open6(to_server6(query(text)), to_server4(query4(text)))
            case.give(to_client4(answer4(text), flags="DF"), to_client6(answer(text)), packets_4to6=1)


def traffic_class():
    with Case("rfc7915-5.1-traffic-class", "Traffic class and type of service are copied, ECN bits with them.") as case:
        case.open6(to_server6(query(), tc=0xb9), to_server4(query4(), tos=0xb9))
        case.give(to_client4(answer4(), tos=0x2e), to_client6(answer(), tc=0x2e), packets_4to6=1)
    with Case("rfc7915-5.1-traffic-class-fixed", "Or set to what the configuration says.",
              sections="translation:\n  trafficClass6: 32\n  typeOfService4: 0\n") as case:
        case.open6(to_server6(query(), tc=0xb8), to_server4(query4(), tos=0))
        case.give(to_client4(answer4(), tos=0x2e), to_client6(answer(), tc=32), packets_4to6=1)


def dont_fragment():
    with Case("rfc7915-5.1-dont-fragment-always",
              "Don't fragment on short packets too, where the configuration says so.",
              sections="translation:\n  alwaysDontFragment: true\n") as case:
        case.open6(to_server6(query()), to_server4(query4(), df=True))


def hop_limits():
    with Case("rfc7915-5.1-hop-limit-2", "The last hop that is left is used.") as case:
        case.open6(to_server6(query(), hlim=2), to_server4(query4(), ttl=1))
        case.give(to_client4(answer4(), ttl=2), to_client6(answer(), hlim=1), packets_4to6=1)


def extension_headers():
    with Case("rfc7915-5.1-extension-headers",
              "Hop-by-hop, destination and used up routing headers are skipped.") as case:
        skipped = IPv6(src=CLIENT, dst=embed(SERVER)) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)])
        skipped = skipped / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)])
        skipped = skipped / IPv6ExtHdrRouting(addresses=["2001:db8:6::77"], segleft=0) / query()
        case.open6(skipped, to_server4(query4()))
    with Case("rfc7915-5.1-segments-left",
              "A routing header with segments left: parameter problem, pointing there.") as case:
        packet = IPv6(src=CLIENT, dst=embed(SERVER)) / IPv6ExtHdrRouting(addresses=["2001:db8:6::77"], segleft=1)
        packet = packet / query()
        # the routing header begins behind 40 bytes, its segments left field 3 bytes later
        case.give(packet, refusal6(packet, ICMPv6ParamProblem(code=0, ptr=43)), drop_segments_left=1,
                  icmp_errors_sent=1)


def options():
    with Case("rfc7915-4.1-options", "IPv4 options are ignored.") as case:
        case.open_udp()
        routed = to_client4(answer4(), options=[IPOption_NOP(), IPOption_RR(pointer=4, routers=["0.0.0.0"])])
        case.give(routed, to_client6(answer()), packets_4to6=1)
    with Case("rfc7915-4.1-source-route", "An unexpired source route: source route failed.") as case:
        case.open_udp()
        packet = to_client4(answer4(), options=[IPOption_LSRR(pointer=4, routers=["203.0.113.9"]), IPOption_NOP()])
        case.give(packet, refusal4(IP(bytes(packet)), ICMP(type=3, code=5)), drop_source_route=1, icmp_errors_sent=1)
    with Case("rfc7915-4.1-source-route-expired",
              "A source route that is through is ignored as other options.") as case:
        case.open_udp()
        # Scapy would sum up the router's address instead of the destination's, whatever the pointer says
        datagram = Raw(bytes(to_client4(answer4()))[20:])
        packet = to_client4(datagram, proto=17, options=[IPOption_LSRR(pointer=8, routers=["203.0.113.9"]),
                                                         IPOption_NOP()])
        case.give(packet, to_client6(answer()), packets_4to6=1)


def udp_checksums():
    without = UDP(sport=SERVER_PORT, dport=POOL_PORT, chksum=0) / Raw(b"answer")
    with Case("rfc7915-4.5-udp-checksum-computed", "A datagram without a checksum gets one.") as case:
        case.open_udp()
        case.give(to_client4(without), to_client6(answer()), packets_4to6=1)
    with Case("rfc7915-4.5-udp-checksum-dropped", "Or is dropped, where the configuration says so.",
              sections="translation:\n  udpZeroChecksum: drop\n") as case:
        case.open_udp()
        case.give(to_client4(without), drop_udp_checksum_zero=1)
    with Case("rfc8200-8.1-udp-checksum-zero", "From IPv6 it is dropped.") as case:
        case.give(to_server6(UDP(sport=CLIENT_PORT, dport=53, chksum=0) / Raw(b"question")), drop_udp_checksum_zero=1)
    with Case("rfc7915-5.5-wrong-checksum", "A wrong checksum stays wrong by as much: the receiver finds out.") as case:
        # the sum of the right packet plus one, on either side
        case.open6(to_server6(off_by_one(to_server6(query()))), to_server4(off_by_one(to_server4(query4()))))


def off_by_one(packet):
    right = packet.__class__(bytes(packet))[UDP]
    return UDP(sport=right.sport, dport=right.dport, chksum=right.chksum - 1) / Raw(bytes(right.payload))


def mss_clamp():
    def syn(size, **ports):
        return TCP(flags="S", seq=1, options=[("NOP", None), ("NOP", None), ("MSS", size), ("SAckOK", b"")], **ports)

    client, pool = {"sport": CLIENT_PORT, "dport": 80}, {"sport": POOL_PORT, "dport": 80}
    with Case("rfc9293-3.7.1-mss-clamp", "The MSS of a SYN is lowered to what fits into IPv6's 1500 bytes.") as case:
        case.open6(to_server6(syn(8940, **client)), to_server4(syn(1440, **pool)))
    with Case("rfc9293-3.7.1-mss-clamp-off", "Or is left alone, where the configuration says so.",
              sections="translation:\n  mssClamp: false\n") as case:
        case.open6(to_server6(syn(8940, **client)), to_server4(syn(8940, **pool)))


def malformed():
    with Case("rfc1812-5.2.2-malformed", "Packets whose headers lie are dropped, each under its counter.") as case:
        whole = bytes(to_server6(query()))
        case.give(whole[:-1], drop_truncated=1)
        case.give(whole[:39], drop_short_frame=1)
        case.give(b"", drop_truncated=1)
        case.give(b"\x50" + whole[1:], drop_bad_version=1)
        case.give(to_server6(UDP(sport=CLIENT_PORT, dport=53, len=100, chksum=1) / Raw(b"short")),
                  drop_bad_transport_length=1)
        wrong = to_client4(answer4())
        wrong.chksum = 1
        case.give(wrong, drop_bad_header_checksum=1)
        case.give(to_client4(answer4(), src="224.0.0.1"), drop_illegal_source_address=1)
        case.open_udp()


def not_for_the_translator():
    with Case("rfc6146-3.5-not-for-translator", "Packets to other prefixes and addresses are a router's.") as case:
        case.give(IPv6(src=CLIENT, dst="2001:db8:7::1") / query(), not_for_translator=1)
        case.give(to_client4(answer4(), dst="192.0.2.66"), not_for_translator=1)


CASES = [prefix_lengths, two_prefixes, well_known_prefix, lengths, traffic_class, dont_fragment, hop_limits,
         extension_headers, options, udp_checksums, mss_clamp, malformed, not_for_the_translator]
