# SPDX-License-Identifier: Apache-2.0
"""The DNS64 alone beside Debian's Unbound and BIND: as what Unbound forwards to, and over both as upstreams."""

import os
from pathlib import Path

import pytest

from process import Daemon, Failed, output, wait_until

HERE = Path(__file__).resolve().parent
DIST = HERE.parents[1] / "dns64" / "server" / "target" / "instar-dns64"
NSD_PORT, RECURSOR_PORT, DNS64_PORT, FRONT_PORT = 15400, 15401, 15402, 15403
SYNTHESISED = "64:ff9b:1::c000:250"

NSD = """server:
    ip-address: 127.0.0.1@{nsd}
    server-count: 1
    username: ""
    zonesdir: "{d}"
    database: ""
    pidfile: "{d}/nsd.pid"
    xfrdfile: "{d}/xfrd"
    xfrdir: "{d}"
    zonelistfile: "{d}/zones"
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "{d}/zone"
"""
ZONE = """$TTL 300
. IN SOA ns. root. 1 3600 600 86400 60
. IN NS ns.
ns. IN A 127.0.0.1
www.example. IN A 192.0.2.80
alias.example. IN CNAME www.example.
six.example. IN AAAA 2001:db8::80
80.2.0.192.in-addr.arpa. IN PTR www.example.
""" + "".join(f"big.example. IN A 198.51.100.{i}\n" for i in range(100))
UNBOUND = """server:
    interface: 127.0.0.1@{port}
    do-daemonize: no
    chroot: ""
    username: ""
    pidfile: ""
    directory: "{d}"
    use-syslog: no
    module-config: "iterator"
    do-not-query-localhost: no
    local-zone: "example." nodefault
    unblock-lan-zones: yes
    insecure-lan-zones: yes
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{up}
"""
BIND = """options {{
    directory "{d}";
    pid-file none;
    session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    allow-query {{ any; }};
    recursion yes;
    empty-zones-enable no;
    dnssec-validation no;
    forwarders port {up} {{ 127.0.0.1; }};
    forward only;
}};
controls {{ }};
"""
DNS64 = 'listen: ["127.0.0.1:{port}"]\nupstreams: ["127.0.0.1:{up}"]\nprefix: "64:ff9b:1::/96"\n'


def dig(port, *arguments):
    """Lines of dig's short answer."""
    return output(["dig", "+short", "+time=3", "+tries=2", "@127.0.0.1", "-p", port, *arguments]).split("\n")[:-1]


def started(directory, name, argv, text, port, up):
    """A server with its configuration, once it answers."""
    file = directory / f"{name}.conf"
    file.write_text(text.format(port=port, up=up, nsd=NSD_PORT, d=directory))
    daemon = Daemon(name, [*argv, file], directory / f"{name}.log")
    wait_until(lambda: dig_quietly(port) == ["192.0.2.80"], 30, f"{name} answers on port {port}")
    return daemon


def dig_quietly(port):
    """What a server that may not be there yet says."""
    try:
        return dig(port, "www.example", "A")
    except Failed:
        return []


def java():
    return [os.path.join(os.environ["JAVA_HOME"], "bin", "java"), "-jar", DIST / "instar-dns64-alone.jar"]


@pytest.fixture(name="chain")
def a_chain(tmp_path):
    """Starts servers, each of which asks the one before; ends them with the test."""
    (tmp_path / "zone").write_text(ZONE)
    daemons = [started(tmp_path, "nsd", ["nsd", "-d", "-c"], NSD, NSD_PORT, 0)]
    kinds = {"unbound": (["unbound", "-d", "-c"], UNBOUND), "bind": (["named", "-f", "-c"], BIND),
             "dns64": (java(), DNS64)}

    def link(kind, port, up):
        argv, text = kinds[kind]
        daemons.append(started(tmp_path, kind, argv, text, port, up))

    yield link
    for daemon in reversed(daemons):
        daemon.stop()


def check_answers(port):
    """What clients see, whoever stands in between."""
    for transport in ("+notcp", "+tcp"):
        assert dig(port, transport, "www.example", "AAAA") == [SYNTHESISED]
        assert dig(port, transport, "alias.example", "AAAA") == ["www.example.", SYNTHESISED]
        assert dig(port, transport, "six.example", "AAAA") == ["2001:db8::80"]
    assert len(dig(port, "big.example", "AAAA")) == 100
    assert "status: NXDOMAIN" in output(["dig", "+time=3", "@127.0.0.1", "-p", port, "none.example", "AAAA"])
    assert dig(port, "-x", SYNTHESISED)[-1] == "www.example."


@pytest.mark.parametrize("recursor", ["unbound", "bind"])
def test_over_a_recursor(chain, recursor):
    chain(recursor, RECURSOR_PORT, NSD_PORT)
    chain("dns64", DNS64_PORT, RECURSOR_PORT)
    check_answers(DNS64_PORT)
    assert dig(DNS64_PORT, "ipv4only.arpa", "AAAA") == ["64:ff9b:1::c000:aa", "64:ff9b:1::c000:ab"]


def test_behind_unbound(chain):
    chain("dns64", DNS64_PORT, NSD_PORT)
    chain("unbound", FRONT_PORT, DNS64_PORT)
    check_answers(FRONT_PORT)
