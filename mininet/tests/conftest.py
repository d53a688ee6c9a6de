# SPDX-License-Identifier: Apache-2.0
"""One lab for all tests. run_tests.py starts pytest inside a run; nothing is taken down here, the run's end does it."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nat64d import DEMO_TIMERS  # noqa: E402
from process import wait_until  # noqa: E402
from run import MARKER, Run  # noqa: E402
from held_sessions import offload  # noqa: E402

SECONDS_PER_TEST = 120
LONG_TIMERS = {"udpSeconds": 300, "icmpSeconds": 60, "tcpEstablishedSeconds": 600, "tcpTransitorySeconds": 240}
# Sanity before all; what disturbs nat64d and the switch last.
ORDER = ("test_sanity", "test_dns64", "test_dns64_peers", "test_translation", "test_sessions", "test_shards",
         "test_inswitch", "test_inswitch_packets", "test_inswitch_oracle", "test_inswitch_policy", "test_policy",
         "test_bad_input", "test_demo", "test_restart", "test_inswitch_repair", "test_switch", "test_vlans")
ZONES = Path(__file__).resolve().parent / "zones"


def pytest_configure(config):
    if MARKER not in os.environ:
        pytest.exit("these tests need a run of their own: start them with mininet/run_tests.py", returncode=1)
    config.option.basetemp = Run.current().directory / "pytest"


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: ORDER.index(item.module.__name__))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed and item.module.__name__ == "test_sanity":
        item.session.shouldfail = "the lab itself is not sane"


@pytest.fixture(autouse=True)
def deadline():
    """No test hangs."""
    def too_long(_number, _frame):
        pytest.fail(f"no end within {SECONDS_PER_TEST} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS_PER_TEST)
    yield
    signal.alarm(0)


@pytest.fixture(scope="session")
def lab():
    """The lab of topo_single with addresses at the clients."""
    from lab import Lab
    from mininet.log import setLogLevel

    setLogLevel("warning")
    built = Lab(Run.current(), extra_zones=sorted(ZONES.glob("*.zone")))
    built.start()
    built.wait_for_addresses()
    return built


@pytest.fixture(scope="session")
def h1(lab):
    """An IPv6-only client."""
    return lab["h1"]


@pytest.fixture(scope="session")
def h2(lab):
    """The other IPv6-only client."""
    return lab["h2"]


@pytest.fixture(scope="session")
def tables(lab):
    """Table ids by name."""
    return lab.nat64d.tables()


@pytest.fixture
def no_sessions(lab, h1, h2):
    """A nat64d without sessions of either client."""
    for client in (h1, h2):
        lab.nat64d.delete_sessions(client=client.global_address())
    return lab


@pytest.fixture
def switch(no_sessions):
    """nat64d, its switch trusted and without sessions."""
    wait_until(lambda: offload(no_sessions)["state"] == "up", 20, "the switch translates itself")
    wait_until(lambda: offload(no_sessions)["sessions"] == 0, 10, "no session is in the switch")
    return no_sessions


@pytest.fixture
def configure(no_sessions):
    """Writes a changed configuration and has nat64d read it; the first one is back at the end."""
    daemon = no_sessions.nat64d
    first = daemon.config_file.read_text()

    def change(old="", new="", drain=False):
        assert old in first
        daemon.config_file.write_text(first.replace(old, new) if old else first + new)
        return daemon.request("POST", "/v1/reload", {"drain": "true"} if drain else None)

    yield change
    daemon.config_file.write_text(first)
    daemon.delete_sessions(protocol="udp")
    daemon.delete_sessions(protocol="tcp")
    status, body = daemon.request("POST", "/v1/reload", {"drain": "true"})
    assert status == 200, body


@pytest.fixture
def patient(lab):
    """Sessions that live longer than a restart takes."""
    daemon = lab.nat64d
    first = daemon.config_file.read_text()
    text = first
    for timer, seconds in DEMO_TIMERS.items():
        assert f"{timer}: {seconds}\n" in text
        text = text.replace(f"{timer}: {seconds}\n", f"{timer}: {LONG_TIMERS[timer]}\n")
    daemon.config_file.write_text(text)
    assert daemon.request("POST", "/v1/reload")[0] == 200
    yield
    daemon.config_file.write_text(first)
    for protocol in ("tcp", "udp", "icmp"):
        daemon.delete_sessions(protocol=protocol)
    assert daemon.request("POST", "/v1/reload")[0] == 200
