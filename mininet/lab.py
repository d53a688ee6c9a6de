# SPDX-License-Identifier: Apache-2.0
"""The whole lab of one run: private switch, hosts, servers, nat64d. To be used inside the run's namespace."""

from pathlib import Path

import nat64d
from ovs import OpenVSwitch, set_controller
from process import wait_until
from servers import start_nsd, start_web
from topo_single import build

ZONES = Path(__file__).resolve().parent / "zones"


class Lab:
    """start() builds it; nothing is taken down here: the end of the run removes its processes and its namespace."""

    def __init__(self, run, timers=None, extra_zones=()):
        self.run = run
        self.ovs = OpenVSwitch(run)
        self.nat64d = nat64d.Nat64d(run.directory, timers)
        self.net = None
        self._zones = [*sorted(ZONES.glob("*.zone")), *extra_zones]
        self._servers = []

    def __getitem__(self, host_name):
        return self.net[host_name]

    @property
    def clients(self):
        """The IPv6-only hosts."""
        return [self.net["h1"], self.net["h2"]]

    @property
    def daemons(self):
        """All daemons started so far."""
        return [*self.ovs.daemons, *self._servers, *([self.nat64d.daemon] if self.nat64d.daemon else [])]

    def start(self):
        """Builds and starts everything and plugs the clients in; they have no address yet."""
        self.ovs.start()
        self.net = build(self.run.directory)
        self._servers.append(start_nsd(self.net["dns"], self.run.directory / "nsd", self._zones))
        self._servers += start_web(self.net["web"], self.run.directory)
        self.nat64d.start()
        self.connect_switch()
        for client in self.clients:
            client.plug_in()

    def connect_switch(self):
        """Points the switch at nat64d and waits until its static flows are in."""
        set_controller(f"tcp:127.0.0.1:{nat64d.OPENFLOW_PORT}")
        self.nat64d.wait_up()

    def wait_for_addresses(self, seconds=20, meanwhile=None):
        """Returns when both clients have an address and a default route by router advertisement."""
        for client in self.clients:
            wait_until(lambda c=client: c.global_address() and c.default_route(), seconds,
                       f"{client.name} has an address and a default route by router advertisement",
                       meanwhile=meanwhile)
