// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.instar.core.Protocol;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Link4;
import org.instar.core.rule.PortRanges;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;

/** Reads {@code staticBindings}: lines or objects, checked against one another, the pools and the gateway. */
final class StaticBindingReader {

    private static final String FIELD = "staticBindings";

    private StaticBindingReader() {
    }

    static List<StaticBinding> read(ConfigNode root) throws ConfigException {
        if (!root.has(FIELD)) {
            return List.of();
        }
        List<StaticBinding> bindings = root.list(FIELD, StaticBinding::parse, StaticBindingReader::readObject);
        checkTogether(root, bindings);
        return bindings;
    }

    private static StaticBinding readObject(ConfigNode node) throws ConfigException {
        Set<Protocol> protocols = node.has("protocols")
                ? EnumSet.copyOf(node.list("protocols", Protocol::parse)) : EnumSet.allOf(Protocol.class);
        Ip6 client = node.required("client", Ip6::parse);
        int poolAddress = node.required("poolAddress", Ip4::parse);
        PortRanges poolPorts = node.optional("poolPorts", PortRanges.ANY, StaticBindingReader::ports);
        PortRanges clientPorts = node.optional("clientPorts", poolPorts, StaticBindingReader::ports);
        String field = node.has("clientPorts") ? "clientPorts" : "protocols";
        StaticBinding binding;
        try {
            binding = StaticBinding.of(node.optional("name", "", StaticBinding::checkedName), protocols, client,
                    clientPorts, poolAddress, poolPorts);
        } catch (IllegalArgumentException e) {
            throw node.error(field, e.getMessage());
        }
        node.refuseUnknown();
        return binding;
    }

    private static PortRanges ports(String text) {
        if (text.equals("all")) {
            return PortRanges.ANY;
        }
        PortRange range = PortRange.parse(text);
        return PortRanges.of(range.first(), range.last());
    }

    private static void checkTogether(ConfigNode root, List<StaticBinding> bindings) throws ConfigException {
        Map<Integer, List<StaticBinding>> byPoolAddress = new HashMap<>();
        Map<Ip6, List<StaticBinding>> byClient = new HashMap<>();
        Map<String, StaticBinding> byName = new HashMap<>();
        for (int i = 0; i < bindings.size(); i++) {
            StaticBinding binding = bindings.get(i);
            refuse(root, i, binding, byPoolAddress.computeIfAbsent(binding.poolAddress(), none -> new ArrayList<>()),
                    StaticBinding::overlaps4, "IPv4");
            refuse(root, i, binding, byClient.computeIfAbsent(binding.client(), none -> new ArrayList<>()),
                    StaticBinding::overlaps6, "IPv6");
            if (!binding.name().isEmpty() && byName.put(binding.name(), binding) != null) {
                throw root.error(path(i), "'" + binding.name() + "' is the name of another static binding");
            }
        }
    }

    private static void refuse(ConfigNode root, int i, StaticBinding binding, List<StaticBinding> others,
            BiPredicate<StaticBinding, StaticBinding> overlap, String side) throws ConfigException {
        for (StaticBinding other : others) {
            if (overlap.test(binding, other)) {
                throw root.error(path(i), "binds an " + side + " transport address that another binds already: "
                        + other);
            }
        }
        others.add(binding);
    }

    /** What fits each for itself but not the rest of the configuration. */
    static void check(ConfigNode root, List<StaticBinding> bindings, List<PoolConfig> pools, List<Prefix64> prefixes,
            EdgeConfig gateway) throws ConfigException {
        Set<Prefix4> outside = new HashSet<>(outside(bindings, pools));
        for (int i = 0; i < bindings.size(); i++) {
            StaticBinding binding = bindings.get(i);
            if (outside.contains(Prefix4.of(binding.poolAddress(), 32))) {
                checkOnLink(root, path(i), binding.poolAddress(), gateway);
            }
            Ip6 client = binding.client();
            if (client.isMulticast() || client.isLinkLocal() || client.high() == 0
                    || client.equals(gateway.address6())) {
                throw root.error(path(i), "not the address of a client: '" + client + "'");
            }
            for (Prefix64 prefix : prefixes) {
                if (prefix.contains(client)) {
                    throw root.error(path(i), "'" + client + "' is in the translation prefix " + prefix);
                }
            }
        }
    }

    private static void checkOnLink(ConfigNode root, String path, int address, EdgeConfig gateway)
            throws ConfigException {
        String text = "'" + Ip4.toString(address) + "'";
        Link4 link = gateway.links4().stream().filter(candidate -> candidate.prefix().contains(address)).findFirst()
                .orElseThrow(() -> root.error(path, text + " is neither in a pool nor on the gateway's link "
                        + gateway.links4().stream().map(some -> some.prefix().toString())
                                .collect(Collectors.joining(", "))));
        if (address == link.address()) {
            throw root.error(path, text + " is the gateway's own address");
        }
        if (gateway.nextHop4().isPresent() && address == gateway.nextHop4().getAsInt()) {
            throw root.error(path, text + " is the address of gateway.ipv4.nextHop");
        }
        if (!link.isHost(address)) {
            throw root.error(path, text + " is the first or last address of the link " + link.prefix());
        }
    }

    /** The addresses of static bindings that lie in no pool, each once. */
    static List<Prefix4> outside(List<StaticBinding> bindings, List<PoolConfig> pools) {
        return bindings.stream().map(binding -> Prefix4.of(binding.poolAddress(), 32)).distinct()
                .filter(address -> pools.stream().flatMap(pool -> pool.prefixes().stream())
                        .noneMatch(address::overlaps))
                .collect(Collectors.toList());
    }

    private static String path(int i) {
        return FIELD + "[" + i + "]";
    }
}
