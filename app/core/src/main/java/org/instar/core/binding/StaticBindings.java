// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Ip6;

/** The static bindings (RFC 6146 §3.2) by either end. BIB entries are made of them when packets come. Immutable. */
public final class StaticBindings {

    /** No static binding holds this end. */
    public static final int NONE = -1;

    private final List<StaticBinding> all;
    private final Map<Integer, List<StaticBinding>> byPoolAddress = new HashMap<>();
    private final Map<Ip6, List<StaticBinding>> byClient = new HashMap<>();

    public StaticBindings(List<StaticBinding> bindings) {
        all = List.copyOf(bindings);
        for (StaticBinding binding : all) {
            byPoolAddress.computeIfAbsent(binding.poolAddress(), none -> new ArrayList<>()).add(binding);
            byClient.computeIfAbsent(binding.client(), none -> new ArrayList<>()).add(binding);
        }
    }

    public List<StaticBinding> all() {
        return all;
    }

    /** Whether a pool address has any. */
    public boolean isBound(int poolAddress) {
        return !byPoolAddress.isEmpty() && byPoolAddress.containsKey(poolAddress);
    }

    /** The static binding that holds an IPv4 transport address, or null. */
    public StaticBinding find4(Protocol protocol, int address, int port) {
        if (!isBound(address)) {
            return null;
        }
        for (StaticBinding binding : byPoolAddress.get(address)) {
            if (binding.protocols().contains(protocol) && binding.clientPort(port) != NONE) {
                return binding;
            }
        }
        return null;
    }

    /** The static binding that holds an IPv6 transport address, or null. */
    public StaticBinding find6(Protocol protocol, long high, long low, int port) {
        if (byClient.isEmpty()) {
            return null;
        }
        for (StaticBinding binding : byClient.getOrDefault(Ip6.of(high, low), List.of())) {
            if (binding.protocols().contains(protocol) && binding.poolPort(port) != NONE) {
                return binding;
            }
        }
        return null;
    }
}
