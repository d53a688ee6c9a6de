# SPDX-License-Identifier: Apache-2.0
"""What a run needs on the machine, checked before anything is started."""

import importlib.util
import os
import shutil
from pathlib import Path

from run import REPOSITORY, Unfit

NAT64D = Path(os.environ.get("INSTAR_NAT64D", REPOSITORY / "app/nat64d/target/nat64d/bin/nat64d"))

PACKAGE_BY_COMMAND = {
    "ovs-vswitchd": "openvswitch-switch", "ovsdb-tool": "openvswitch-common", "mnexec": "mininet", "nsd": "nsd",
    "dig": "bind9-dnsutils", "iperf3": "iperf3", "curl": "curl", "ping": "iputils-ping", "ethtool": "ethtool",
}


def require_programs():
    """Raises Unfit naming the first program that is missing."""
    for command, package in PACKAGE_BY_COMMAND.items():
        if not shutil.which(command, path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"):
            raise Unfit(f"no {command}: install Debian's package {package} (scripts/setup does)")
    if not importlib.util.find_spec("mininet") or not importlib.util.find_spec("mininet.net"):
        raise Unfit("no Python module mininet.net: install Debian's package mininet and use /usr/bin/python3")
    if not NAT64D.is_file():
        raise Unfit(f"no {NAT64D}: build it with 'make build'")
