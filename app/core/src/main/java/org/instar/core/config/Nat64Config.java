// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.instar.core.edge.EdgeConfig;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.engine.translate.TranslatorSettings;

/** What is translated, and how: the part of the configuration that every place of translation shares. Immutable. */
public final class Nat64Config {

    private final List<Prefix64> prefixes;
    private final List<PoolConfig> pools;
    private final TimerConfig timers;
    private final LimitConfig limits;
    private final TranslatorSettings translation;
    private final EdgeConfig gateway;
    private final Dns64Config dns64;

    Nat64Config(List<Prefix64> prefixes, List<PoolConfig> pools, TimerConfig timers, LimitConfig limits,
            TranslatorSettings translation, EdgeConfig gateway, Dns64Config dns64) {
        this.prefixes = List.copyOf(prefixes);
        this.pools = List.copyOf(pools);
        this.timers = timers;
        this.limits = limits;
        this.translation = translation;
        this.gateway = gateway;
        this.dns64 = dns64;
    }

    /** Translation prefixes, at least one, none within another. */
    public List<Prefix64> prefixes() {
        return prefixes;
    }

    /** At least one; no two share a transport address. */
    public List<PoolConfig> pools() {
        return pools;
    }

    public TimerConfig timers() {
        return timers;
    }

    public LimitConfig limits() {
        return limits;
    }

    /** What RFC 7915 leaves to the operator. */
    public TranslatorSettings translation() {
        return translation;
    }

    /** The router at the point of translation. */
    public EdgeConfig gateway() {
        return gateway;
    }

    /** Empty: no DNS64 here. */
    public Optional<Dns64Config> dns64() {
        return Optional.ofNullable(dns64);
    }

    /** The prefixes of all pools. */
    public List<Prefix4> poolPrefixes() {
        return pools.stream().flatMap(pool -> pool.prefixes().stream()).distinct().collect(Collectors.toList());
    }
}
