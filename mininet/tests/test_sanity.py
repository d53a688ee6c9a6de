# SPDX-License-Identifier: Apache-2.0
"""Whether the lab is fit for the other tests. A failure here ends the session."""

from guard import Guard
from ovs import dump_flows
from servers import NAME, PAGE


def test_everything_runs(lab):
    guard = Guard(lab)
    guard.arm()
    guard.check()


def test_clients_have_only_ipv6_and_by_router_advertisement(lab):
    for client in lab.clients:
        assert client.addresses("4") == []
        assert client.global_address().startswith("2001:db8:6:")
        assert client.default_route()["protocol"] == "ra"


def test_all_four_tables_have_static_flows(tables):
    filled = {flow.table for flow in dump_flows() if flow.is_static}
    assert {tables[name] for name in ("CLASSIFY", "SESSION_6TO4", "SESSION_4TO6", "FORWARD")} <= filled


def test_page_by_name(h1):
    assert h1.output("curl", "-sS", "--max-time", "8", f"http://{NAME}/") == PAGE
