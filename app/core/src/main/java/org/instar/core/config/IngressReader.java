// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.instar.core.edge.AdvertisedPrefix;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Link6;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.IngressSources;
import org.instar.core.rule.SourceCheck;
import org.instar.engine.address.Prefix6;

/** Reads the list {@code ingress}: which IPv6 sources may come in where. */
final class IngressReader {

    private IngressReader() {
    }

    static SourceCheck read(ConfigNode root, EdgeConfig gateway) throws ConfigException {
        if (!root.has("ingress")) {
            return SourceCheck.of(gateway.links6().stream()
                    .map(link -> IngressSources.of("", vlan(gateway, link), sources(link)))
                    .collect(Collectors.toList()));
        }
        List<IngressSources> entries = new ArrayList<>();
        for (ConfigNode node : root.objects("ingress")) {
            String port = node.optional("port", "", IngressReader::portName);
            int vlan = node.integer("vlan", Ingress.UNKNOWN_VLAN, Ingress.UNTAGGED, Ingress.MAX_VLAN);
            List<Prefix6> sources = node.list("sources", IngressReader::unicast);
            node.refuseUnknown();
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).port().equals(port) && entries.get(i).vlan() == vlan) {
                    throw node.error("sources", "ingress[" + i + "] is for the same port and VLAN: join them");
                }
            }
            entries.add(IngressSources.of(port, vlan, sources));
        }
        return SourceCheck.of(entries);
    }

    /** Where there is one link its packets are those of every VLAN: no other gets as far as to be asked about. */
    private static int vlan(EdgeConfig gateway, Link6 link) {
        return gateway.links6().size() == 1 ? Ingress.UNKNOWN_VLAN : link.vlan();
    }

    /** What is on-link in a VLAN and what is advertised there. */
    private static List<Prefix6> sources(Link6 link) {
        List<Prefix6> sources = new ArrayList<>(link.prefixes());
        if (link.advertisement() != null) {
            link.advertisement().prefixes().stream().map(AdvertisedPrefix::prefix)
                    .filter(prefix -> !sources.contains(prefix)).forEach(sources::add);
        }
        return sources;
    }

    private static String portName(String text) {
        if (!text.matches("[^\\s{},]+")) {
            throw new IllegalArgumentException("not a port's name without blanks, braces and commas: '" + text + "'");
        }
        return text;
    }

    private static Prefix6 unicast(String text) {
        Prefix6 prefix = Prefix6.parse(text);
        if (prefix.address().isMulticast() || prefix.address().isLinkLocal()) {
            throw new IllegalArgumentException("no addresses that packets are forwarded from: '" + text + "'");
        }
        return prefix;
    }
}
