# SPDX-License-Identifier: Apache-2.0
"""iperf3 through the translator, watched on the switch."""

import json
import time

from flows import TABLE_SESSION_4TO6, TABLE_SESSION_6TO4
from ovs import dump_flows
from printing import say, table
from process import Daemon, Failed, wait_until
from servers import IPERF_PORT, NAME

SECONDS = 10
READ_EVERY_SECONDS = 2
STATISTICS_DELAY_SECONDS = 4


def watch_iperf(walk):
    """Runs iperf3 by name and compares its packets with the counters of the session flows and of MISS_6TO4."""
    argv = walk.lab["h1"].argv("iperf3", "-6", "-J", "-c", NAME, "-p", IPERF_PORT, "-t", SECONDS,
                               "--connect-timeout", "5000")
    client = Daemon("iperf3", argv, walk.run.directory / "iperf3-h1.json")
    started = time.monotonic()
    _pause(client, 1)
    readings = []
    while time.monotonic() - started < SECONDS and client.process.poll() is None:
        readings.append(_reading(walk, time.monotonic() - started))
        walk.guard.check_quickly()
        _judge(readings)
        _pause(client, READ_EVERY_SECONDS)
    wait_until(lambda: client.process.poll() is not None, 10, "the end of iperf3", meanwhile=walk.guard.check_quickly)
    result = _result(client)
    if len(readings) < 3:
        raise Failed(f"iperf3 ended early, after {time.monotonic() - started:.1f} s")

    # ovs-vswitchd adds what its datapath counted to the flows twice a second.
    wait_until(lambda: _packets(walk, TABLE_SESSION_6TO4) >= result["segments"], STATISTICS_DELAY_SECONDS,
               f"the flows in {TABLE_SESSION_6TO4} counted the {result['segments']} segments that iperf3 sent")
    final = _reading(walk, time.monotonic() - started)
    _judge_packet_ins([*readings, final])
    table(("at", "packets " + TABLE_SESSION_6TO4, "packets " + TABLE_SESSION_4TO6, "packet-ins"), [*readings, final])
    say(f"iperf3 sent {result['bytes'] / 1e6:.0f} MB in at least {result['segments']} segments: "
        f"{result['bits_per_second'] / 1e6:.0f} Mbit/s; packet-ins meanwhile: {final[3] - readings[0][3]}")


def _pause(client, seconds):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and client.process.poll() is None:
        time.sleep(0.1)


def _reading(walk, at_seconds):
    return (f"{at_seconds:.1f} s", _packets(walk, TABLE_SESSION_6TO4), _packets(walk, TABLE_SESSION_4TO6), walk.punts())


def _packets(walk, table_name):
    return sum(flow.packets for flow in dump_flows() if flow.is_session and flow.table == walk.tables[table_name]
               and IPERF_PORT in flow.ports())


def _result(client):
    try:
        report = json.loads(client.log_text())
    except ValueError:
        raise Failed(f"iperf3 gives no report (exit code {client.process.returncode})") from None
    if client.process.returncode != 0 or "error" in report:
        raise Failed(f"iperf3 to {NAME}: {report.get('error', client.process.returncode)}")
    sent = report["end"]["sum_sent"]
    return {"bytes": sent["bytes"], "bits_per_second": report["end"]["sum_received"]["bits_per_second"],
            "segments": sent["bytes"] // report["start"]["tcp_mss_default"]}


def _judge(readings):
    for column, name in ((1, TABLE_SESSION_6TO4), (2, TABLE_SESSION_4TO6)):
        counts = [reading[column] for reading in readings]
        if counts[0] == 0 or any(later <= earlier for earlier, later in zip(counts, counts[1:])):
            raise Failed(f"the session flows' counters in {name} do not grow during iperf3: {counts}")
    _judge_packet_ins(readings)


def _judge_packet_ins(readings):
    packet_ins = [reading[3] for reading in readings]
    if len(set(packet_ins)) > 1:
        raise Failed(f"packets of iperf3 went to the controller after its first second: packet-ins {packet_ins}")
