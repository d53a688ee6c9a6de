# SPDX-License-Identifier: Apache-2.0
"""The steps of the demo in their order. Each prints what it shows and raises Failed when it is not so."""

import ipaddress
import sys

from flows import ONLY_STATIC, flows_of_client, flows_of_session, miss_6to4
from guard import Guard
from lab import Lab
from nat64d import DEMO_TIMERS, PREFIX64, REST_PORT
from ovs import BRIDGE, dump_flows
from printing import flows_table, say, sessions_table, table
from process import Failed, wait_until
from servers import ECHO_PORTS, HERE, NAME, PAGE, ask_directly
from throughput import walk_through_passes, watch_iperf
from topo_single import DNS64_ADDRESS, GATEWAY_ADDRESS6, GATEWAY_MAC, PICTURE, WEB_ADDRESS

SYNTHESISED = ipaddress.ip_address(
    int(ipaddress.ip_network(PREFIX64).network_address) | int(ipaddress.ip_address(WEB_ADDRESS)))
FLOWS_OF_THE_WALK = 3


class Walk:
    """What the steps share."""

    def __init__(self, run):
        self.run = run
        self.lab = Lab(run)
        self.guard = Guard(self.lab)
        self.tables = {}
        self.punts_before = 0

    @property
    def nat64d(self):
        """REST of nat64d."""
        return self.lab.nat64d

    def punts(self):
        """Packets that went to the controller so far, as the switch counts them."""
        rule = miss_6to4(dump_flows(ONLY_STATIC), self.tables)
        expect(rule, "the packet-in rule MISS_6TO4 is on the switch")
        return rule.packets

    def likely_cause(self, error):
        """What the guard knows about a failure, as text to append."""
        try:
            self.guard.check()
            return ""
        except Exception as cause:
            return f"\n  likely cause: {cause}" if str(cause) != str(error) else ""


def expect(condition, what):
    """Raises Failed unless the condition holds."""
    if not condition:
        raise Failed(f"expected: {what}")


def start(walk):
    """Network, servers and nat64d."""
    walk.lab.start()
    walk.tables = walk.nat64d.tables()
    walk.guard.arm()
    for line in PICTURE.splitlines():
        say(line)
    say()
    table(("process", "pid", "log"), [(d.name, d.pid, d.log) for d in walk.lab.daemons])
    timers = ", ".join(f"{name} {seconds}" for name, seconds in DEMO_TIMERS.items())
    say(f"DEMO TIMERS, not for use: {timers}")
    say()
    for line in access_lines(walk.run):
        say(line)


def addresses(walk):
    """Router advertisement gave the clients all they have."""
    walk.lab.wait_for_addresses(meanwhile=walk.guard.check_quickly)
    rows = []
    for client in walk.lab.clients:
        entry = next(a for a in client.addresses("6") if a["scope"] == "global")
        route = client.default_route()
        expect(entry.get("dynamic"), f"the address of {client.name} comes from a router advertisement")
        expect(route.get("protocol") == "ra", f"the default route of {client.name} comes from a router advertisement")
        expect(not client.addresses("4"), f"{client.name} has no IPv4 address")
        resolver = client.output("cat", "/etc/resolv.conf").strip()
        rows.append((client.name, entry["local"], route["gateway"], resolver))
    table(("client", "address (autoconf)", "default route (RA)", "resolver (by hand)"), rows)


def neighbours(walk):
    """The gateway answers neighbour solicitations."""
    rows = []
    for client in walk.lab.clients:
        router = client.default_route()["gateway"]
        # Any packet to the gateway starts neighbour discovery; whether it answers pings is of no interest here.
        client.run("ping", "-6", "-n", "-c", "1", "-W", "1", GATEWAY_ADDRESS6)
        wait_until(lambda c=client: c.neighbours().get(GATEWAY_ADDRESS6, ("",))[0] == GATEWAY_MAC, 5,
                   f"{client.name} has {GATEWAY_ADDRESS6} at {GATEWAY_MAC} in its neighbour cache")
        known = client.neighbours()
        expect(known.get(router, ("",))[0] == GATEWAY_MAC, f"{client.name} has its router {router} at {GATEWAY_MAC}")
        for address in (GATEWAY_ADDRESS6, router):
            link_layer, state = known[address]
            rows.append((client.name, address, link_layer, " ".join(state)))
    table(("client", "neighbour", "link-layer address", "state"), rows)


def resolve(walk):
    """DNS64 makes the AAAA record that the server's zone lacks."""
    direct = ask_directly(walk.lab["web"]), ask_directly(walk.lab["web"], "AAAA")
    expect(direct == (WEB_ADDRESS, ""), f"the authoritative server has an A record and no AAAA for {NAME}: {direct}")
    answer = walk.lab["h1"].output("dig", "+short", "+time=3", "+tries=2", NAME, "AAAA").strip()
    expect(answer == str(SYNTHESISED), f"DNS64 answers {SYNTHESISED} for {NAME}; it answered '{answer}'")
    say(f"authoritative (dns, NSD):  {NAME}  A {direct[0]}   AAAA (none)")
    say(f"DNS64 ({DNS64_ADDRESS}):   {NAME}  AAAA {answer}")


def page(walk):
    """A page by name over TCP. From here on packets need the translator."""
    walk.punts_before = walk.punts()
    done = walk.lab["h1"].run("curl", "-sS", "--max-time", "8", "-w", "%{stderr}%{remote_ip} %{http_code}",
                              f"http://{NAME}/")
    expect(done.returncode == 0, f"curl http://{NAME}/ fetches the page: {done.stderr.strip()}")
    expect(done.stdout == PAGE, f"the page is what the server has; it was {done.stdout!r}")
    remote, status = done.stderr.split()
    expect(ipaddress.ip_address(remote) == SYNTHESISED, f"curl used {SYNTHESISED}; it used {remote}")
    say(f"h1$ curl http://{NAME}/     (connected to {remote}, status {status})")
    say(done.stdout)


def ping(walk):
    """ICMP echo by name."""
    done = walk.lab["h1"].run("ping", "-6", "-n", "-c", "3", "-i", "0.5", "-W", "2", NAME)
    say(f"h1$ ping -c 3 {NAME}")
    say("\n".join(line for line in done.stdout.splitlines() if line and not line.startswith("---")))
    expect(done.returncode == 0 and " 0% packet loss" in done.stdout, "3 of 3 echo replies")


def udp(walk):
    """A datagram there and one back."""
    done = walk.lab["h1"].run(sys.executable, HERE / "udp_echo.py", "ask", NAME, ECHO_PORTS[0])
    expect(done.returncode == 0 and done.stdout.endswith("hello\n"), f"the datagram comes back: {done.stderr.strip()}")
    address, port, text = done.stdout.split()
    say(f"h1 sent '{text}' to {NAME} port {ECHO_PORTS[0]} and got it back")
    say(f"the server saw it from {address} port {port}")


def first_packets(walk):
    """Only the first packet of each flow went to the controller."""
    grown = walk.punts() - walk.punts_before
    sessions = walk.nat64d.sessions()
    sessions_table(sessions)
    say()
    flows = dump_flows()
    flows_table([flow for flow in flows if not flow.is_translation], walk.tables)
    say(f"and {sum(flow.is_translation for flow in flows)} flows with which the switch translates any session")
    say()
    say(f"packet-ins for page, ping and UDP, counted by the switch's rule MISS_6TO4: {grown}")
    # The first packet of a flow may be repeated before the flow's rule is confirmed.
    expect(FLOWS_OF_THE_WALK <= grown <= 2 * FLOWS_OF_THE_WALK,
           f"{FLOWS_OF_THE_WALK} new flows gave {FLOWS_OF_THE_WALK} packet-ins (or few more); they gave {grown}")


def throughput(walk):
    """10 s of iperf3, translated in the switch, that the controller sees nothing of."""
    watch_iperf(walk)


def passes(walk):
    """What the switch's tables do with the packets of a running connection, both ways."""
    walk_through_passes(walk)


def both_clients(walk):
    """Sessions of both clients, and their flows on the switch."""
    for client in walk.lab.clients:
        client.output("curl", "-sSf", "--max-time", "8", "-o", "/dev/null", f"http://{NAME}/")
        for port in ECHO_PORTS:
            client.output(sys.executable, HERE / "udp_echo.py", "ask", NAME, port)

    def all_match():
        sessions, flows = walk.nat64d.sessions(), dump_flows()
        live = [s for s in sessions if s["flows"] == "CONFIRMED"]
        return live and all(all(flows_of_session(s, flows, walk.tables)) for s in live) and (sessions, live)

    sessions, live = wait_until(all_match, 4, "every confirmed session of REST has its two flows on the switch")
    sessions_table(sessions)
    say(f"each of the {len(live)} confirmed sessions has one flow in SESSION_6TO4 and one in SESSION_4TO6")
    for client in walk.lab.clients:
        expect(any(s["client"]["address"] == client.global_address() for s in live), f"sessions of {client.name}")


def delete(walk):
    """One client's sessions go, the other's stay."""
    gone, stays = (client.global_address() for client in walk.lab.clients)
    doomed = walk.nat64d.sessions(client=gone)
    before = {s["id"] for s in walk.nat64d.sessions(client=stays) if s["expiresInMillis"] > 3000}
    flows_before = _flows_of(doomed, dump_flows(), walk.tables)
    expect(before, "h2 has sessions")
    expect(flows_before, "h1 has flows")
    removed = walk.nat64d.delete_sessions(client=gone)
    flows = dump_flows()
    left = walk.nat64d.sessions(client=gone)
    staying = walk.nat64d.sessions(client=stays)
    flows_staying = _flows_of(staying, flows, walk.tables)
    expect(removed > 0, "DELETE removed at least one session")
    expect(not left, f"h1 has no session left; it has {len(left)}")
    expect(not _flows_of(doomed, flows, walk.tables) and not flows_of_client(flows, gone), "h1 has no flow left")
    expect(before <= {s["id"] for s in staying}, "h2's sessions stay")
    expect(flows_staying, "h2's flows stay")
    say(f"DELETE /v1/sessions?client={gone}")
    table(("client", "sessions before", "flows before", "sessions after", "flows after"),
          [("h1", len(doomed), flows_before, 0, 0), ("h2", len(before), "", len(staying), flows_staying)])


def _flows_of(sessions, flows, tables):
    """How many flows of these sessions are on the switch, both directions."""
    return sum(flow is not None for session in sessions for flow in flows_of_session(session, flows, tables))


def idle_end(walk):
    """Sessions end by themselves."""
    seconds = max(DEMO_TIMERS.values()) + 15
    say(f"waiting for the idle timeouts (at most {seconds} s) ...")
    wait_until(lambda: not walk.nat64d.sessions(), seconds, "all sessions ended", 0.5, walk.guard.check_quickly)
    wait_until(lambda: not walk.nat64d.bindings(), 5, "all bindings are free", 0.5)
    wait_until(lambda: not [f for f in dump_flows() if f.is_session or f.is_translated_session], 5,
               "all session flows are gone", 0.5)
    in_use = walk.nat64d.get("/v1/pools")["pools"][0]["bindings"]
    expect(not any(in_use.values()), f"the pool has no binding in use: {in_use}")
    table(("sessions", "bindings", "session flows"), [(0, 0, 0)])
    say("counters of nat64d that are not 0:")
    table(("counter", "value"), sorted((name, value) for name, value in walk.nat64d.counters().items() if value))


def access_lines(run):
    """How to look at the run from another terminal."""
    inside = f"ip netns exec {run.namespace}"
    return ("from another terminal:",
            f"  export OVS_RUNDIR={run.directory}/ovs",
            f"  ovs-ofctl -O OpenFlow13 --names dump-flows {BRIDGE}",
            f"  {inside} curl -s http://127.0.0.1:{REST_PORT}/v1/sessions",
            f"run directory: {run.directory}")


def what_to_try(walk, keep):
    """Printed at the very end."""
    where = "" if keep else " 'make demo ARGS=--keep' stays at Mininet's prompt; there"
    print(f"\nWhat to try next:{where}")
    for line in (f"h2 curl http://{NAME}/", f"h1 ping -c 3 {NAME}", f"h1 dig {NAME} AAAA", "h2 ip -6 route",
                 f"sh ovs-ofctl -O OpenFlow13 --names dump-flows {BRIDGE}",
                 f"sh curl -s http://127.0.0.1:{REST_PORT}/v1/sessions",
                 f"sh curl -s -X DELETE 'http://127.0.0.1:{REST_PORT}/v1/sessions?client="
                 f"{walk.lab['h2'].global_address()}'"):
        say(f"mininet> {line}")
    if keep:
        for line in access_lines(walk.run):
            say(line)


STEPS = (
    # title, at most so many seconds, step
    ("build the network, start the servers and nat64d", 90, start),
    ("the clients get address and default route by router advertisement", 30, addresses),
    ("the clients find the gateway by neighbour discovery", 30, neighbours),
    ("DNS64 gives the IPv4-only server an IPv6 address", 20, resolve),
    ("an IPv6-only client opens the page of the IPv4-only server by name", 20, page),
    ("it pings the server by name", 20, ping),
    ("it sends and receives UDP", 20, udp),
    ("only the first packet of each flow reached the controller", 20, first_packets),
    ("10 s of iperf3: the switch translates its packets itself, the packet-in rule stands still", 45, throughput),
    ("three passes through the switch's tables translate a packet: ofproto/trace explained", 30, passes),
    ("both clients at once: sessions in REST match flows on the switch", 30, both_clients),
    ("DELETE of one client's sessions over REST", 20, delete),
    ("the sessions end after their idle timeout: flows gone, bindings free", 75, idle_end),
)
