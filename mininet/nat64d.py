# SPDX-License-Identifier: Apache-2.0
"""nat64d as a process: its configuration, its start, its REST interface."""

import http.client
import json
from urllib.parse import urlencode

from prerequisites import NAT64D
from process import Daemon, Failed, wait_until
from topo_single import (DNS64_ADDRESS, DNS_ADDRESS, FAST_PATH, FAST_PATH_SWITCH_END, GATEWAY_ADDRESS4,
                         GATEWAY_ADDRESS6, GATEWAY_MAC)

OPENFLOW_PORT = 6653
REST_PORT = 8064
PREFIX64 = "64:ff9b:1::/96"
POOL = "192.0.2.64/28"
START_SECONDS = 30
REST_SECONDS = 3

DEMO_TIMERS = {"udpSeconds": 12, "icmpSeconds": 10, "tcpEstablishedSeconds": 30, "tcpTransitorySeconds": 8}

CONFIG = """\
# Generated. DEMO TIMERS: sessions end within seconds so that their end can be watched.
# For real use drop `timers`: the defaults are those of RFC 6146 section 4 (300, 60, 7440 and 240 s).
prefixes: ["{prefix64}"]
shards: 2
pools:
  - name: main
    prefixes: [{pool}]
timers:
{timers}
gateway:
  mac: "{mac}"
  ipv6:
    address: {gateway6}/64
    advertise:
      prefixes: [2001:db8:6::/64]
      intervalSeconds: 30
      mtu: 1500
      pref64: true
      rdnss: ["{dns64}"]
  ipv4:
    address: {gateway4}/24
openflow:
  listen: 127.0.0.1:{openflow_port}
  fastPathPort: {fast_path_switch_end}
fastPath:
  interface: {fast_path}
dns64:
  listen: ["[{dns64}]:53"]
  upstreams: ["{dns}:53"]
  prefix: "{prefix64}"
rest:
  listen: 127.0.0.1:{rest_port}
"""


def config_text(timers=None):
    """A configuration for topo_single."""
    lines = ["  allowBelowRfcMinimum: true"]
    lines += [f"  {name}: {seconds}" for name, seconds in (timers or DEMO_TIMERS).items()]
    return CONFIG.format(prefix64=PREFIX64, pool=POOL, timers="\n".join(lines), mac=GATEWAY_MAC,
                         gateway6=GATEWAY_ADDRESS6, gateway4=GATEWAY_ADDRESS4, dns64=DNS64_ADDRESS, dns=DNS_ADDRESS,
                         openflow_port=OPENFLOW_PORT, rest_port=REST_PORT, fast_path=FAST_PATH,
                         fast_path_switch_end=FAST_PATH_SWITCH_END)


class Nat64d:
    """The daemon of one run and its REST interface."""

    def __init__(self, directory, timers=None):
        self.config_file = directory / "nat64d.yaml"
        self.binding_log = directory / "bindings.log"
        self.state_file = directory / "nat64d.state"
        self.config_file.write_text(config_text(timers) + f"bindingLog:\n  file: {self.binding_log}\n"
                                    f"state:\n  file: {self.state_file}\n  intervalSeconds: 1\n")
        self._log = directory / "nat64d.log"
        self.daemon = None

    def start(self):
        """Returns when REST is there; the switch may connect then."""
        self.daemon = Daemon("nat64d", [NAT64D, "--config", self.config_file], self._log)
        wait_until(self._reachable, START_SECONDS, "nat64d's REST interface", meanwhile=self._raise_trouble)

    def kill(self):
        """Ends it by SIGKILL: it can do nothing any more."""
        self.daemon.process.kill()
        self.daemon.process.wait(START_SECONDS)

    def wait_up(self):
        """Returns when the switch is connected and its static flows are in."""
        wait_until(lambda: self.health_trouble() is None, START_SECONDS,
                   "nat64d is up, switch connected, static flows in", meanwhile=self._raise_trouble)

    def _raise_trouble(self):
        if self.daemon.trouble():
            raise Failed(self.daemon.trouble())

    def _reachable(self):
        try:
            self.request("GET", "/v1/health")
            return True
        except Failed:
            return False

    def health_trouble(self):
        """Why nat64d does not call itself up, or None."""
        try:
            status, body = self.request("GET", "/v1/health")
        except Failed as error:
            return str(error)
        if status == 200 and body.get("status") == "up":
            return None
        return f"nat64d says it is {body.get('status')}: {body.get('reason')}"

    def get(self, path, **query):
        """The answer's JSON. Raises Failed on any other status than 200."""
        return self._expect_ok("GET", path, query)

    def sessions(self, **filters):
        """All sessions under these filters."""
        return self._pages("/v1/sessions", "sessions", filters)

    def bindings(self):
        """All bindings."""
        return self._pages("/v1/bindings", "bindings", {})

    def counters(self):
        """Counters by name."""
        return self.get("/v1/counters")["counters"]

    def tables(self):
        """Table ids by name."""
        return {table["name"]: table["id"] for table in self.get("/v1/tables")["tables"]}

    def delete_sessions(self, **filters):
        """Ends the sessions under these filters; returns how many there were."""
        return self._expect_ok("DELETE", "/v1/sessions", filters)["removed"]

    def leave_switch(self, **filters):
        """Takes the sessions under these filters out of the switch; returns how many there were."""
        return self._expect_ok("DELETE", "/v1/offload", filters)["left"]

    def _pages(self, path, key, query):
        items, after = [], None
        while True:
            page = self.get(path, **query, **({} if after is None else {"after": after}))
            items += page[key]
            after = page.get("next")
            if after is None:
                return items

    def _expect_ok(self, method, path, query):
        status, body = self.request(method, path, query)
        if status != 200:
            raise Failed(f"{method} {path} answered {status}: {body}")
        return body

    def request(self, method, path, query=None, body=None):
        """Status and JSON of the answer. Raises Failed when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", REST_PORT, timeout=REST_SECONDS)
        try:
            connection.request(method, path + ("?" + urlencode(query) if query else ""), body,
                               {} if body is None else {"Content-Type": "text/plain"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failed(f"no answer of nat64d's REST interface to {method} {path}: {error}") from None
        finally:
            connection.close()
