# SPDX-License-Identifier: Apache-2.0
"""nat64d ends and starts again: what was established goes on, with the same transport address on the IPv4 side."""

import json
import os
import selectors
import subprocess
import sys
from datetime import datetime, timezone

import pytest

from prerequisites import NAT64D
from process import output, wait_until
from servers import ECHO_PORTS, HERE, NAME
from test_translation import ask
from topo_single import WEB_ADDRESS

TCP_PORT = 7010
ANSWER_SECONDS = 25
pytestmark = pytest.mark.usefixtures("patient")


class Connection:
    """One TCP connection of a client's, over which it asks who the server takes it for."""

    def __init__(self, client):
        argv = [str(word) for word in client.argv(sys.executable, HERE / "tcp_echo.py", "talk", NAME, TCP_PORT)]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, word):
        """Pool address and port that the server sees."""
        self._process.stdin.write(word.encode() + b"\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            assert selector.select(ANSWER_SECONDS), f"no answer to '{word}'"
        address, port, answer = os.read(self._process.stdout.fileno(), 1000).decode().split()
        assert answer == word
        return address, int(port)

    def close(self):
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def server(lab):
    """A TCP server on the IPv4 side."""
    daemon = lab["web"].daemon("tcp-echo", lab.run.directory / "tcp-echo.log", sys.executable, HERE / "tcp_echo.py",
                               "serve", WEB_ADDRESS, TCP_PORT)
    wait_until(lambda: "ready" in daemon.log_text(), 5, "the TCP server")
    yield daemon
    daemon.stop()


@pytest.fixture
def connection(no_sessions, server, h1):
    """A connection that is open before nat64d ends."""
    opened = Connection(h1)
    yield opened
    opened.close()


def start_again(lab):
    lab.nat64d.start()
    lab.nat64d.wait_up()
    lab.wait_for_addresses()


def session_at(lab, pool):
    """The TCP session of a pool address and port."""
    wanted = {"address": pool[0], "port": pool[1]}
    return next(session for session in lab.nat64d.sessions(protocol="tcp") if session["pool"] == wanted)


def sessions_restored(lab):
    return lab.nat64d.counters()["snapshot_sessions_restored"]


def test_connections_go_on_over_an_orderly_restart(lab, connection, h1):
    seen = connection.ask("before")
    seen_by_udp = ask(h1, ECHO_PORTS[0], 43001)
    before = session_at(lab, seen)
    assert lab.nat64d.daemon.stop() == 0
    start_again(lab)
    assert sessions_restored(lab) >= 2
    restored = session_at(lab, seen)
    assert restored["state"] == "ESTABLISHED"
    assert [restored[same] for same in ("client", "createdAt")] == [before[same] for same in ("client", "createdAt")]
    assert connection.ask("after") == seen
    assert ask(h1, ECHO_PORTS[0], 43001) == seen_by_udp
    assert lab.nat64d.get("/v1/check")["good"]
    assert lab.nat64d.get("/v1/health")["state"]["problem"] == ""


def test_what_a_snapshot_had_goes_on_after_a_kill(lab, connection):
    seen = connection.ask("before")
    written = lab.nat64d.counters()["snapshot_written"]
    # the snapshot after the next one was begun when the session was there
    wait_until(lambda: lab.nat64d.counters()["snapshot_written"] >= written + 2, 10, "a snapshot")
    lab.nat64d.kill()
    start_again(lab)
    assert sessions_restored(lab) >= 1
    assert connection.ask("after") == seen
    assert lab.nat64d.get("/v1/check")["good"]


def test_the_binding_log_tells_who_has_a_port_since_before_the_restart(lab, connection, h1):
    address, port = connection.ask("before")
    assert lab.nat64d.daemon.stop() == 0
    start_again(lab)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    log = lab.nat64d.binding_log
    told = output([NAT64D.parent / "nat64ctl", "who", log, f"{address}:{port}", now, "--protocol", "tcp"])
    assert h1.global_address() in told
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    start = max(i for i, line in enumerate(lines) if line["event"] == "started")
    events = [line["event"] for line in lines[start:] if line.get("address") == address
              and (line.get("port") == port or line.get("firstPort", 65536) <= port <= line.get("lastPort", 0))]
    assert sorted(events) == ["binding_restored", "block_restored"]


def test_a_broken_state_file_is_set_aside_and_told(lab, h1):
    assert lab.nat64d.daemon.stop() == 0
    whole = lab.nat64d.state_file.read_bytes()
    lab.nat64d.state_file.write_bytes(whole[:-1])
    start_again(lab)
    assert lab.nat64d.counters()["snapshot_refused"] == 1
    refused = lab.nat64d.state_file.with_name(lab.nat64d.state_file.name + ".refused")
    assert refused.read_bytes() == whole[:-1]
    assert f"{lab.nat64d.state_file}: at byte {len(whole) - 1}: it ends within the checksum" in \
        lab.nat64d.daemon.log_text()
    assert ask(h1, ECHO_PORTS[0])
