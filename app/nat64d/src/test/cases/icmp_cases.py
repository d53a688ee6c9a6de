# SPDX-License-Identifier: Apache-2.0
"""ICMP errors: translated (RFC 7915, sections 4.2, 4.3, 5.2, 5.3) and of the translator's own (4.4, 5.4)."""
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6EchoRequest, ICMPv6MLReport, ICMPv6PacketTooBig,
                                ICMPv6ParamProblem, ICMPv6TimeExceeded, IPv6)
from scapy.packet import Raw

from casefile import (POOL, POOL_PORT, SERVER, Case, answer, answer4, query, query4, to_client4,
                      to_client6, to_server4, to_server6)
from header_cases import refusal4, refusal6

ROUTER4, ROUTER6 = "203.0.113.7", "2001:db8:6::77"
SCTP = 132


def own_errors():
    with Case("rfc7915-5.1-hop-limit-1", "The hop limit ends here: time exceeded, and no state.") as case:
        for hop_limit in (1, 0):
            packet = to_server6(query(), hlim=hop_limit)
            case.give(packet, refusal6(packet, ICMPv6TimeExceeded()), drop_hop_limit_exceeded=1, icmp_errors_sent=1)
    with Case("rfc7915-4.1-ttl-1", "The time to live ends here: time exceeded.") as case:
        case.open_udp()
        packet = to_client4(answer4(), ttl=1)
        case.give(packet, refusal4(packet, ICMP(type=11, code=0)), drop_hop_limit_exceeded=1, icmp_errors_sent=1)
    with Case("rfc6146-3.4-unknown-protocol", "Neither TCP, UDP nor ICMP: the sender is told, on both sides.") as case:
        packet6 = to_server6(Raw(b"\0" * 16))
        packet6.nh = SCTP
        case.give(packet6, refusal6(packet6, ICMPv6DestUnreach(code=4)), drop_unknown_transport=1, icmp_errors_sent=1)
        packet4 = to_client4(Raw(b"\0" * 16), proto=SCTP)
        case.give(packet4, refusal4(packet4, ICMP(type=3, code=2)), drop_unknown_transport=1, icmp_errors_sent=1)
    with Case("rfc7915-4.1-packet-too-big",
              "1500 bytes with don't fragment become 1520: fragmentation needed, 1480.") as case:
        case.open_udp()
        packet = to_client4(answer4(b"x" * 1472), flags="DF")
        case.give(packet, refusal4(packet, ICMP(type=3, code=4, nexthopmtu=1480)), drop_packet_too_big=1,
                  icmp_errors_sent=1)
        case.give(to_client4(answer4(b"x" * 1452), flags="DF"), to_client6(answer(b"x" * 1452)), packets_4to6=1)
    with Case("rfc7915-5.1-packet-too-big",
              "1500 bytes become 1480, but the IPv4 side takes 1400: packet too big, 1420.",
              sections="translation:\n  mtu4: 1400\n") as case:
        packet = to_server6(query(b"x" * 1452))
        # the binding stands already when the packet's length is looked at
        case.give(packet, refusal6(packet, ICMPv6PacketTooBig(mtu=1420)), drop_packet_too_big=1, icmp_errors_sent=1,
                  bindings_created=1, sessions_created=1)
        case.give(to_server6(query(b"x" * 1372)), to_server4(query4(b"x" * 1372)), packets_6to4=1)


def no_errors_about():
    with Case("rfc4443-2.4-no-error-about-error",
              "No error is sent about an error, nor to a multicast source.") as case:
        error = to_server6(ICMPv6DestUnreach(code=4) / Raw(bytes(to_client6(answer()))), hlim=1)
        case.give(error, drop_hop_limit_exceeded=1, icmp_errors_withheld=1)
        error4 = to_client4(ICMP(type=3, code=3) / Raw(bytes(to_server4(query4()))), ttl=1)
        case.give(error4, drop_hop_limit_exceeded=1, icmp_errors_withheld=1)
    with Case("rfc7915-4.4-rate-limit", "A hundred errors at once, no more; a second later there are others.") as case:
        packet = to_server6(query(), hlim=1)
        told = refusal6(packet, ICMPv6TimeExceeded())
        for _ in range(100):
            case.give(packet, told, drop_hop_limit_exceeded=1, icmp_errors_sent=1)
        case.give(packet, drop_hop_limit_exceeded=1, icmp_errors_withheld=1)
        case.wait(1)
        case.give(packet, told, drop_hop_limit_exceeded=1, icmp_errors_sent=1)


def not_translated():
    with Case("rfc7915-5.2-type-not-translated", "Types that have no counterpart are dropped silently.") as case:
        case.give(to_server6(ICMPv6MLReport()), drop_icmp_type_not_translated=1)
        case.give(to_client4(ICMP(type=13, id=POOL_PORT, seq=1, ts_ori=0, ts_rx=0, ts_tx=0)),
                  drop_icmp_type_not_translated=1)


def errors_from_4():
    table = [("host-unreachable", {"type": 3, "code": 1}, ICMPv6DestUnreach(code=0)),
             ("port-unreachable", {"type": 3, "code": 3}, ICMPv6DestUnreach(code=4)),
             ("prohibited", {"type": 3, "code": 13}, ICMPv6DestUnreach(code=1)),
             ("protocol-unreachable", {"type": 3, "code": 2}, ICMPv6ParamProblem(code=1, ptr=6)),
             ("fragmentation-needed", {"type": 3, "code": 4, "nexthopmtu": 1400}, ICMPv6PacketTooBig(mtu=1420)),
             ("fragmentation-needed-576", {"type": 3, "code": 4, "nexthopmtu": 576}, ICMPv6PacketTooBig(mtu=1280)),
             ("time-exceeded", {"type": 11, "code": 0}, ICMPv6TimeExceeded(code=0)),
             ("parameter-problem", {"type": 12, "code": 0, "ptr": 8}, ICMPv6ParamProblem(code=0, ptr=7))]
    for name, error4, error6 in table:
        with Case(f"rfc7915-4.2-{name}", "From an IPv4 router to the client, with the packet it is about.") as case:
            case.open_udp()
            about4 = to_server4(query4(), ttl=60)
            about6 = to_server6(query(), hlim=60)
            case.give(to_client4(ICMP(**error4) / Raw(bytes(about4)), src=ROUTER4),
                      to_client6(error6 / Raw(bytes(about6)), src=ROUTER4), packets_4to6=1)
    with Case("rfc7915-4.3-tcp-cut-short",
              "Of a TCP segment eight bytes came along: ports and sequence number.") as case:
        fields = {"dport": 80, "flags": "S", "seq": 1000}
        sides = TCP(sport=50000, **fields), TCP(sport=POOL_PORT, **fields)
        case.open6(to_server6(sides[0]), to_server4(sides[1]))
        about4, about6 = bytes(to_server4(sides[1], ttl=60)), bytes(to_server6(sides[0], hlim=60))
        case.give(to_client4(ICMP(type=3, code=1) / Raw(about4[:28]), src=ROUTER4),
                  to_client6(ICMPv6DestUnreach(code=0) / Raw(about6[:48]), src=ROUTER4), packets_4to6=1)
    with Case("rfc6146-3.5-error-without-binding",
              "An error about a packet that no binding stands for is dropped.") as case:
        about = to_server4(query4())
        case.give(to_client4(ICMP(type=3, code=1) / Raw(bytes(about)), src=ROUTER4), drop_no_binding=1)
    with Case("rfc6146-3.5-error-keeps-no-session", "An error does not make a session live longer.") as case:
        case.open_udp()
        case.wait(200)
        case.give(to_client4(ICMP(type=3, code=1) / Raw(bytes(to_server4(query4()))), src=ROUTER4),
                  to_client6(ICMPv6DestUnreach(code=0) / Raw(bytes(to_server6(query(), hlim=63))), src=ROUTER4),
                  packets_4to6=1)
        case.wait(101)
        case.give(to_client4(answer4()), drop_no_binding=1, sessions_expired=1, bindings_removed=1)


def errors_refused():
    about = bytes(to_server4(query4()))
    with Case("rfc6146-3.4-errors-refused", "Errors that can't be trusted or told whom they are for.") as case:
        case.open_udp()
        case.give(to_client4(ICMP(type=3, code=1, chksum=0x1234) / Raw(about), src=ROUTER4), drop_icmp_checksum=1)
        about_error = bytes(to_server4(ICMP(type=3, code=1) / Raw(about)))
        case.give(to_client4(ICMP(type=3, code=1) / Raw(about_error), src=ROUTER4), drop_icmp_error_about_error=1)
        case.give(to_client4(ICMP(type=3, code=1) / Raw(about[:22]), src=ROUTER4), drop_icmp_error_without_tuple=1)
        from_another = bytes(to_server4(query4(), src="192.0.2.77"))
        case.give(to_client4(ICMP(type=3, code=1) / Raw(from_another), src=ROUTER4), drop_icmp_error_misdirected=1)


def error_in_second_prefix():
    other = "2001:db8:122::/48"
    with Case("rfc6146-3.6.2-error-in-second-prefix", "An error stays in the prefix that the session used.",
              prefixes=["64:ff9b:1::/96", other]) as case:
        case.open6(to_server6(query(), prefix=other), to_server4(query4()))
        about4, about6 = to_server4(query4(), ttl=60), to_server6(query(), prefix=other, hlim=60)
        case.give(to_client4(ICMP(type=11, code=0) / Raw(bytes(about4)), src=ROUTER4),
                  to_client6(ICMPv6TimeExceeded() / Raw(bytes(about6)), src=ROUTER4, prefix=other), packets_4to6=1)


def extensions():
    # version 2, checksum left out; one MPLS label stack entry (RFC 4950)
    extension = bytes.fromhex("20000000" "00080101" "00010140")
    with Case("rfc4884-5.1-extension", "An extension behind the packet stays; its length is in units of 8.") as case:
        text = bytes(range(100))
        case.open6(to_server6(query(text)), to_server4(query4(text)))
        about4, about6 = bytes(to_server4(query4(text), ttl=1)), bytes(to_server6(query(text), hlim=1))
        # 128 bytes of IPv4 are 148 of IPv6, filled up to 152
        case.give(to_client4(ICMP(type=11, code=0, length=32) / Raw(about4 + extension), src=ROUTER4),
                  to_client6(ICMPv6TimeExceeded(length=19) / Raw(about6 + b"\0" * 4 + extension), src=ROUTER4),
                  packets_4to6=1)


def errors_from_6():
    table = [("no-route", ICMPv6DestUnreach(code=0), {"type": 3, "code": 1}),
             ("prohibited", ICMPv6DestUnreach(code=1), {"type": 3, "code": 10}),
             ("address-unreachable", ICMPv6DestUnreach(code=3), {"type": 3, "code": 1}),
             ("port-unreachable", ICMPv6DestUnreach(code=4), {"type": 3, "code": 3}),
             ("packet-too-big", ICMPv6PacketTooBig(mtu=1300), {"type": 3, "code": 4, "nexthopmtu": 1280}),
             ("time-exceeded", ICMPv6TimeExceeded(code=0), {"type": 11, "code": 0}),
             ("unknown-next-header", ICMPv6ParamProblem(code=1, ptr=6), {"type": 3, "code": 2}),
             ("parameter-problem", ICMPv6ParamProblem(code=0, ptr=7), {"type": 12, "code": 0, "ptr": 8})]
    for name, error6, error4 in table:
        with Case(f"rfc7915-5.2-{name}", "From an IPv6 router to the server; it comes from the pool address.") as case:
            case.open_udp()
            about6 = to_client6(answer(), hlim=60)
            about4 = IP(src=SERVER, dst=POOL, ttl=60, id=0) / answer4()
            case.give(to_server6(error6 / Raw(bytes(about6)), src=ROUTER6),
                      to_server4(ICMP(**error4) / Raw(bytes(about4))), packets_6to4=1)


def traceroute():
    with Case("rfc7915-4.2-traceroute",
              "Each hop shows: the translator itself, then the IPv4 routers, then the server.") as case:
        def probe(hop):
            return {"text": b"probe", "server_port": 33433 + hop}

        first = to_server6(query(**probe(1)), hlim=1)
        case.give(first, refusal6(first, ICMPv6TimeExceeded()), drop_hop_limit_exceeded=1, icmp_errors_sent=1)
        for hop, router, error4, error6 in (
                (2, ROUTER4, ICMP(type=11, code=0), ICMPv6TimeExceeded()),
                (3, "203.0.113.8", ICMP(type=11, code=0), ICMPv6TimeExceeded()),
                (4, SERVER, ICMP(type=3, code=3), ICMPv6DestUnreach(code=4))):
            counts = {"packets_6to4": 1, "sessions_created": 1, "bindings_created": 1 if hop == 2 else 0}
            case.give(to_server6(query(**probe(hop)), hlim=hop), to_server4(query4(**probe(hop)), ttl=hop - 1),
                      **counts)
            case.give(to_client4(error4 / Raw(bytes(to_server4(query4(**probe(hop)), ttl=1))), src=router),
                      to_client6(error6 / Raw(bytes(to_server6(query(**probe(hop)), hlim=1))), src=router),
                      packets_4to6=1)


def errors_about_echo():
    with Case("rfc7915-4.2-about-echo", "The identifier within an error about a ping is the client's again.") as case:
        case.open6(to_server6(ICMPv6EchoRequest(id=7, seq=1, data=b"abcdefgh")),
                   to_server4(ICMP(type=8, id=POOL_PORT, seq=1) / Raw(b"abcdefgh")))
        about4 = to_server4(ICMP(type=8, id=POOL_PORT, seq=1) / Raw(b"abcdefgh"), ttl=1)
        about6 = to_server6(ICMPv6EchoRequest(id=7, seq=1, data=b"abcdefgh"), hlim=1)
        case.give(to_client4(ICMP(type=11, code=0) / Raw(bytes(about4)), src=ROUTER4),
                  to_client6(ICMPv6TimeExceeded() / Raw(bytes(about6)), src=ROUTER4), packets_4to6=1)


CASES = [own_errors, no_errors_about, not_translated, errors_from_4, errors_refused, error_in_second_prefix, extensions,
         errors_from_6, traceroute, errors_about_echo]
