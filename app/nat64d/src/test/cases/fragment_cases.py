# SPDX-License-Identifier: Apache-2.0
"""Fragments (RFC 6146, section 3.4; RFC 7915, sections 4.1 and 5.1.1)."""
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6, IPv6ExtHdrFragment
from scapy.packet import Raw

from casefile import (CLIENT, CLIENT2, POOL, POOL_PORT, SERVER, Case, answer, answer4, embed, query, query4, to_client4,
                      to_client6, to_server4, to_server6)

UDP, ICMP4, ICMP6 = 17, 1, 58
BIG = bytes(i * 11 & 0xff for i in range(3000))
ID = 0xabcd1234


def cut(data, size):
    """Pieces with their offsets and whether more follow."""
    return [(at, data[at:at + size], at + size < len(data)) for at in range(0, len(data), size)]


def fragments6(packet, size, protocol=UDP, identification=ID):
    """Of an IPv6 packet without extension headers."""
    whole = bytes(packet)[40:]
    return [IPv6(src=packet.src, dst=packet.dst, hlim=packet.hlim)
            / IPv6ExtHdrFragment(nh=protocol, offset=at // 8, m=int(more), id=identification) / Raw(piece)
            for at, piece, more in cut(whole, size)]


def fragments4(packet, size, protocol=UDP, identification=ID & 0xffff):
    """Of an IPv4 packet without options."""
    whole = bytes(packet)[20:]
    return [IP(src=packet.src, dst=packet.dst, ttl=packet.ttl, id=identification, proto=protocol,
               flags="MF" if more else 0, frag=at // 8) / Raw(piece) for at, piece, more in cut(whole, size)]


def opened_by(case, fragments, expected):
    """Fragments that go on one by one, the first of which makes the binding."""
    for i, (fragment, out) in enumerate(zip(fragments, expected)):
        opens = int(i == 0)
        case.give(fragment, out, packets_6to4=1, bindings_created=opens, sessions_created=opens)


def in_order():
    from6 = fragments6(to_server6(query(BIG)), 1200)
    to4 = fragments4(to_server4(query4(BIG)), 1200)
    with Case("rfc7915-5.1.1-fragments",
              "Three fragments: each goes on as it comes, the identification's low half with it.") as case:
        opened_by(case, from6, to4)
    with Case("rfc7915-4.1-fragments", "Three fragments from the IPv4 side: offsets and identification stay.") as case:
        case.open_udp()
        from4 = fragments4(to_client4(answer4(BIG)), 1200, identification=0x4321)
        to6 = fragments6(to_client6(answer(BIG)), 1200, identification=0x4321)
        for fragment, out in zip(from4, to6):
            case.give(fragment, out, packets_4to6=1)
    with Case("rfc6146-3.4-fragments-out-of-order",
              "Later fragments wait for the first, which tells the ports.") as case:
        case.give(from6[2])
        case.wait(0.5)
        case.give(from6[1])
        case.wait(0.5)
        case.give(from6[0], to4[0], to4[2], to4[1], packets_6to4=3, bindings_created=1, sessions_created=1)


def refused():
    from6 = fragments6(to_server6(query(BIG)), 1200)
    to4 = fragments4(to_server4(query4(BIG)), 1200)
    with Case("rfc6146-3.4-fragments-timeout",
              "The first fragment does not come within two seconds: forgotten.") as case:
        case.give(from6[1])
        case.give(from6[2])
        case.wait(2.5)
        case.give(from6[0], to4[0], drop_fragment_timeout=2, packets_6to4=1, bindings_created=1, sessions_created=1)
    with Case("rfc5722-4-fragments-overlap", "Fragments that overlap: what is still to come is refused.") as case:
        case.give(from6[0], to4[0], packets_6to4=1, bindings_created=1, sessions_created=1)
        overlapping = from6[1].copy()
        overlapping[IPv6ExtHdrFragment].offset -= 1
        case.give(overlapping, drop_fragment_overlap=1)
        case.give(from6[2], drop_fragment_overlap=1)


def atomic():
    with Case("rfc7915-5.1.1-atomic-fragment",
              "A fragment header around a whole packet: don't fragment is clear.") as case:
        case.open6(fragments6(to_server6(query()), 1200)[0], fragments4(to_server4(query4()), 1200)[0])


def cut_by_the_translator():
    with Case("rfc7915-4.1-cut-at-lowest-mtu", "1400 bytes without don't fragment: cut to fragments of 1280.") as case:
        case.open_udp()
        text = BIG[:1372]
        whole = to_client6(answer(text))
        case.give(to_client4(answer4(text)), *fragments6(whole, 1232, identification=0x1234), packets_4to6=1)
        case.give(to_client4(answer4(text), flags="DF"), whole, packets_4to6=1)
    with Case("rfc7915-5.1-cut-at-mtu4",
              "1280 bytes don't fit into the IPv4 side's 1000: cut, two packets with an id each.",
              sections="translation:\n  mtu4: 1000\n") as case:
        text = BIG[:1232]
        for i, identification in enumerate((100, 200)):
            opens = int(i == 0)
            to4 = fragments4(to_server4(query4(text)), 976, identification=identification)
            case.give(to_server6(query(text)), *to4,
                      packets_6to4=1, bindings_created=opens, sessions_created=opens)


def echo():
    with Case("rfc6146-3.4-fragmented-echo",
              "A big ping waits for all its fragments: ICMPv6's checksum wants its length.") as case:
        text = BIG[:2000]
        from6 = fragments6(to_server6(ICMPv6EchoRequest(id=7, seq=1, data=text)), 1200, protocol=ICMP6)
        to4 = fragments4(to_server4(ICMP(type=8, id=POOL_PORT, seq=1) / Raw(text)), 1200, protocol=ICMP4)
        case.give(from6[0])
        case.give(from6[1], *to4, packets_6to4=2, bindings_created=1, sessions_created=1)
    with Case("rfc6146-3.4-fragmented-udp-without-checksum",
              "So does a datagram without a checksum: one is made of all of it.") as case:
        case.open_udp()
        without = answer4(BIG)
        without.chksum = 0
        from4 = fragments4(to_client4(without), 1600, identification=0x4321)
        to6 = fragments6(to_client6(answer(BIG)), 1600, identification=0x4321)
        case.give(from4[0])
        # the lowest IPv6 MTU has room for 1232 bytes of each
        pieces = [one for start, piece, more in cut(bytes(to_client6(answer(BIG)))[40:], 1600)
                  for one in recut(start, piece, more)]
        case.give(from4[1], *pieces, packets_4to6=2)


def hairpin():
    with Case("rfc6146-3.8-hairpin-fragments", "Fragments between two clients: half of the identification is left.",
              ports=(POOL_PORT, POOL_PORT + 1)) as case:
        case.open6(to_server6(query(client_port=50001), src=CLIENT2), to_server4(query4(pool_port=POOL_PORT + 1)))
        sent = fragments6(to_server6(query(BIG, server_port=POOL_PORT + 1), dst=POOL), 1200)
        came = to_client6(answer(BIG, client_port=50001, server_port=POOL_PORT), src=POOL, dst=CLIENT2, hlim=62)
        came = fragments6(came, 1200, identification=ID & 0xffff)
        for i, (fragment, out) in enumerate(zip(sent, came)):
            case.give(fragment, out, packets_6to4=1, packets_4to6=1, packets_hairpinned=1,
                      bindings_created=int(i == 0), sessions_created=2 * int(i == 0))


def recut(start, piece, more_follow):
    return [IPv6(src=embed(SERVER), dst=CLIENT, hlim=63)
            / IPv6ExtHdrFragment(nh=UDP, offset=(start + at) // 8, m=int(more or more_follow), id=0x4321) / Raw(part)
            for at, part, more in cut(piece, 1232)]


CASES = [in_order, refused, atomic, cut_by_the_translator, echo, hairpin]
