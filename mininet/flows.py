# SPDX-License-Identifier: Apache-2.0
"""Flows as the switch itself reports them, and which of them are Instar's."""

import ipaddress
import re
from dataclasses import dataclass

COOKIE_STATIC = 0x1564_0001
COOKIE_SESSION = 0x1564_0002
# Of the translation in the switch; the byte above these is the version of its tables.
COOKIE_MARK, KIND_RULE, KIND_TRANSLATED = 0x1564, 3, 4
# A match for ovs-ofctl.
ONLY_STATIC = f"cookie={COOKIE_STATIC << 32:#x}/0xffffffff00000000"
DEFAULT_PRIORITY = 32768

TABLE_SESSION_6TO4 = "SESSION_6TO4"
TABLE_SESSION_4TO6 = "SESSION_4TO6"
TABLE_OFFER_6TO4 = "OFFER_6TO4"
TABLE_OFFER_4TO6 = "OFFER_4TO6"
MISS_PRIORITY = 1


@dataclass(frozen=True)
class Flow:
    """One flow entry; match and actions as ovs-ofctl writes them."""

    table: int
    cookie: int
    priority: int
    duration_seconds: float
    idle_timeout_seconds: int
    packets: int
    bytes: int
    match: str
    actions: str

    @property
    def is_static(self):
        """Whether it is one of the flows that stand as long as nat64d is connected."""
        return self.cookie >> 32 == COOKIE_STATIC

    @property
    def is_session(self):
        """Whether it belongs to sessions."""
        return self.cookie >> 32 == COOKIE_SESSION

    @property
    def is_translation(self):
        """Whether it is one of the flows with which the switch translates any session."""
        return self._is_kind(KIND_RULE)

    @property
    def is_translated_session(self):
        """Whether with it the switch translates one session."""
        return self._is_kind(KIND_TRANSLATED)

    def _is_kind(self, kind):
        return self.cookie >> 48 == COOKIE_MARK and self.cookie >> 32 & 0xff == kind

    def fields(self):
        """The match as a dictionary; words without a value, like tcp6, map to an empty string."""
        return {name: value for name, _, value in (word.partition("=") for word in self.match.split(","))}

    def addresses(self):
        """Source and destination address of the match, None where not matched."""
        fields = self.fields()
        return tuple(ipaddress.ip_address(text) if text else None for text in (
            fields.get("ipv6_src") or fields.get("nw_src"), fields.get("ipv6_dst") or fields.get("nw_dst")))

    def ports(self):
        """Source and destination port of the match, None where not matched."""
        fields = self.fields()
        return tuple(int(text) if text else None for text in (
            fields.get("tp_src") or fields.get("tcp_src") or fields.get("udp_src"),
            fields.get("tp_dst") or fields.get("tcp_dst") or fields.get("udp_dst")))


def parse_flows(text):
    """Flows in the output of ovs-ofctl dump-flows."""
    return [_parse(line.strip()) for line in text.splitlines() if "cookie=" in line]


def _parse(line):
    head, _, actions = line.partition(" actions=")
    # The match is the last word but for flags before it: "..., send_flow_rem priority=10,tcp6,..."
    match = re.sub(r"^priority=\d+,?", "", head.split(", ")[-1].split(" ")[-1])
    return Flow(table=_number(head, "table", 0),
                cookie=_number(head, "cookie", 0),
                priority=_number(head, "priority", DEFAULT_PRIORITY),
                duration_seconds=float(re.search(r"\bduration=([\d.]+)s", head).group(1)),
                idle_timeout_seconds=_number(head, "idle_timeout", 0),
                packets=_number(head, "n_packets", 0),
                bytes=_number(head, "n_bytes", 0),
                match=match, actions=actions)


def _number(text, name, default):
    found = re.search(rf"\b{name}=(0x[0-9a-f]+|\d+)", text)
    return int(found.group(1), 0) if found else default


def miss_6to4(flows, tables):
    """The rule that sends the first packet of a flow to the controller. tables: table ids by name."""
    return next((flow for flow in flows if flow.table == tables[TABLE_SESSION_6TO4] and flow.is_static
                 and flow.priority == MISS_PRIORITY), None)


def flows_of_client(flows, client):
    """Session flows of the IPv6 side from this client."""
    return [flow for flow in flows if flow.is_session and flow.addresses()[0] == ipaddress.ip_address(client)]


def flows_of_session(session, flows, tables):
    """The pair of flows (6 to 4, 4 to 6) that carries a session of REST; None for one that is not on the switch."""
    wants_ports = session["protocol"] != "icmp"

    def find(table, source, destination):
        addresses = tuple(ipaddress.ip_address(end["address"]) for end in (source, destination))
        ports = (source["port"], destination["port"]) if wants_ports else (None, None)
        return next((flow for flow in flows if flow.is_session and flow.table == tables[table]
                     and flow.addresses() == addresses and flow.ports() == ports
                     and _same_protocol(flow, session["protocol"])), None)

    return (find(TABLE_SESSION_6TO4, session["client"], session["remote6"]),
            find(TABLE_SESSION_4TO6, session["remote4"], session["pool"]))


def _same_protocol(flow, protocol):
    return bool(flow.fields().keys() & {protocol, protocol + "6"})
