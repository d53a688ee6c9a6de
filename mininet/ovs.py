# SPDX-License-Identifier: Apache-2.0
"""A private Open vSwitch: its own database, sockets and logs in the run's directory, its ports in the run's namespace.

OVS_RUNDIR and its sisters are in the environment of the run, so every ovs-* command finds this one, also Mininet's.
"""

from pathlib import Path

from flows import parse_flows
from process import Daemon, Failed, output, run, wait_until

SCHEMA = Path("/usr/share/openvswitch/vswitch.ovsschema")
BRIDGE = "s1"


class OpenVSwitch:
    """ovsdb-server and ovs-vswitchd of one run."""

    def __init__(self, lab_run):
        self.directory = lab_run.directory / "ovs"
        self.daemons = []

    def start(self):
        """Returns when ovs-vsctl is answered."""
        self.directory.mkdir()
        database, socket = self.directory / "conf.db", self.directory / "db.sock"
        output(["ovsdb-tool", "create", database, SCHEMA])
        self._daemon("ovsdb-server", database, f"--remote=punix:{socket}")
        wait_until(socket.exists, 10, "ovsdb-server's socket", meanwhile=self._raise_trouble)
        vsctl("--no-wait", "init")
        self._start_vswitchd()

    def _start_vswitchd(self):
        self._daemon("ovs-vswitchd", f"unix:{self.directory / 'db.sock'}", "--disable-system")
        wait_until(lambda: list(self.directory.glob("ovs-vswitchd.*.ctl")), 10, "ovs-vswitchd's socket",
                   meanwhile=self._raise_trouble)

    def restart_vswitchd(self):
        """Ends ovs-vswitchd and starts it again: no flow outlives it, and its interfaces are down."""
        self.daemons.pop().stop()
        self._start_vswitchd()
        wait_until(lambda: run(["ovs-ofctl", "-O", "OpenFlow13", "show", BRIDGE]).returncode == 0, 10,
                   "the bridge is there again", meanwhile=self._raise_trouble)

    def _daemon(self, name, *arguments):
        argv = [name, *arguments, "--pidfile", "-vconsole:info"]
        self.daemons.append(Daemon(name, argv, self.directory / f"{name}.log"))

    def _raise_trouble(self):
        for daemon in self.daemons:
            if daemon.trouble():
                raise Failed(daemon.trouble())


def vsctl(*arguments):
    """Runs ovs-vsctl with a deadline; returns what it prints."""
    return output(["ovs-vsctl", "--timeout=10", *arguments], timeout_seconds=12)


def set_controller(target):
    """Connects the bridge to an OpenFlow controller; it tries again every second at least."""
    vsctl("set-controller", BRIDGE, target, "--", "set", "controller", BRIDGE, "max_backoff=1000",
          "inactivity_probe=5000")


def dump_flows(*match):
    """Flows of the bridge, all or those that a match of ovs-ofctl picks, as flows.Flow."""
    return parse_flows(output(["ovs-ofctl", "-O", "OpenFlow13", "--timeout=4", "--names", "dump-flows", BRIDGE, *match],
                              6))
