# SPDX-License-Identifier: Apache-2.0
"""Which sessions the switch translates, by configuration, rules and room; changed while packets flow."""

import os
import signal

from process import wait_until
from held_sessions import UdpSession, offload, packets_beside

# An id's bits above these tell the shard, each of which has its part of offload.maxSessions.
SHARD_SHIFT = 47
AFTER_PACKETS = 20


def reload_by_signal(lab, text):
    """Adds to the configuration."""
    lab.nat64d.config_file.write_text(lab.nat64d.config_file.read_text() + text)
    os.kill(lab.nat64d.daemon.pid, signal.SIGHUP)


def test_never_takes_all_out_and_leaves_them_alive(switch, configure, h1):
    with UdpSession(switch, h1) as one, UdpSession(switch, h1) as other:
        for session in (one, other):
            session.into_switch()
        reload_by_signal(switch, "offload:\n  when: never\n")
        wait_until(lambda: offload(switch)["state"] == "off", 5, "the switch doesn't translate any more")
        assert offload(switch)["reason"] == "offload.when is never"
        wait_until(lambda: not one.is_in() and not other.is_in(), 5, "both have left")
        for session in (one, other):
            pool, before = session.pool, packets_beside(switch)
            for number in range(20):
                session.exchange(b"%d" % number)
            assert packets_beside(switch) == before + 40
            assert session.pool == pool, "the binding is the same"
            assert session.session()["offload"] == "OUT"


def test_after_n_counts_the_packets_of_both_ways(switch, configure, h1):
    status, body = configure(new=f"offload:\n  when: after {AFTER_PACKETS}\n")
    assert status == 200, body
    wait_until(lambda: offload(switch)["when"] == f"after {AFTER_PACKETS}" and offload(switch)["state"] == "up", 10,
               "the new configuration")
    with UdpSession(switch, h1) as session:
        for number in range(AFTER_PACKETS // 2 - 1):
            session.exchange(b"%d" % number)
        assert session.session()["packets6to4"] + session.session()["packets4to6"] == AFTER_PACKETS - 2
        assert session.session()["offload"] == "OUT"
        session.exchange(b"the last that go beside")
        session.into_switch()


def test_a_rule_keeps_its_sessions_out(switch, configure, h1):
    with UdpSession(switch, h1) as kept_out, UdpSession(switch, h1) as other:
        status, body = configure(new=f"rules:\n  - nat64 proto udp from any to any port {kept_out.port} -> pool main"
                                     " offload never\n  - nat64 from any to any -> pool main\n")
        assert status == 200, body
        other.into_switch()
        before = packets_beside(switch)
        for number in range(50):
            kept_out.exchange(b"%d" % number)
        assert packets_beside(switch) == before + 100
        assert not kept_out.is_in()
        assert other.is_in()


def test_the_least_active_session_makes_room(switch, configure, h1):
    """Three sessions of one shard that has room for one, and one that is busier than the others."""
    status, body = configure(new="offload:\n  maxSessions: 2\n")
    assert status == 200, body
    wait_until(lambda: offload(switch)["maxSessions"] == 2 and offload(switch)["state"] == "up", 10,
               "the new configuration")
    evictions = switch.nat64d.counters()["switch_evictions"]
    sessions = of_one_shard(switch, h1, 3)
    try:
        sessions[0].into_switch()
        turn = 0

        def busiest_is_in():
            nonlocal turn
            turn += 1
            for session, every in zip(sessions, (20, 10, 1)):
                if turn % every == 0:
                    session.exchange(b"%d" % turn)
            return turn % 20 == 0 and sessions[2].is_in()

        wait_until(busiest_is_in, 30, "the busiest session is in the switch", every_seconds=0.005)
        wait_until(lambda: not sessions[0].is_in(), 2, "the least active one has left")
        assert not sessions[1].is_in()
        assert offload(switch)["sessions"] == 1
        assert switch.nat64d.counters()["switch_evictions"] > evictions
        for session in sessions:
            session.exchange(b"all live on")
    finally:
        for session in sessions:
            session.close()


def of_one_shard(lab, client, count):
    """Sessions that one shard has."""
    found = []
    while len(found) < count:
        session = UdpSession(lab, client)
        session.exchange(b"whose am I?")
        if session.session()["id"] >> SHARD_SHIFT == 0:
            found.append(session)
        else:
            session.close()
    return found
