# SPDX-License-Identifier: Apache-2.0
"""One switch: two IPv6-only clients, an IPv4-only web server, an IPv4-only DNS server and the ports of nat64d."""

from mininet.net import Mininet
from mininet.node import OVSSwitch
from mininet.topo import Topo

from hosts import IPv4Host, IPv6Host
from ovs import BRIDGE, vsctl
from process import output, run

WEB_ADDRESS = "192.0.2.80"
DNS_ADDRESS = "192.0.2.53"
DNS64_ADDRESS = "2001:db8:6::53"
DNS64_UPSTREAM_SOURCE = "192.0.2.54"
GATEWAY_MAC = "02:00:5e:00:64:01"
GATEWAY_ADDRESS6 = "2001:db8:6::1"
GATEWAY_ADDRESS4 = "192.0.2.1"

FAST_PATH = "nat64-fp"
FAST_PATH_SWITCH_END = "nat64-sw"
DNS64_PORT = "dns64"
DNS64_MAC = "02:00:00:00:00:53"

PICTURE = """\
   IPv6 only                                                                    IPv4 only
  +---------------+                                                            +-----------------------+
  | h1  (by RA)   |-----+                                               +------| web  192.0.2.80       |
  +---------------+     |   +---------------------------------------+   |      |  HTTP, iperf3, echo   |
  +---------------+     +---| s1   Open vSwitch, OpenFlow 1.3       |---+      +-----------------------+
  | h2  (by RA)   |---------| CLASSIFY > SESSION_6TO4/4TO6 > FORWARD|---+      +-----------------------+
  +---------------+         +---------------------------------------+   +------| dns  192.0.2.53       |
                              | nat64-sw    | dns64         : OpenFlow         |  NSD, A records only  |
                              | (veth)      | (internal)    : 127.0.0.1:6653   +-----------------------+
                            +---------------------------------------+
                            | nat64d    gateway 2001:db8:6::1,      |   64:ff9b:1::/96 <-> 192.0.2.64/28
                            |           192.0.2.1; DNS64 on ...::53 |   REST 127.0.0.1:8064
                            +---------------------------------------+"""


class SingleSwitch(Topo):
    """The hosts on their switch. Interfaces: h1-eth0 on s1-eth1, and so on in this order."""

    def build(self, run_directory=None):
        self.addSwitch(BRIDGE, dpid="0000000000000064")
        for number, name in enumerate(("h1", "h2"), start=1):
            self.addHost(name, cls=IPv6Host, ip=None, mac=f"02:00:00:00:06:0{number}", resolver=DNS64_ADDRESS,
                         resolver_file=str(run_directory / f"{name}.resolv.conf"))
        self.addHost("web", cls=IPv4Host, ip=f"{WEB_ADDRESS}/24", mac="02:00:00:00:04:80")
        self.addHost("dns", cls=IPv4Host, ip=f"{DNS_ADDRESS}/24", mac="02:00:00:00:04:53")
        for name in ("h1", "h2", "web", "dns"):
            self.addLink(name, BRIDGE)


def build(run_directory):
    """The network, switch and all, without a controller yet. To be called inside the run's namespace."""
    # Mininet.init() would change limits of the whole machine (fs.file-max, kernel.pty.max).
    Mininet.inited = True
    net = Mininet(topo=SingleSwitch(run_directory=run_directory), controller=None,
                  switch=lambda name, **options: OVSSwitch(name, datapath="user", failMode="secure",
                                                           protocols="OpenFlow13", **options))
    net.start()
    for host in net.hosts:
        plain_frames(host.argv("ethtool"), host.interface)
    for interface in net[BRIDGE].intfNames():
        if interface != "lo":
            quiet(interface)
    _add_fast_path()
    vsctl("add-port", BRIDGE, DNS64_PORT, "--", "set", "interface", DNS64_PORT, "type=internal", "ofport_request=11",
          f'mac="{DNS64_MAC}"')
    set_up_internal_ports()
    return net


def _add_fast_path():
    output(["ip", "link", "add", FAST_PATH, "type", "veth", "peer", "name", FAST_PATH_SWITCH_END])
    for interface in (FAST_PATH, FAST_PATH_SWITCH_END):
        quiet(interface)
        # The kernel must not answer ARP for its own addresses on the translator's wire.
        output(["ip", "link", "set", interface, "arp", "off", "up"])
    vsctl("add-port", BRIDGE, FAST_PATH_SWITCH_END, "--", "set", "interface", FAST_PATH_SWITCH_END, "ofport_request=10")


def set_up_internal_ports():
    """The interfaces that ovs-vswitchd makes; to be called again when it has started anew."""
    for interface in (BRIDGE, "ovs-netdev"):
        output(["sysctl", "-qw", f"net.ipv6.conf.{interface}.disable_ipv6=1"])
    plain_frames(["ethtool"], DNS64_PORT)
    output(["sysctl", "-qw", f"net.ipv6.conf.{DNS64_PORT}.accept_ra=0"])
    output(["ip", "-6", "addr", "replace", f"{DNS64_ADDRESS}/64", "dev", DNS64_PORT, "nodad"])
    output(["ip", "addr", "replace", f"{DNS64_UPSTREAM_SOURCE}/24", "dev", DNS64_PORT])
    output(["ip", "link", "set", DNS64_PORT, "up"])


def quiet(interface):
    """No kernel address on a port of the switch, and no offload."""
    output(["sysctl", "-qw", f"net.ipv6.conf.{interface}.disable_ipv6=1"])
    plain_frames(["ethtool"], interface)


def plain_frames(ethtool, interface):
    """Frames on the wire as they are: full checksums and no super-frames, as the userspace datapath needs them.

    What an interface cannot switch off it does not do either, so the exit code is of no interest.
    """
    for feature in ("tx", "rx", "sg", "tso", "gso", "gro"):
        run([*ethtool, "-K", interface, feature, "off"])
