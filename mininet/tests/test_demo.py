# SPDX-License-Identifier: Apache-2.0
"""The demo ends with 0 only when all was seen, names the step that failed, and cleans up."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from demo_process import DemoProcess, assert_nothing_left
from process import output, wait_until

IPERF_STEP = "10 s of iperf3"
SECONDS_UNTIL_NOTICED = 15


def kill(demo, name, number):
    os.kill(demo.pid_of(name), number)


def delete_flows(demo, *match):
    output(["env", f"OVS_RUNDIR={demo.run.directory}/ovs", "ovs-ofctl", "-O", "OpenFlow13", "del-flows", "s1", *match])


def test_every_step_is_seen_and_nothing_is_left(lab):
    with DemoProcess() as demo:
        assert demo.end(110) == 0, demo.text
        assert "All 13 steps were seen" in demo.text
        [share] = re.findall(r"translated in the switch: \d+ of \d+ packets, ([\d.]+) %", demo.text)
        assert float(share) > 90
        assert_passes_explained(demo.text)
        assert_nothing_left(demo.run)


def assert_passes_explained(text):
    """Every table that a packet passes is there, in order, with its rule's actions and its purpose."""
    passes = re.split(r"^ *(h1 > web|web > h1), pass (\d) of 3: .*$", text, flags=re.MULTILINE)
    shown = {(passes[i], int(passes[i + 1])): re.findall(r"^ +\d+ +([A-Z_0-9]+) +(\S.*?)  +(\S.*\.)$", passes[i + 2],
                                                         re.MULTILINE) for i in range(1, len(passes), 3)}
    assert {key: [name for name, _, _ in rows] for key, rows in shown.items()} == PASSED
    actions = {name: rule for rows in shown.values() for name, rule, _ in rows}
    assert re.fullmatch(r"tcp_src=\d+, ipv6_src=[0-9a-f:]+, ipv6_.*", actions["OFFER_6TO4"])
    assert "as Ethernet" in actions["REPARSE_6TO4"]
    assert actions["LENGTH_6TO4"].startswith("nsh_c1=")
    assert actions["ADDRESSES_6"].startswith("ipv6_src=64:ff9b:1::c000:250, ipv6_dst=2001:db8:6:")


PASSED = {
    ("h1 > web", 1): ["CLASSIFY", "SIZE_6TO4", "OFFER_6TO4", "HOP_LIMIT", "DSCP", "ECN", "REPARSE_6TO4"],
    ("h1 > web", 2): ["NEXT_HEADER", "LENGTH_6TO4", "HEADER_4"],
    ("h1 > web", 3): ["POOL_ADDRESS", "NEXT_HOP_4"],
    ("web > h1", 1): ["CLASSIFY", "SIZE_4TO6", "OFFER_4TO6", "REPARSE_4TO6"],
    ("web > h1", 2): ["LENGTH_4TO6", "HEADER_6"],
    ("web > h1", 3): ["TRAFFIC_CLASS", "ADDRESSES_6", "NEXT_HOP_6"],
}


@pytest.mark.parametrize("step, disturb, named", [
    (IPERF_STEP, lambda demo: kill(demo, "nat64d", signal.SIGKILL), "nat64d"),
    ("it pings", lambda demo: kill(demo, "nat64d", signal.SIGSTOP), "nat64d"),
    (IPERF_STEP, delete_flows, "flow"),
    (IPERF_STEP, lambda demo: delete_flows(demo, "table=1,tcp6"), "flow"),
    ("it pings", lambda demo: kill(demo, "nsd", signal.SIGTERM), "nsd"),
    (IPERF_STEP, lambda demo: kill(demo, "nsd", signal.SIGSTOP), "nsd"),
    ("it pings", lambda demo: kill(demo, "ovs-vswitchd", signal.SIGSTOP), "ovs-vswitchd"),
], ids=["nat64d-killed", "nat64d-stopped", "flows-deleted", "session-flows-deleted", "nsd-ended", "nsd-stopped",
        "ovs-stopped"])
def test_a_disturbed_demo_names_the_step(lab, step, disturb, named):
    with DemoProcess() as demo:
        demo.wait_for_step(step)
        disturb(demo)
        assert demo.end(SECONDS_UNTIL_NOTICED) == 1, demo.text
        verdict = demo.text[demo.text.index("FAILED in step"):]
        assert named in verdict
        assert f"logs and generated files: {demo.run.directory}" in verdict
        assert_nothing_left(demo.run, directory_kept=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_demo_cleans_up(lab, number):
    with DemoProcess() as demo:
        demo.wait_for_step("it pings")
        demo.process.send_signal(number)
        assert demo.end() == 128 + number, demo.text
        assert "stopped by" in demo.text
        assert_nothing_left(demo.run)


def test_a_killed_inner_process_is_cleaned_up(lab):
    with DemoProcess() as demo:
        demo.wait_for_step("it pings")
        inner = next(pid for pid in demo.run.processes() if b"--inside" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(inner, signal.SIGKILL)
        assert demo.end() != 0
        assert_nothing_left(demo.run, directory_kept=True)


def test_a_killed_outer_process_is_cleaned_up(lab):
    with DemoProcess() as demo:
        demo.wait_for_step("it pings")
        demo.process.kill()
        wait_until(lambda: not demo.run.directory.exists() and not demo.run.processes(), 20, "the inner one cleans up")
        assert_nothing_left(demo.run)


def test_keep_gives_the_prompt_and_cleans_up_when_it_is_left(lab):
    with DemoProcess("--keep", stdin=subprocess.PIPE) as demo:
        print("h2 curl -s http://www.instar.test/", "exit", sep="\n", file=demo.process.stdin, flush=True)
        assert demo.end(110) == 0, demo.text
        assert "An IPv4-only page" in demo.text[demo.text.index("What to try next"):]
        assert_nothing_left(demo.run)
