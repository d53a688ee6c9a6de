# SPDX-License-Identifier: Apache-2.0
"""A second switch beside topo_single's: access ports in VLANs, and a trunk to nat64d's bridge.

Open vSwitch shows OpenFlow a frame of an access port before it gets its tag, so these ports are on a bridge of their
own, as a steering or access switch is in front of nat64d's. Hosts are of one VLAN each and know nothing of tags.
"""

from mininet.node import OVSSwitch

from hosts import IPv4Host, IPv6Host
from ovs import BRIDGE, vsctl
from process import output
from topo_single import DNS64_ADDRESS, plain_frames, quiet

ACCESS_BRIDGE = "s2"
TRUNK_PORT = "trunk"
CLIENT_VLANS = {"v10": 10, "v20": 20}
SERVER_VLAN = 100
LINK_100 = "198.51.100"
SERVER_100 = f"{LINK_100}.80"
GATEWAY_100 = f"{LINK_100}.1"

# In place of the single switch's; the web server there stays untagged.
VLANS6 = """\
    vlans:
      - untagged
      - {vlan: 10, prefixes: ["2001:db8:10::/64"]}
      - {vlan: 20, prefixes: ["2001:db8:20::/64"]}
"""
LINKS4 = f"""\
    links:
      - {{address: {GATEWAY_100}/24, vlan: {SERVER_VLAN}}}
"""


def config_with_vlans(text):
    """The configuration of topo_single with these VLANs."""
    assert "    advertise:\n" in text and "openflow:\n" in text
    return text.replace("    advertise:\n", VLANS6 + "    advertise:\n").replace("openflow:\n", LINKS4 + "openflow:\n")


def set_vlan(host, vlan):
    """Puts the access port of a host into a VLAN."""
    vsctl("set", "port", switch_port(host), f"tag={vlan}")


def switch_port(host):
    """Name of the access port of a host."""
    link = host.defaultIntf().link
    return next(end.name for end in (link.intf1, link.intf2) if end.node is not host)


def build(net, run_directory):
    """Adds switch and hosts to a running network: the clients still unplugged, the server addressed and up."""
    bridge = net.addSwitch(ACCESS_BRIDGE, cls=OVSSwitch, datapath="user", failMode="standalone", dpid="65")
    hosts = {}
    for name, vlan in CLIENT_VLANS.items():
        hosts[name] = net.addHost(name, cls=IPv6Host, ip=None, mac=f"02:00:00:00:06:{vlan}", resolver=DNS64_ADDRESS,
                                  resolver_file=str(run_directory / f"{name}.resolv.conf"))
    hosts["v100"] = net.addHost("v100", cls=IPv4Host, ip=f"{SERVER_100}/24", mac="02:00:00:00:04:64",
                                defaultRoute=f"via {GATEWAY_100}")
    for host in hosts.values():
        net.addLink(host, bridge)
        host.configDefault()
        plain_frames(host.argv("ethtool"), host.interface)
    bridge.start([])
    for interface in bridge.intfNames():
        if interface != "lo":
            quiet(interface)
    output(["sysctl", "-qw", f"net.ipv6.conf.{ACCESS_BRIDGE}.disable_ipv6=1"])
    for name, host in hosts.items():
        set_vlan(host, CLIENT_VLANS.get(name, SERVER_VLAN))
    vsctl("add-port", ACCESS_BRIDGE, f"{TRUNK_PORT}-2", "--", "set", "interface", f"{TRUNK_PORT}-2", "type=patch",
          f"options:peer={TRUNK_PORT}", "--",
          "add-port", BRIDGE, TRUNK_PORT, "--", "set", "interface", TRUNK_PORT, "type=patch",
          f"options:peer={TRUNK_PORT}-2", "ofport_request=20")
    return hosts
