# SPDX-License-Identifier: Apache-2.0
"""iperf3 through the translator, watched on the switch, which translates it itself."""

import json
import time

from flows import TABLE_OFFER_4TO6, TABLE_OFFER_6TO4, TABLE_SESSION_4TO6, TABLE_SESSION_6TO4
from ovs import dump_flows
from passes import explain
from printing import say, table
from process import Daemon, Failed, wait_until
from servers import IPERF_PORT, NAME

SECONDS = 10
READ_EVERY_SECONDS = 2
IN_SWITCH_SECONDS = 3
# nat64d asks for the rules' counters once a second; the switch adds what its datapath counted twice a second.
STATISTICS_DELAY_SECONDS = 5
LEAST_SHARE = 0.9
# What the datapath counted in the last half second is nobody's when the session leaves with its FIN.
LEAST_COUNTED = 0.85
# iperf3 opens a connection for control beside the one for data.
MOST_CONTROL_PACKETS = 50
EXPLAINED_SECONDS = 20
EXPLAINED_BITS_PER_SECOND = "5M"


def watch_iperf(walk):
    """Runs iperf3 by name and watches the counters of its session's rules, of MISS_6TO4 and of nat64d."""
    before, counters = walk.nat64d.get("/v1/offload"), walk.nat64d.counters()
    client = _iperf(walk, SECONDS)
    started = time.monotonic()
    _wait_in_switch(walk)
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

    wait_until(lambda: _packets_6to4_since(walk, counters) >= LEAST_COUNTED * result["segments"],
               STATISTICS_DELAY_SECONDS, f"nat64d counted the {result['segments']} segments that iperf3 sent")
    in_switch, beside = _translated_since(walk, before)
    packet_ins = walk.punts()
    _judge_packet_ins([*readings, (None, None, None, packet_ins)])
    table(("at", "packets " + TABLE_OFFER_6TO4, "packets " + TABLE_OFFER_4TO6, "packet-ins"), readings)
    say(f"iperf3 sent {result['bytes'] / 1e6:.0f} MB in at least {result['segments']} segments: "
        f"{result['bits_per_second'] / 1e6:.0f} Mbit/s; packet-ins meanwhile: {packet_ins - readings[0][3]}")
    share = in_switch / (in_switch + beside)
    say(f"translated in the switch: {in_switch} of {in_switch + beside} packets, {100 * share:.2f} %; "
        f"beside it, in nat64d: {beside}")
    if share < LEAST_SHARE:
        raise Failed(f"expected: the switch translates {LEAST_SHARE:.0%} of iperf3's packets; it was {share:.1%}")


def walk_through_passes(walk):
    """Has a connection run and explains what the switch does with its packets."""
    client = _iperf(walk, EXPLAINED_SECONDS, "-b", EXPLAINED_BITS_PER_SECOND)
    try:
        explain(walk.lab, _wait_in_switch(walk))
        if client.process.poll() is not None:
            raise Failed("iperf3 ended while its packets were traced")
    finally:
        client.stop()


def _iperf(walk, seconds, *arguments):
    log = walk.run.directory / f"iperf3-h1-{seconds}s.json"
    return Daemon("iperf3", walk.lab["h1"].argv("iperf3", "-6", "-J", "-c", NAME, "-p", IPERF_PORT, "-t", seconds,
                                                "--connect-timeout", "5000", *arguments), log)


def _wait_in_switch(walk):
    """The session of iperf3's data, as REST has it, when the switch translates it and has done so both ways."""
    client = walk.lab["h1"].global_address()

    def data():
        found = [session for session in walk.nat64d.sessions(client=client, protocol="tcp")
                 if session["remote6"]["port"] == IPERF_PORT and session["offload"] == "IN"
                 and session["packets6to4"] > MOST_CONTROL_PACKETS]
        return found and all(_packets(walk, name) for name in (TABLE_OFFER_6TO4, TABLE_OFFER_4TO6)) and found[0]

    return wait_until(data, IN_SWITCH_SECONDS, "iperf3's connection is in the switch, packets counted by its rules",
                      meanwhile=walk.guard.check_quickly)


def _pause(client, seconds):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and client.process.poll() is None:
        time.sleep(0.1)


def _reading(walk, at_seconds):
    return (f"{at_seconds:.1f} s", _packets(walk, TABLE_OFFER_6TO4), _packets(walk, TABLE_OFFER_4TO6), walk.punts())


def _packets(walk, table_name):
    return sum(flow.packets for flow in dump_flows(f"table={walk.tables[table_name]}")
               if flow.is_translated_session and IPERF_PORT in flow.ports())


def _translated_since(walk, before):
    """Packets translated in the switch, and beside it, since an earlier answer of /v1/offload."""
    now = walk.nat64d.get("/v1/offload")
    return tuple(now[name] - before[name] for name in ("packetsInSwitch", "packetsBeside"))


def _packets_6to4_since(walk, before):
    """Packets of IPv6 clients translated anywhere since an earlier answer of /v1/counters."""
    now = walk.nat64d.counters()
    return sum(now[name] - before[name] for name in ("switch_packets_6to4", "packets_6to4"))


def _result(client):
    try:
        report = json.loads(client.log_text())
    except ValueError:
        raise Failed(f"iperf3 gives no report (exit code {client.process.returncode})") from None
    if client.process.returncode != 0 or "error" in report:
        raise Failed(f"iperf3 to {NAME}: {report.get('error', client.process.returncode)}")
    # what the client counts as sent may still be in its buffer when the time is over
    arrived = report["end"]["sum_received"]
    return {"bytes": arrived["bytes"], "bits_per_second": arrived["bits_per_second"],
            "segments": arrived["bytes"] // report["start"]["tcp_mss_default"]}


def _judge(readings):
    for column, name in ((1, TABLE_OFFER_6TO4), (2, TABLE_OFFER_4TO6)):
        counts = [reading[column] for reading in readings]
        if counts[0] == 0 or any(later <= earlier for earlier, later in zip(counts, counts[1:])):
            raise Failed(f"the session's flow counters in {name} do not grow during iperf3: {counts}")
    _judge_packet_ins(readings)


def _judge_packet_ins(readings):
    packet_ins = [reading[3] for reading in readings]
    if len(set(packet_ins)) > 1:
        raise Failed(f"packets of iperf3 went to the controller after its first second: packet-ins {packet_ins}")
