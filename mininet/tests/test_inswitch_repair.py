# SPDX-License-Identifier: Apache-2.0
"""Sessions in the switch outlive what happens to its tables, to itself and to nat64d. Disturbs all: runs late."""

import pytest

from flows import TABLE_OFFER_6TO4
from held_sessions import TcpSession, UdpSession, offload, packets_beside
from ovs import BRIDGE, dump_flows, vsctl
from process import output, wait_until
from servers import NAME, PAGE
from test_restart import start_again
from topo_single import set_up_internal_ports

MENDED_SECONDS = 15
LENGTHS_4TO6 = 33
FEWEST_STATIC_FLOWS = 4000
NOT_TRUSTED = "does not translate itself"

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def held(switch, h1):
    """A UDP session and a TCP connection that the switch translates."""
    with UdpSession(switch, h1) as datagrams, TcpSession(switch, h1) as connection:
        yield [session.into_switch() for session in (datagrams, connection)]


def delete_flows(*arguments):
    output(["ovs-ofctl", "-O", "OpenFlow13", "--timeout=4", *arguments])


def assert_goes_on(lab, sessions):
    """With the same transport addresses as before, and in the switch again."""
    wait_until(lambda: offload(lab)["state"] == "up" and lab.nat64d.health_trouble() is None, MENDED_SECONDS,
               "nat64d and the switch's translation are up")
    for session in sessions:
        pool = session.pool
        session.into_switch()
        assert session.pool == pool
    assert lab.nat64d.get("/v1/check")["good"]


def test_a_static_flow_of_the_translation_is_put_in_again(switch, held, tables):
    before = offload(switch)["mendedFlows"]
    match = f"table={tables['HOP_LIMIT']},ipv6,nw_ttl=64"
    assert len(dump_flows(match)) == 1
    delete_flows("--strict", "del-flows", BRIDGE, match + ",priority=10")
    wait_until(lambda: offload(switch)["mendedFlows"] == before + 1, MENDED_SECONDS, "one flow is mended")
    assert len(dump_flows(match)) == 1
    assert all(session.is_in() for session in held), "no session had to leave"
    assert_goes_on(switch, held)


def test_a_session_whose_rule_is_gone_leaves_and_comes_back(switch, held, tables):
    before = switch.nat64d.counters()["flows_removed_unexpectedly"]
    joins = switch.nat64d.counters()["switch_joins"]
    mine = next(flow for flow in dump_flows(f"table={tables[TABLE_OFFER_6TO4]}")
                if flow.is_translated_session and held[0].client_port in flow.ports())
    delete_flows("del-flows", BRIDGE, f"table={mine.table},cookie={mine.cookie:#x}/-1")
    wait_until(lambda: switch.nat64d.counters()["flows_removed_unexpectedly"] == before + 1, MENDED_SECONDS,
               "nat64d hears of it")
    assert_goes_on(switch, held)
    assert switch.nat64d.counters()["switch_joins"] == joins + 1, "the other session has stayed"


def test_all_flows_come_back(switch, held):
    before = offload(switch)["mendedFlows"]
    delete_flows("del-flows", BRIDGE)
    wait_until(lambda: offload(switch)["mendedFlows"] >= before + FEWEST_STATIC_FLOWS, MENDED_SECONDS,
               "the tables are mended")
    assert_goes_on(switch, held)


def reconnect(lab):
    vsctl("del-controller", BRIDGE)
    wait_until(lab.nat64d.health_trouble, 15, "nat64d sees that the switch is gone")
    lab.connect_switch()


def test_a_switch_that_refuses_the_tables_is_told_of_and_traffic_goes_on(switch, h1):
    log = switch.nat64d.daemon.log
    warned = log.read_text().count(NOT_TRUSTED)
    vsctl("--", "--id=@table", "create", "Flow_Table", "flow_limit=10", "overflow_policy=refuse", "--", "set", "bridge",
          BRIDGE, f"flow_tables:{LENGTHS_4TO6}=@table")
    try:
        reconnect(switch)
        wait_until(lambda: offload(switch)["state"] == "off", MENDED_SECONDS, "the switch is not trusted")
        assert "refuses the tables" in offload(switch)["reason"]
        lines = [line for line in log.read_text().splitlines() if NOT_TRUSTED in line]
        assert len(lines) == warned + 1
        assert "WARN" in lines[-1]
        with UdpSession(switch, h1) as session:
            before = packets_beside(switch)
            for number in range(20):
                session.exchange(b"%d" % number)
            assert packets_beside(switch) == before + 40
            assert not session.is_in()
    finally:
        vsctl("clear", "bridge", BRIDGE, "flow_tables")
    reconnect(switch)
    with UdpSession(switch, h1) as session:
        session.exchange(b"hello")
        assert_goes_on(switch, [session])


def test_sessions_go_on_over_an_orderly_restart_of_nat64d(switch, held):
    assert switch.nat64d.daemon.stop() == 0
    start_again(switch)
    assert_goes_on(switch, held)


def test_the_switch_translates_on_while_nat64d_is_gone(switch, held):
    written = switch.nat64d.counters()["snapshot_written"]
    # the snapshot after the next one was begun when the sessions were there
    wait_until(lambda: switch.nat64d.counters()["snapshot_written"] >= written + 2, 10, "a snapshot")
    switch.nat64d.kill()
    for number in range(100):
        for session in held:
            session.exchange(b"%d" % number)
    start_again(switch)
    assert_goes_on(switch, held)


def test_sessions_go_on_over_a_restart_of_the_switch(switch, held, h1):
    switch.ovs.restart_vswitchd()
    set_up_internal_ports()
    switch.nat64d.wait_up()
    assert_goes_on(switch, held)
    assert h1.output("curl", "-sS", "--max-time", "8", f"http://{NAME}/") == PAGE
