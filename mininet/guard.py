# SPDX-License-Identifier: Apache-2.0
"""Notices when something of the lab was ended, stopped or emptied behind the back of the steps."""

import time

from flows import ONLY_STATIC
from ovs import dump_flows
from process import Failed
from servers import ask_directly
from topo_single import WEB_ADDRESS

UNEXPECTED_REMOVALS = "flows_removed_unexpectedly"
DURATION_TOLERANCE_SECONDS = 2


class Guard:
    """Compares the static flows with those seen when it was armed, and asks every daemon."""

    def __init__(self, lab):
        self._lab = lab
        self._static = None
        self._seen_at = 0.0

    def arm(self):
        """Takes the static flows of now as those that must stay."""
        self._static = self._static_flows()
        self._seen_at = time.monotonic()
        if not self._static:
            raise Failed("no static flow of nat64d on the switch")

    def check(self):
        """Everything; before arm() only the processes. Raises Failed naming what is not well."""
        self.check_quickly()
        if self._static is None:
            return
        if ask_directly(self._lab["web"]) != WEB_ADDRESS:
            raise Failed("NSD does not answer on 192.0.2.53")
        page = self._lab["dns"].run("curl", "-sf", "--max-time", "3", "-o", "/dev/null", f"http://{WEB_ADDRESS}/")
        if page.returncode != 0:
            raise Failed(f"the web server does not answer on {WEB_ADDRESS}")

    def check_quickly(self):
        """Processes, nat64d's health and counters, static flows: cheap enough for once a second."""
        for daemon in self._lab.daemons:
            if daemon.trouble():
                raise Failed(daemon.trouble())
        if self._static is None:
            return
        trouble = self._lab.nat64d.health_trouble()
        if trouble:
            raise Failed(trouble)
        self._check_static_flows()
        removed = self._lab.nat64d.counters().get(UNEXPECTED_REMOVALS)
        if removed != 0:
            raise Failed(f"nat64d's counter {UNEXPECTED_REMOVALS} is {removed}: somebody else removed its flows")

    def _check_static_flows(self):
        now, flows = time.monotonic(), self._static_flows()
        if flows.keys() != self._static.keys():
            raise Failed(f"static flows changed: {len(self._static.keys() - flows.keys())} are gone, "
                         f"{len(flows.keys() - self._static.keys())} are new")
        for key, flow in flows.items():
            least = self._static[key].duration_seconds + now - self._seen_at - DURATION_TOLERANCE_SECONDS
            if flow.duration_seconds < least or flow.packets < self._static[key].packets:
                raise Failed(f"the static flow {flow.cookie:#x} was removed and put in again")
        self._static, self._seen_at = flows, now

    @staticmethod
    def _static_flows():
        return {(flow.cookie, flow.table, flow.priority, flow.match): flow for flow in dump_flows(ONLY_STATIC)}
