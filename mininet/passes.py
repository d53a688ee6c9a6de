# SPDX-License-Identifier: Apache-2.0
"""The three passes of a session's packets through the switch, by ofproto/trace, explained table by table.

A trace ends where the packet is parsed anew (recirculates). What the next pass sees is no header any more that could be
written down as a flow by hand, so it is taken from the datapath: the flow with the recirculation's number that has
carried most packets. All packets that a flow of the datapath carries go the same way.
"""

import re
from dataclasses import dataclass

from ovs import BRIDGE, vsctl
from printing import say, table
from process import Failed, output
from topo_single import GATEWAY_MAC

PASSES = 3
TYPE_NSH = "0x894f"
# RFC 8300 section 2.2: what the rules write into the packets makes an NSH header of this type.
NSH_MD_TYPE = {"6>4": 1, "4>6": 2}
WIDEST_ACTIONS = 64
NEXT_PASS = r"recirc\((0x[0-9a-f]+)\)"


@dataclass(frozen=True)
class Passed:
    """A table that a packet passed, and the actions of the rule that matched."""

    table: int
    actions: tuple


@dataclass(frozen=True)
class Trace:
    """One pass: tables in their order, the headers at its end and the datapath's actions, as ovs-appctl writes them."""

    tables: tuple
    final: str
    datapath_actions: str

    @property
    def next_pass(self):
        """Number of the recirculation that follows, None in the last pass."""
        found = re.findall(NEXT_PASS, self.datapath_actions)
        return found[-1] if found else None


@dataclass(frozen=True)
class DatapathFlow:
    """One flow of the datapath, key as ovs-appctl writes it."""

    key: str
    packets: int


def explain(lab, session):
    """Prints the passes of a running session's packets both ways; it is to be in the switch."""
    client, server = (next(host for host in lab.net.hosts if address in _addresses(host))
                      for address in (session["client"]["address"], session["remote4"]["address"]))
    tables = {entry["id"]: entry for entry in lab.nat64d.get("/v1/tables")["tables"]}
    for way, source, target in (("6>4", client, server), ("4>6", server, client)):
        traces = follow(session, way, _port(lab, source))
        for number, trace in enumerate(traces, start=1):
            say(f"{source.name} > {target.name}, pass {number} of {PASSES}: {_seen(session, way, number)}")
            _print(trace, tables, number)
        say()


def _addresses(host):
    return [entry["local"] for family in "46" for entry in host.addresses(family)]


def _port(lab, host):
    [(_, interface)] = host.connectionsTo(lab.net[BRIDGE])
    return int(vsctl("get", "interface", interface.name, "ofport"))


def first_packet(session, way, port):
    """A data segment of a TCP session as it comes in at a port, in the words of ovs-ofctl."""
    if way == "6>4":
        kind, prefix, ends = "tcp6", "ipv6", (session["client"], session["remote6"])
    else:
        kind, prefix, ends = "tcp", "nw", (session["remote4"], session["pool"])
    (source, target) = ends
    return (f"in_port={port},{kind},dl_dst={GATEWAY_MAC},{prefix}_src={source['address']},"
            f"{prefix}_dst={target['address']},nw_ttl=64,tp_src={source['port']},tp_dst={target['port']},tcp_flags=ack")


def follow(session, way, port):
    """The traces of a session's packet that comes in at a port, one for each pass."""
    traces = [parse_trace(output(["ovs-appctl", "ofproto/trace", BRIDGE, first_packet(session, way, port)]))]
    while traces[-1].next_pass and len(traces) < PASSES:
        traces.append(_next(traces[-1], session, way, port))
    if traces[-1].next_pass or len(traces) != PASSES:
        raise Failed(f"expected: a packet of the session {way} makes {PASSES} passes; it makes {len(traces)}"
                     + (" and more" if traces[-1].next_pass else ""))
    return traces


def _next(before, session, way, port):
    """The trace of the next pass, if it is the last one then with the session's addresses at its end."""
    wanted, ends = translated(session, way), []
    flows = parse_datapath_flows(output(["ovs-appctl", "dpctl/dump-flows"]))
    for flow in sorted(flows, key=lambda flow: -flow.packets):
        if not flow.key.startswith(f"recirc_id({before.next_pass}),"):
            continue
        argument = [BRIDGE, _overlay(flow.key, port, way)] if "nsh(" in flow.key else [flow.key]
        trace = parse_trace(output(["ovs-appctl", "ofproto/trace", *argument]))
        if trace.next_pass or wanted <= set(trace.final.split(",")):
            return trace
        ends.append(trace.final)
    raise Failed(f"expected: a packet {way} leaves with {', '.join(sorted(wanted))}; its pass ends with {ends}")


def translated(session, way):
    """What the last pass shows at its end of a packet of the session: addresses, and the port that it writes."""
    if way == "6>4":
        return {f"nw_src={session['pool']['address']}", f"nw_dst={session['remote4']['address']}"}
    return {f"ipv6_src={session['remote6']['address']}", f"ipv6_dst={session['client']['address']}",
            f"tp_dst={session['client']['port']}"}


def _overlay(key, port, way):
    """A key of the second pass in the words of ovs-ofctl: ovs-appctl doesn't read the NSH headers that it writes."""
    source, target = re.search(r"eth\(src=([0-9a-f:]+)[^,]*,dst=([0-9a-f:]+)", key).groups()
    ttl = re.search(r"nsh\(ttl=(\d+)", key)
    return (f"recirc_id={re.match(r'recirc_id.(0x[0-9a-f]+)', key).group(1)},in_port={port},dl_src={source},"
            f"dl_dst={target},dl_type={TYPE_NSH},nsh_mdtype={NSH_MD_TYPE[way]}"
            + (f",nsh_ttl={ttl.group(1)}" if ttl else ""))


def parse_datapath_flows(text):
    """Flows in the output of dpctl/dump-flows."""
    found = re.findall(r"^(recirc_id\(.*?), packets:(\d+), ", text, re.MULTILINE)
    return [DatapathFlow(key, int(packets)) for key, packets in found]


def parse_trace(text):
    """What ofproto/trace prints. Of a packet measured on its way, the tables that it passes if it is not too big."""
    tables = []
    for line in text.splitlines():
        heading = re.match(r"( ?\d+)\. (?:.*, )?priority \d+", line)
        if heading:
            tables.append((int(heading.group(1)), []))
        elif tables and re.match(r" {4}[a-z]", line):
            tables[-1][1].append(line.strip())
    ends = dict(re.findall(r"^(Final flow|Datapath actions): (.*)$", text, re.MULTILINE))
    if not tables or len(ends) != 2:
        raise Failed(f"no trace of the packet: {text}")
    return Trace(tuple(Passed(number, tuple(actions)) for number, actions in tables),
                 ends["Final flow"], ends["Datapath actions"])


def shortened(actions):
    """Actions of a rule in few words: fields and what is written to them; the next table shows by itself."""
    words = []
    for action in actions:
        written = re.fullmatch(r"set_field:([^/]*)(?:/.*)?->(\w+)", action)
        moved = re.fullmatch(r"move:(.*)->(.*)", action)
        if written:
            words.append(f"{written.group(2)}={written.group(1)}")
        elif moved:
            words.append(f"{_field(moved.group(2))}={_field(moved.group(1))}")
        elif not action.startswith(("resubmit", "goto_table")):
            words.append(_field(action.replace("packet_type(ns=0,type=0)", "as Ethernet")))
    text = ", ".join(words) or "(goes on)"
    return text if len(text) <= WIDEST_ACTIONS else text[:WIDEST_ACTIONS - 3] + "..."


def _field(name):
    return re.sub(r"(NXM_OF|NXM_NX|OXM_OF)_(\w+)", lambda found: found.group(2).lower(), name).replace("[]", "")


def _seen(session, way, number):
    if number == 2:
        return "its IP header parsed as an Ethernet header"
    source, target = ("client", "remote6") if way == "6>4" else ("remote4", "pool")
    if number == 1:
        return (f"as it came, {session[source]['address']} port {session[source]['port']} to "
                f"{session[target]['address']} port {session[target]['port']}")
    return "a plain frame of the other family"


def _print(trace, tables, number):
    rows = []
    for passed in trace.tables:
        known = tables[passed.table]
        if known["pass"] != number:
            raise Failed(f"table {known['name']} is passed in pass {number}, not in {known['pass']}")
        rows.append((f"{passed.table}", known["name"], shortened(passed.actions), known["purpose"]))
    table(("", "table", "actions of the rule", "what for"), rows)
