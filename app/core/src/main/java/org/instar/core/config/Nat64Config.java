// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.instar.core.binding.StaticBindings;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.rule.RuleSet;
import org.instar.core.rule.SourceCheck;
import org.instar.core.rule.StaticBinding;
import org.instar.core.rule.TimerConfig;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.engine.translate.TranslatorSettings;

/** What is translated, and how: the part of the configuration that every place of translation shares. Immutable. */
public final class Nat64Config {

    private final List<Prefix64> prefixes;
    private final List<PoolConfig> pools;
    private final RuleSet rules;
    private final List<StaticBinding> staticBindings;
    private final StaticBindings staticBindingsByEnd;
    private final SourceCheck sources;
    private final TimerConfig timers;
    private final LimitConfig limits;
    private final int shards;
    private final TranslatorSettings translation;
    private final OffloadConfig offload;
    private final EdgeConfig gateway;
    private final Dns64Config dns64;

    Nat64Config(Parts parts) {
        this.prefixes = List.copyOf(parts.prefixes);
        this.pools = List.copyOf(parts.pools);
        this.rules = parts.rules;
        this.staticBindings = List.copyOf(parts.staticBindings);
        this.staticBindingsByEnd = new StaticBindings(staticBindings);
        this.sources = parts.sources;
        this.timers = parts.timers;
        this.limits = parts.limits;
        this.shards = parts.shards;
        this.translation = parts.translation;
        this.offload = parts.offload;
        this.gateway = parts.gateway;
        this.dns64 = parts.dns64;
    }

    /** What a reader has read so far. */
    static final class Parts {

        List<Prefix64> prefixes;
        List<PoolConfig> pools;
        RuleSet rules;
        List<StaticBinding> staticBindings;
        SourceCheck sources;
        TimerConfig timers;
        LimitConfig limits;
        int shards;
        TranslatorSettings translation;
        OffloadConfig offload;
        EdgeConfig gateway;
        Dns64Config dns64;
    }

    /** Translation prefixes, at least one, none within another. */
    public List<Prefix64> prefixes() {
        return prefixes;
    }

    /** At least one; no two share a transport address. */
    public List<PoolConfig> pools() {
        return pools;
    }

    /** What decides for each new session; where none are configured, those of {@link RuleSet#defaultFor}. */
    public RuleSet rules() {
        return rules;
    }

    /** In the order given; no two share a transport address of either side. */
    public List<StaticBinding> staticBindings() {
        return staticBindings;
    }

    /** The same, to be found by either end; made once for all shards. */
    public StaticBindings staticBindingsByEnd() {
        return staticBindingsByEnd;
    }

    /** Which IPv6 sources may come in where. */
    public SourceCheck sources() {
        return sources;
    }

    public TimerConfig timers() {
        return timers;
    }

    public LimitConfig limits() {
        return limits;
    }

    /** Worker threads with tables of their own, 1 to 64. */
    public int shards() {
        return shards;
    }

    /** What RFC 7915 leaves to the operator. */
    public TranslatorSettings translation() {
        return translation;
    }

    /** Which sessions the switch translates itself. */
    public OffloadConfig offload() {
        return offload;
    }

    /** The router at the point of translation. */
    public EdgeConfig gateway() {
        return gateway;
    }

    /** Empty: no DNS64 here. */
    public Optional<Dns64Config> dns64() {
        return Optional.ofNullable(dns64);
    }

    /** The prefixes of all pools, and the addresses of static bindings that lie in none. */
    public List<Prefix4> poolPrefixes() {
        return Stream.concat(pools.stream().flatMap(pool -> pool.prefixes().stream()),
                StaticBindingReader.outside(staticBindings, pools).stream()).distinct().collect(Collectors.toList());
    }
}
