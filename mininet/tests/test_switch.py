# SPDX-License-Identifier: Apache-2.0
"""The switch goes away and comes back. Runs last: it disturbs everything."""

from ovs import BRIDGE, dump_flows, vsctl
from process import output, wait_until
from servers import ECHO_PORTS, NAME, PAGE
from test_translation import ask


def static_flows():
    return {(flow.cookie, flow.table, flow.priority, flow.match) for flow in dump_flows() if flow.is_static}


def test_reconnected_switch_works_again(lab, h1):
    ask(h1, ECHO_PORTS[0], 42001)
    before = static_flows()
    vsctl("del-controller", BRIDGE)
    wait_until(lambda: lab.nat64d.health_trouble(), 15, "nat64d sees that the switch is gone")
    assert lab.nat64d.request("GET", "/v1/health")[0] == 503
    lab.connect_switch()
    assert static_flows() == before
    assert h1.output("curl", "-sS", "--max-time", "8", f"http://{NAME}/") == PAGE
    assert ask(h1, ECHO_PORTS[0], 42001)


def test_deleted_static_flows_are_noticed(lab):
    before = lab.nat64d.counters()["flows_removed_unexpectedly"]
    output(["ovs-ofctl", "-O", "OpenFlow13", "--timeout=4", "del-flows", BRIDGE])
    wait_until(lambda: lab.nat64d.counters()["flows_removed_unexpectedly"] > before, 10, "the counter grows")


def test_nat64d_ends_on_sigterm_and_takes_its_leave(lab, h1, h2):
    """The last router advertisement has lifetime 0 (RFC 4861 section 6.2.5): the hosts drop their default route."""
    assert h1.default_route() and h2.default_route()
    assert lab.nat64d.daemon.stop() == 0
    wait_until(lambda: not h1.default_route() and not h2.default_route(), 5, "the clients have no default route")
    assert [flow for flow in dump_flows() if flow.is_static or flow.is_session] == []
    listeners = output(["ss", "-Hltun"])
    assert ":8064" not in listeners
    assert ":6653" not in listeners
