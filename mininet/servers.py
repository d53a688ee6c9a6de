# SPDX-License-Identifier: Apache-2.0
"""What the IPv4 side serves: a page, iperf3, UDP echo, and the DNS zones by NSD."""

import sys
from pathlib import Path

from process import wait_until
from topo_single import DNS_ADDRESS, WEB_ADDRESS

HERE = Path(__file__).resolve().parent
ECHO_PORTS = (7007, 7008)
IPERF_PORT = 5201
NAME = "www.instar.test"

PAGE = """<!doctype html>
<title>An IPv4-only page</title>
<p>This server has no IPv6 address. If you read this over IPv6, a translator is at work.</p>
"""

NSD_CONFIG = """\
server:
    ip-address: {address}
    do-ip6: no
    server-count: 1
    username: ""
    zonesdir: "{directory}"
    database: ""
    pidfile: "{directory}/nsd.pid"
    xfrdfile: "{directory}/xfrd.state"
    xfrdir: "{directory}"
    zonelistfile: "{directory}/zone.list"
remote-control:
    control-enable: no
"""


def start_nsd(host, directory, zone_files):
    """NSD with one zone per file named <zone>.zone; returns when it answers."""
    directory.mkdir()
    config = NSD_CONFIG.format(address=DNS_ADDRESS, directory=directory)
    for file in zone_files:
        config += f'zone:\n    name: "{file.stem}"\n    zonefile: "{file}"\n'
    (directory / "nsd.conf").write_text(config)
    daemon = host.daemon("nsd", directory / "nsd.log", "nsd", "-d", "-c", directory / "nsd.conf")
    wait_until(lambda: ask_directly(host) == WEB_ADDRESS, 15, f"NSD answers for {NAME}")
    daemon.settle()
    return daemon


def ask_directly(host, record_type="A"):
    """NSD's own answer for the server's name, without DNS64 in between; None when there is none."""
    done = host.run("dig", "+short", "+time=2", "+tries=1", f"@{DNS_ADDRESS}", NAME, record_type)
    return done.stdout.strip() if done.returncode == 0 else None


def start_web(host, directory):
    """Page, iperf3 and echo; returns when all listen."""
    site = directory / "www"
    site.mkdir()
    (site / "index.html").write_text(PAGE)
    python = sys.executable
    daemons = [
        host.daemon("web server", directory / "web.log", python, "-m", "http.server", "--bind", WEB_ADDRESS,
                    "--directory", site, "80"),
        host.daemon("iperf3 server", directory / "iperf3.log", "iperf3", "-s", "-B", WEB_ADDRESS, "-p", IPERF_PORT),
        host.daemon("UDP echo server", directory / "echo.log", python, HERE / "udp_echo.py", "serve", WEB_ADDRESS,
                    *ECHO_PORTS),
    ]
    wanted = {f"{WEB_ADDRESS}:{port}" for port in (80, IPERF_PORT, *ECHO_PORTS)}
    wait_until(lambda: wanted <= set(host.output("ss", "-Hltun").split()), 15, "the web server's ports")
    return daemons
