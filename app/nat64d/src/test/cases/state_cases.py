# SPDX-License-Identifier: Apache-2.0
"""Bindings, sessions, their lifetimes and hairpinning (RFC 6146, section 3.5 and 3.8; RFC 4787)."""
from scapy.layers.inet import ICMP, TCP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest
from scapy.packet import Raw

from casefile import (CLIENT2, CLIENT_PORT, POOL, POOL_PORT, SERVER2, Case, answer, answer4, embed, query, query4,
                      to_client4, to_client6, to_server4, to_server6)
from header_cases import refusal4, refusal6

UDP_SECONDS, ICMP_SECONDS, TCP_ESTABLISHED_SECONDS, TCP_TRANSITORY_SECONDS = 300, 60, 7440, 240
EXPIRED = {"sessions_expired": 1, "bindings_removed": 1}


def udp_bindings():
    with Case("rfc6146-3.5.1-no-binding",
              "A datagram to a pool address that nobody holds is dropped silently.") as case:
        case.give(to_client4(answer4()), drop_no_binding=1)
        case.open_udp()
        case.give(to_client4(answer4(pool_port=POOL_PORT + 1)), drop_no_binding=1)
    with Case("rfc6146-3.5.1-source-in-prefix", "A loop: the source lies within the translation prefix.") as case:
        case.give(to_server6(query(), src=embed("198.51.100.7")), drop_source_in_prefix=1)
    with Case("rfc6146-3.5-no-route", "No way to the IPv4 destination: the sender is told.", next_hop=False) as case:
        packet = to_server6(query())
        case.give(packet, refusal6(packet, ICMPv6DestUnreach(code=0)), drop_no_route=1, icmp_errors_sent=1)
    with Case("rfc6146-3.5-destination-not-unicast", "IPv4 multicast and broadcast are not translated to.") as case:
        case.give(to_server6(query(), dst="224.0.0.251"), drop_destination_not_unicast=1)
        case.give(to_server6(query(), dst="255.255.255.255"), drop_destination_not_unicast=1)


def udp_lifetime():
    with Case("rfc6146-3.5.1-idle-expiry",
              "After five idle minutes the binding is gone: a late answer is dropped.") as case:
        case.open_udp()
        case.wait(UDP_SECONDS - 1)
        case.give(to_client4(answer4()), to_client6(answer()), packets_4to6=1)
        case.wait(UDP_SECONDS + 1)
        case.give(to_client4(answer4()), drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.1-idle-refreshed",
              "Every packet, of either side, keeps the session for five minutes more.") as case:
        case.open_udp()
        for _ in range(3):
            case.wait(UDP_SECONDS - 1)
            case.give(to_client4(answer4()), to_client6(answer()), packets_4to6=1)
            case.wait(UDP_SECONDS - 1)
            case.give(to_server6(query()), to_server4(query4()), packets_6to4=1)
    with Case("rfc6146-3.5.1-configured-lifetime", "The configuration may say how long.",
              sections="timers:\n  udpSeconds: 120\n") as case:
        case.open_udp()
        case.wait(121)
        case.give(to_client4(answer4()), drop_no_binding=1, **EXPIRED)


def ports():
    with Case("rfc6146-3.5.1.1-port-parity", "Even ports for even ports, odd ones for odd ones.",
              ports=(POOL_PORT, POOL_PORT + 1)) as case:
        case.open6(to_server6(query(client_port=50001)), to_server4(query4(pool_port=POOL_PORT + 1)))
        case.open6(to_server6(query(client_port=50002)), to_server4(query4(pool_port=POOL_PORT)))
    with Case("rfc6146-3.5.1.1-port-range", "Ports below 1024 for ports below 1024.", ports=(1023, 1024)) as case:
        case.open6(to_server6(query(client_port=123)), to_server4(query4(pool_port=1023)))
        case.open6(to_server6(query(client_port=50002)), to_server4(query4(pool_port=1024)))
    with Case("rfc6146-3.5.1.1-pool-exhausted", "No port is left: address unreachable; later there is one.",
              pool="    holdDownSeconds: 0\n") as case:
        case.open_udp()
        packet = to_server6(query(), src=CLIENT2)
        case.give(packet, refusal6(packet, ICMPv6DestUnreach(code=3)), drop_pool_exhausted=1, icmp_errors_sent=1)
        case.wait(UDP_SECONDS + 1)
        case.give(packet, to_server4(query4()), packets_6to4=1, bindings_created=1, sessions_created=1, **EXPIRED)
        case.give(to_client4(answer4()), to_client6(answer(), dst=CLIENT2), packets_4to6=1)
    with Case("rfc6146-5.3-session-limit", "The most sessions that are allowed are there: address unreachable.",
              sections="limits:\n  maxSessions: 1\n") as case:
        case.open_udp()
        packet = to_server6(query(), dst=SERVER2)
        case.give(packet, refusal6(packet, ICMPv6DestUnreach(code=3)), drop_session_limit=1, icmp_errors_sent=1)


def endpoint_independence():
    with Case("rfc4787-4.1-eim-two-remotes", "One client port keeps its pool port, whomever it talks to.") as case:
        case.open_udp()
        case.give(to_server6(query(), dst=SERVER2), to_server4(query4(), dst=SERVER2), packets_6to4=1,
                  sessions_created=1)
        case.give(to_server6(query(server_port=123)), to_server4(query4(server_port=123)), packets_6to4=1,
                  sessions_created=1)
    with Case("rfc4787-5-eif-stranger",
              "Whoever knows the pool port reaches the client (endpoint-independent filtering).") as case:
        case.open_udp()
        case.give(to_client4(answer4(server_port=9999), src=SERVER2), to_client6(answer(server_port=9999), src=SERVER2),
                  packets_4to6=1, sessions_created=1)


def tcp_sides(flags, seq, ack, text=b"", server_port=80):
    """A client's segment on both sides."""
    fields = {"dport": server_port, "flags": flags, "seq": seq, "ack": ack}
    return TCP(sport=CLIENT_PORT, **fields) / Raw(text), TCP(sport=POOL_PORT, **fields) / Raw(text)


def client_tcp(case, flags, seq, ack=0, text=b"", **counts):
    on6, on4 = tcp_sides(flags, seq, ack, text)
    case.give(to_server6(on6), to_server4(on4), packets_6to4=1, **counts)


def server_tcp(case, flags, seq, ack=0, text=b"", arrives=True, **counts):
    fields = {"sport": 80, "flags": flags, "seq": seq, "ack": ack}
    expected = [to_client6(TCP(dport=CLIENT_PORT, **fields) / Raw(text))] if arrives else []
    if arrives:
        counts["packets_4to6"] = 1
    case.give(to_client4(TCP(dport=POOL_PORT, **fields) / Raw(text)), *expected, **counts)


def tcp_handshake(case):
    client_tcp(case, "S", 1000, bindings_created=1, sessions_created=1)
    server_tcp(case, "SA", 5000, 1001)
    client_tcp(case, "A", 1001, 5001)


def tcp_connections():
    with Case("rfc6146-3.5.2-handshake-and-fin",
              "A connection from SYN to the last ACK; four minutes later it is gone.") as case:
        tcp_handshake(case)
        client_tcp(case, "PA", 1001, 5001, b"GET / HTTP/1.0\r\n\r\n")
        server_tcp(case, "PA", 5001, 1019, b"HTTP/1.0 204 No Content\r\n\r\n")
        server_tcp(case, "FA", 5028, 1019)
        client_tcp(case, "FA", 1019, 5029)
        server_tcp(case, "A", 5029, 1020)
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "A", 5029, 1020, arrives=False, drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.2-established-idle",
              "A connection that is silent for two hours is probed, and lives four minutes more unless something comes."
              ) as case:
        probe = to_client6(TCP(sport=80, dport=CLIENT_PORT, flags="A", seq=0, ack=0, window=0), hlim=64)
        tcp_handshake(case)
        case.wait(TCP_ESTABLISHED_SECONDS - TCP_TRANSITORY_SECONDS)
        case.see(probe, sessions_probed=1)
        case.wait(TCP_TRANSITORY_SECONDS - 16)  # a whole number of timer ticks, so that the probe's time is known
        server_tcp(case, "PA", 5001, 1001, b"still there")
        case.wait(TCP_ESTABLISHED_SECONDS - TCP_TRANSITORY_SECONDS)
        case.see(probe, sessions_probed=1)
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "PA", 5012, 1001, b"too late", arrives=False, drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.2-syn-unanswered", "A SYN without an answer is remembered for four minutes.") as case:
        client_tcp(case, "S", 1000, bindings_created=1, sessions_created=1)
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "SA", 5000, 1001, arrives=False, drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.2-reset", "After a reset four minutes are left.") as case:
        tcp_handshake(case)
        server_tcp(case, "R", 5001)
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "A", 5001, 1001, arrives=False, drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.2-reset-survived",
              "Data after a reset: it was forged, and the connection lives on.") as case:
        tcp_handshake(case)
        server_tcp(case, "R", 5001)
        client_tcp(case, "PA", 1001, 5001, b"hello")
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "A", 5001, 1006)


def tcp_closed():
    with Case("rfc6146-3.5.2.2-closed-without-syn", "A segment that opens nothing is dropped silently.") as case:
        on6, _ = tcp_sides("A", 1001, 5001)
        case.give(to_server6(on6), drop_tcp_without_syn=1)
    with Case("rfc6146-3.5.2.2-closed-binding-alone", "With a binding it goes out, but makes no session.") as case:
        client_tcp(case, "S", 1000, bindings_created=1, sessions_created=1)
        on6, on4 = tcp_sides("A", 77, 88)
        case.give(to_server6(on6, dst=SERVER2), to_server4(on4, dst=SERVER2), packets_6to4=1)
    with Case("rfc6146-3.5.2.2-closed-v4-syn",
              "A SYN from the IPv4 side: through with a binding, kept for six seconds without.") as case:
        server_tcp(case, "S", 5000, arrives=False, drop_syn_stored=1)
        client_tcp(case, "S", 1000, bindings_created=1, sessions_created=1)
        fields = {"sport": 8080, "flags": "S", "seq": 7000}
        case.give(to_client4(TCP(dport=POOL_PORT, **fields), src=SERVER2), to_client6(TCP(dport=CLIENT_PORT, **fields),
                  src=SERVER2), packets_4to6=1, sessions_created=1)
    with Case("rfc6146-3.5.2.2-stored-syn-unanswered",
              "A SYN that nobody met: port unreachable to its sender after six seconds, not before, and only once."
              ) as case:
        syn = to_client4(TCP(sport=80, dport=POOL_PORT, flags="S", seq=5000))
        case.give(syn, drop_syn_stored=1)
        case.wait(3)
        case.give(syn, drop_syn_stored=1)
        case.wait(3)
        case.see(refusal4(syn, ICMP(type=3, code=3)), icmp_errors_sent=1)
        case.wait(10)
        case.give(to_client4(answer4()), drop_no_binding=1)
    with Case("rfc6146-3.5.2.2-simultaneous-open",
              "Both ends open at once: the client's SYN meets the stored one, and the connection is established."
              ) as case:
        server_tcp(case, "S", 5000, arrives=False, drop_syn_stored=1)
        case.wait(1)
        client_tcp(case, "S", 1000, bindings_created=1, sessions_created=1)
        case.wait(TCP_TRANSITORY_SECONDS + 1)
        server_tcp(case, "SA", 5000, 1001)


def echo():
    def request(identifier, seq=1):
        return ICMP(type=8, id=identifier, seq=seq) / Raw(b"abcdefgh")

    def reply(identifier, seq=1):
        return ICMP(type=0, id=identifier, seq=seq) / Raw(b"abcdefgh")

    with Case("rfc6146-3.5.3-echo-from-6",
              "A ping to the IPv4 side and its reply; a minute later it is forgotten.") as case:
        case.open6(to_server6(ICMPv6EchoRequest(id=7, seq=1, data=b"abcdefgh")), to_server4(request(POOL_PORT)))
        case.give(to_client4(reply(POOL_PORT)), to_client6(ICMPv6EchoReply(id=7, seq=1, data=b"abcdefgh")),
                  packets_4to6=1)
        case.wait(ICMP_SECONDS + 1)
        case.give(to_client4(reply(POOL_PORT)), drop_no_binding=1, **EXPIRED)
    with Case("rfc6146-3.5.3-echo-from-4",
              "A ping to a pool address reaches the client whose identifier it names.") as case:
        case.give(to_client4(request(POOL_PORT)), drop_no_binding=1)
        case.open6(to_server6(ICMPv6EchoRequest(id=7, seq=1, data=b"abcdefgh")), to_server4(request(POOL_PORT)))
        case.give(to_client4(request(POOL_PORT, 2), src=SERVER2),
                  to_client6(ICMPv6EchoRequest(id=7, seq=2, data=b"abcdefgh"), src=SERVER2),
                  packets_4to6=1, sessions_created=1)
        case.give(to_server6(ICMPv6EchoReply(id=7, seq=2, data=b"abcdefgh"), dst=SERVER2),
                  to_server4(reply(POOL_PORT, 2), dst=SERVER2), packets_6to4=1)
    with Case("rfc6146-3.5.3-reply-without-binding", "An echo reply that nobody asked for is dropped.") as case:
        case.give(to_server6(ICMPv6EchoReply(id=7, seq=1)), drop_icmp_reply_without_binding=1)


def hairpin():
    with Case("rfc6146-3.8-hairpin", "Two clients talk through the pool, there and back, each with its pool address.",
              ports=(POOL_PORT, POOL_PORT + 1)) as case:
        case.open6(to_server6(query(client_port=50001), src=CLIENT2), to_server4(query4(pool_port=POOL_PORT + 1)))
        case.give(to_server6(query(server_port=POOL_PORT + 1), dst=POOL),
                  to_client6(answer(b"question", client_port=50001, server_port=POOL_PORT), src=POOL, dst=CLIENT2,
                             hlim=62),
                  packets_6to4=1, packets_4to6=1, packets_hairpinned=1, bindings_created=1, sessions_created=2)
        case.give(to_server6(query(b"answer", client_port=50001, server_port=POOL_PORT), src=CLIENT2, dst=POOL),
                  to_client6(answer(server_port=POOL_PORT + 1), src=POOL, hlim=62),
                  packets_6to4=1, packets_4to6=1, packets_hairpinned=1)
    with Case("rfc6146-3.8-hairpin-error", "An error between two clients: each sees the other's pool address.",
              ports=(POOL_PORT, POOL_PORT + 1)) as case:
        case.open6(to_server6(query(client_port=50001), src=CLIENT2), to_server4(query4(pool_port=POOL_PORT + 1)))
        sent = to_server6(query(server_port=POOL_PORT + 1), dst=POOL)
        came = to_client6(answer(b"question", client_port=50001, server_port=POOL_PORT), src=POOL, dst=CLIENT2, hlim=62)
        case.give(sent, came, packets_6to4=1, packets_4to6=1, packets_hairpinned=1, bindings_created=1,
                  sessions_created=2)
        sent.hlim = 62
        case.give(to_server6(ICMPv6DestUnreach(code=4) / Raw(bytes(came)), src=CLIENT2, dst=POOL),
                  to_client6(ICMPv6DestUnreach(code=4) / Raw(bytes(sent)), src=POOL, hlim=62),
                  packets_6to4=1, packets_4to6=1, packets_hairpinned=1)
    with Case("rfc6146-3.8-hairpin-no-receiver", "Nobody holds the pool port: no state is made.") as case:
        case.give(to_server6(query(server_port=POOL_PORT + 5), dst=POOL), drop_no_binding=1)


CASES = [udp_bindings, udp_lifetime, ports, endpoint_independence, tcp_connections, tcp_closed, echo, hairpin]
