# SPDX-License-Identifier: Apache-2.0
"""Hosts of one address family only."""

import ctypes
import json
import os
import socket
from contextlib import contextmanager
from pathlib import Path

from mininet.node import Node

from process import Daemon, output, run


CLONE_NEWNET = 0x40000000


class LabHost(Node):
    """A host whose commands have deadlines."""

    @property
    def interface(self):
        """Name of its one interface."""
        return f"{self.name}-eth0"

    def run(self, *argv, timeout_seconds=10):
        """The finished process."""
        return run(self.argv(*argv), timeout_seconds)

    def output(self, *argv, timeout_seconds=10):
        """What the command prints. Raises Failed when it ends with another code than 0."""
        return output(self.argv(*argv), timeout_seconds)

    def argv(self, *argv):
        """The command line that runs argv in this host."""
        return ["mnexec", "-a", self.pid, *argv]

    def daemon(self, name, log, *argv):
        """A daemon in this host."""
        return Daemon(name, self.argv(*argv), log)

    def socket(self, family, kind, protocol=0):
        """A socket of this process in this host's network, as Python's socket.socket."""
        with self._network():
            return socket.socket(family, kind, protocol)

    @contextmanager
    def _network(self):
        """This thread in the host's network namespace: what it opens belongs there."""
        libc = ctypes.CDLL(None, use_errno=True)
        own, theirs = (os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                       for path in ("/proc/thread-self/ns/net", f"/proc/{self.pid}/ns/net"))
        try:
            self._enter(libc, theirs)
            try:
                yield
            finally:
                self._enter(libc, own)
        finally:
            os.close(own)
            os.close(theirs)

    @staticmethod
    def _enter(libc, namespace):
        if libc.setns(namespace, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def ip_json(self, *arguments):
        """Output of the ip command, parsed."""
        return json.loads(self.output("ip", "-j", *arguments) or "[]")

    def addresses(self, family):
        """Address entries of its interface, family "4" or "6"."""
        entries = self.ip_json(f"-{family}", "addr", "show", "dev", self.interface)
        return [address for entry in entries for address in entry.get("addr_info", [])]


class IPv6Host(LabHost):
    """An IPv6-only host: address and default route by router advertisement, the resolver's address from a file.

    Its interface stays down until plug_in(), so that its router solicitation meets a router.
    """

    def config(self, resolver=None, resolver_file=None, **params):
        """resolver: address for resolv.conf, the only thing set by hand; resolver_file: where to keep that file."""
        result = super().config(**params)
        interface = self.interface
        self.cmd(f"ip link set {interface} down; ip -4 addr flush dev {interface}; ip -6 addr flush dev {interface}")
        for name, value in (("disable_ipv6", 0), ("forwarding", 0), ("accept_ra", 1), ("autoconf", 1),
                            ("use_tempaddr", 0), ("addr_gen_mode", 0)):
            self.cmd(f"sysctl -qw net.ipv6.conf.{interface}.{name}={value}")
        Path(resolver_file).write_text(f"nameserver {resolver}\n")
        self.cmd(f"mount --bind {resolver_file} /etc/resolv.conf")
        return result

    def plug_in(self):
        """Brings the link up."""
        self.output("ip", "link", "set", self.interface, "up")

    def global_address(self):
        """Its address once duplicate address detection is through, else None."""
        return next((address["local"] for address in self.addresses("6") if address["scope"] == "global"
                     and not address.get("tentative") and not address.get("dadfailed")), None)

    def default_route(self):
        """Its default route, or None."""
        return next(iter(self.ip_json("-6", "route", "show", "default")), None)

    def neighbours(self):
        """Link-layer address and state by neighbour's IPv6 address."""
        entries = self.ip_json("-6", "neigh", "show", "dev", self.interface)
        return {entry["dst"]: (entry.get("lladdr"), entry["state"]) for entry in entries}

    def IP(self, intf=None):  # the prompt of Mininet puts this in place of the host's name
        return self.global_address()


class IPv4Host(LabHost):
    """A host that knows no IPv6."""

    def config(self, **params):
        result = super().config(**params)
        self.cmd("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
        return result
