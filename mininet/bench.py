# SPDX-License-Identifier: Apache-2.0
"""make bench, end to end: iperf3 through the translator against iperf3 between two hosts of the same switch.

Both sides are measured in one run, turn by turn; what counts is their ratio. Each packet of the translated side crosses
the switch twice, so 0.5 would be the limit if the switch's thread were the only one.
"""

import json
import statistics
import sys
from pathlib import Path

from process import wait_until
from run import Run, main_guarded, run_inside

ROUNDS = 5
SECONDS = 3
PORT = 5202
SERVER6 = "64:ff9b:1::192.0.2.80"
# title, arguments of iperf3; down: the server sends
LOADS = (("TCP up", ()), ("TCP down", ("-R",)), ("TCP up, 8 streams", ("-P", 8)))


def main():
    """Outside of a run: starts one and this file again in it."""
    if "--inside" in sys.argv:
        return inside()

    from prerequisites import require_programs
    require_programs()
    return run_inside([sys.executable, str(Path(__file__).resolve()), "--inside"])


def inside():
    """The measurement, in the namespace of its run."""
    from lab import Lab
    from mininet.log import setLogLevel

    setLogLevel("warning")
    lab = Lab(Run.current())
    lab.start()
    lab.wait_for_addresses()
    h1, h2, web = lab["h1"], lab["h2"], lab["web"]
    plain = h2.global_address()
    for host, address in ((h2, plain), (web, "192.0.2.80")):
        log = lab.run.directory / f"bench-{host.name}.log"
        host.daemon(f"iperf3 on {host.name}", log, "iperf3", "-s", "-B", address, "-p", PORT)
        wait_until(lambda h=host: f":{PORT}" in h.output("ss", "-Hltn"), 10, f"iperf3 listens on {host.name}")
    megabits(h1, SERVER6, ())  # the Java code is compiled by then
    print(f"{'load':20} {'plain Mbit/s':>14} {'NAT64 Mbit/s':>14} {'ratio':>7}   ratios of the rounds")
    for title, arguments in LOADS:
        rounds = [(megabits(h1, plain, arguments), megabits(h1, SERVER6, arguments)) for _ in range(ROUNDS)]
        ratios = [translated / straight for straight, translated in rounds]
        medians = [statistics.median(side) for side in zip(*rounds)]
        print(f"{title:20} {medians[0]:14.0f} {medians[1]:14.0f} {statistics.median(ratios):7.2f}   "
              + " ".join(f"{ratio:.2f}" for ratio in ratios), flush=True)
    return 0


def megabits(client, server, arguments):
    """What the receiver of one iperf3 run got."""
    text = client.output("iperf3", "-6", "-J", "-c", server, "-p", PORT, "-t", SECONDS, *arguments,
                         timeout_seconds=SECONDS + 10)
    return json.loads(text)["end"]["sum_received"]["bits_per_second"] / 1e6


if __name__ == "__main__":
    sys.exit(main_guarded(main))
