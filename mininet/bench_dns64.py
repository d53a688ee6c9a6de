# SPDX-License-Identifier: Apache-2.0
"""make bench, DNS64: dnsperf against Instar, Unbound and BIND with the same forwarder (NSD), one core each.

All on loopback. Warm: 1000 names asked again and again. Cold: 100 000 names, each asked once, after a restart. The
rounds of the three are interleaved; what counts is the median, and the ratio to Unbound. NSD itself is measured as
what the generator can do.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "dns64" / "server" / "target" / "instar-dns64"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
WARM_NAMES = 1000
COLD_NAMES = int(os.environ.get("COLD_NAMES", "100000"))
SECONDS = int(os.environ.get("SECONDS_EACH", "5"))
UPSTREAM, INSTAR, UNBOUND, BIND = 15300, 15301, 15302, 15303
SERVER_CORE, CLIENT_CORE = "1", "0"
PINNED = ("taskset", "-c")

NSD = """server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    zonesdir: "{d}"
    database: ""
    pidfile: "{d}/nsd.pid"
    xfrdfile: "{d}/xfrd"
    xfrdir: "{d}"
    zonelistfile: "{d}/zl"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "{d}/zone"
"""
UNBOUND_CONF = """server:
    interface: 127.0.0.1@{port}
    do-daemonize: no
    chroot: ""
    username: ""
    pidfile: ""
    directory: "{d}"
    use-syslog: no
    verbosity: 0
    num-threads: 1
    module-config: "dns64 iterator"
    dns64-prefix: 64:ff9b:1::/96
    do-not-query-localhost: no
    msg-cache-size: 64m
    rrset-cache-size: 128m
    outgoing-range: 4096
    num-queries-per-thread: 2048
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{up}
"""
BIND_CONF = """options {{
    directory "{d}";
    pid-file none;
    session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion yes;
    allow-query {{ any; }};
    dnssec-validation no;
    forwarders port {up} {{ 127.0.0.1; }};
    forward only;
    recursive-clients 5000;
    dns64 64:ff9b:1::/96 {{ clients {{ any; }}; }};
}};
controls {{ }};
"""
INSTAR_CONF = """listen: ["127.0.0.1:{port}"]
upstreams: ["127.0.0.1:{up}"]
prefix: "64:ff9b:1::/96"
threads: 1
queries-in-flight: 2000
cache: {{size-kilobytes: 262144}}
"""


def start(directory, name, command):
    """A program on the servers' core; its output into a file."""
    log = open(directory / f"{name}.log", "w")
    return subprocess.Popen([*PINNED, SERVER_CORE, *command], stdout=log, stderr=log)


def java():
    return os.path.join(os.environ["JAVA_HOME"], "bin", "java")


def programs(directory):
    """How each is started, by name and port."""
    for name, text, port in (("unbound", UNBOUND_CONF, UNBOUND), ("bind", BIND_CONF, BIND),
                             ("instar", INSTAR_CONF, INSTAR), ("nsd", NSD, UPSTREAM)):
        (directory / f"{name}.conf").write_text(text.format(port=port, up=UPSTREAM, d=directory))
    return {
        "instar": (INSTAR, [java(), "-XX:+UseSerialGC", "-Xmx1g", "-jar", str(DIST / "instar-dns64-alone.jar"),
                            str(directory / "instar.conf")]),
        "unbound": (UNBOUND, ["unbound", "-d", "-c", str(directory / "unbound.conf")]),
        "bind": (BIND, ["named", "-f", "-n", "1", "-c", str(directory / "bind.conf")]),
    }


def wait_for(port):
    for _ in range(200):
        done = subprocess.run(["dig", "+short", "+time=1", "+tries=1", "@127.0.0.1", "-p", str(port),
                               "n1.example.", "A"], capture_output=True, text=True, check=False)
        if "192.0.2" in done.stdout:
            return
        time.sleep(0.05)
    raise SystemExit(f"no answer from port {port}")


def perf(port, data, *arguments):
    """Answers per second and the share of queries without one."""
    text = subprocess.run([*PINNED, CLIENT_CORE, "dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", str(data),
                           "-c", "8", "-T", "1", "-q", "400", "-e", "-O", "suppress=timeout", *arguments],
                          capture_output=True, text=True, check=True).stdout
    values = dict(line.strip().split(":", 1) for line in text.splitlines() if ":" in line)
    lost = int(values["Queries lost"].split()[0])
    sent = int(values["Queries sent"].split()[0])
    return float(values["Queries per second"]), lost / sent


def write_zone(directory):
    names = WARM_NAMES + COLD_NAMES
    with open(directory / "zone", "w") as zone:
        zone.write("$TTL 86400\n. IN SOA ns. root. 1 3600 600 86400 86400\n. IN NS ns.\nns. IN A 127.0.0.1\n")
        for i in range(names):
            zone.write(f"n{i}.example. IN A 192.0.2.{i % 250 + 1}\n")
    (directory / "warm").write_text("".join(f"n{i}.example. AAAA\n" for i in range(WARM_NAMES)))
    (directory / "cold").write_text("".join(f"n{i}.example. AAAA\n" for i in range(WARM_NAMES, names)))
    (directory / "direct").write_text("".join(f"n{i}.example. A\n" for i in range(WARM_NAMES)))


def report(title, rates, reference):
    print(f"{title}")
    for name, values in rates.items():
        median = statistics.median(rate for rate, _ in values)
        lost = max(share for _, share in values)
        ratio = median / statistics.median(rate for rate, _ in rates[reference]) if reference in rates else 0
        print(f"  {name:8} {median:10.0f}/s  {ratio:5.2f} x {reference}, worst loss {lost:.4%}   "
              + " ".join(f"{rate:.0f}" for rate, _ in values), flush=True)


def main():
    directory = Path(tempfile.mkdtemp(prefix="instar-bench-dns64-"))
    running = []
    try:
        write_zone(directory)
        started = programs(directory)
        # the upstream shares the client's core: on the servers' it would take from those it serves
        log = open(directory / "nsd.log", "w")
        running.append(subprocess.Popen([*PINNED, CLIENT_CORE, "nsd", "-d", "-c", str(directory / "nsd.conf")],
                                        stdout=log, stderr=log))
        wait_for(UPSTREAM)
        cold = {name: [] for name in started}
        for _ in range(min(3, ROUNDS)):
            for name, (port, command) in started.items():
                process = start(directory, name, command)
                running.append(process)
                wait_for(port)
                cold[name].append(perf(port, directory / "cold", "-n", "1"))
                process.terminate()
                process.wait()
                running.remove(process)
        warm = {name: [] for name in started}
        for name, (port, command) in started.items():
            running.append(start(directory, name, command))
            wait_for(port)
            perf(port, directory / "warm", "-l", str(2 * SECONDS))
        for _ in range(ROUNDS):
            for name, (port, _) in started.items():
                warm[name].append(perf(port, directory / "warm", "-l", str(SECONDS)))
        report("warm", warm, "unbound")
        report("cold", cold, "unbound")
        subprocess.run(["taskset", "-p", "-c", SERVER_CORE, str(running[0].pid)], check=True, capture_output=True)
        for pid in subprocess.run(["pgrep", "-P", str(running[0].pid)], capture_output=True, text=True,
                                  check=False).stdout.split():
            subprocess.run(["taskset", "-p", "-c", SERVER_CORE, pid], check=False, capture_output=True)
        fastest = max(statistics.median(rate for rate, _ in values) for values in warm.values())
        generator = statistics.median(perf(UPSTREAM, directory / "direct", "-l", str(SECONDS))[0] for _ in range(3))
        print(f"generator: {generator:.0f}/s against NSD alone, {generator / fastest:.2f} x the fastest")
        return 0
    finally:
        for process in running:
            process.terminate()
            process.wait()
        shutil.rmtree(directory)


if __name__ == "__main__":
    if shutil.which("dnsperf") is None or shutil.which("unbound") is None or shutil.which("named") is None:
        raise SystemExit("dnsperf, unbound and bind9 are needed: scripts/setup installs them")
    sys.exit(main())
