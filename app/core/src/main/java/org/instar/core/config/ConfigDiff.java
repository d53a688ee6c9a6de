// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.instar.core.rule.StaticBinding;

/**
 * What changes from one configuration to the next: what can change while sessions live, and which fields can't. What
 * {@link #notLive()} names must be refused as a whole. Immutable.
 */
public final class ConfigDiff {

    private final List<String> poolsAdded;
    private final List<String> poolsRemoved;
    private final List<String> poolsChanged;
    private final boolean rulesChanged;
    private final List<StaticBinding> staticBindingsAdded;
    private final List<StaticBinding> staticBindingsRemoved;
    private final boolean timersChanged;
    private final boolean limitsChanged;
    private final boolean sourcesChanged;
    private final boolean offloadChanged;
    private final boolean dns64Changed;
    private final List<String> notLive;

    private ConfigDiff(Nat64Config old, Nat64Config wanted) {
        this.poolsAdded = missing(names(wanted), names(old));
        this.poolsRemoved = missing(names(old), names(wanted));
        this.poolsChanged = old.pools().stream()
                .filter(pool -> wanted.pools().stream().anyMatch(other -> isChanged(pool, other)))
                .map(PoolConfig::name).collect(Collectors.toList());
        this.rulesChanged = !old.rules().equals(wanted.rules());
        this.staticBindingsAdded = missing(wanted.staticBindings(), old.staticBindings());
        this.staticBindingsRemoved = missing(old.staticBindings(), wanted.staticBindings());
        this.timersChanged = !old.timers().equals(wanted.timers());
        this.limitsChanged = !old.limits().equals(wanted.limits());
        this.sourcesChanged = !old.sources().equals(wanted.sources());
        this.offloadChanged = !old.offload().equals(wanted.offload());
        this.dns64Changed = !old.dns64().equals(wanted.dns64());
        this.notLive = List.copyOf(FixedFields.changed(old, wanted));
    }

    /** What is to be done so that the old one becomes the wanted one. */
    public static ConfigDiff between(Nat64Config old, Nat64Config wanted) {
        return new ConfigDiff(old, wanted);
    }

    private static List<String> names(Nat64Config config) {
        return config.pools().stream().map(PoolConfig::name).collect(Collectors.toList());
    }

    private static boolean isChanged(PoolConfig old, PoolConfig wanted) {
        return old.name().equals(wanted.name()) && !old.equals(wanted);
    }

    /** What is in the first and not in the second. */
    private static <T> List<T> missing(List<T> first, List<T> second) {
        Set<T> there = new HashSet<>(second);
        return first.stream().filter(element -> !there.contains(element)).collect(Collectors.toList());
    }

    /** Names of pools. */
    public List<String> poolsAdded() {
        return poolsAdded;
    }

    public List<String> poolsRemoved() {
        return poolsRemoved;
    }

    /** Names of pools of both with other prefixes, ports, protocols or options. */
    public List<String> poolsChanged() {
        return poolsChanged;
    }

    /** Rules, or timers or limits that they take from the configuration; for new sessions. */
    public boolean rulesChanged() {
        return rulesChanged;
    }

    public List<StaticBinding> staticBindingsAdded() {
        return staticBindingsAdded;
    }

    /** A binding of which anything changes is removed and added. */
    public List<StaticBinding> staticBindingsRemoved() {
        return staticBindingsRemoved;
    }

    public boolean timersChanged() {
        return timersChanged;
    }

    public boolean limitsChanged() {
        return limitsChanged;
    }

    public boolean sourcesChanged() {
        return sourcesChanged;
    }

    /** Which sessions the switch translates itself. */
    public boolean offloadChanged() {
        return offloadChanged;
    }

    /** Options of the DNS64, some of which it may refuse to change while it runs. */
    public boolean dns64Changed() {
        return dns64Changed;
    }

    /** Paths of the fields that differ and can't change without a restart; empty: the change can be made live. */
    public List<String> notLive() {
        return notLive;
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return poolsAdded.isEmpty() && poolsRemoved.isEmpty() && poolsChanged.isEmpty() && !rulesChanged
                && staticBindingsAdded.isEmpty() && staticBindingsRemoved.isEmpty() && !timersChanged
                && !limitsChanged && !sourcesChanged && !offloadChanged && !dns64Changed && notLive.isEmpty();
    }

    /** One line for people: "pools added [b]; rules changed; not live [shards]", or "nothing". */
    @Override
    public String toString() {
        List<String> changes = new ArrayList<>();
        addIf(!poolsAdded.isEmpty(), "pools added " + poolsAdded, changes);
        addIf(!poolsRemoved.isEmpty(), "pools removed " + poolsRemoved, changes);
        addIf(!poolsChanged.isEmpty(), "pools changed " + poolsChanged, changes);
        addIf(rulesChanged, "rules changed", changes);
        addIf(!staticBindingsAdded.isEmpty(), "static bindings added " + staticBindingsAdded, changes);
        addIf(!staticBindingsRemoved.isEmpty(), "static bindings removed " + staticBindingsRemoved, changes);
        addIf(timersChanged, "timers changed", changes);
        addIf(limitsChanged, "limits changed", changes);
        addIf(sourcesChanged, "ingress changed", changes);
        addIf(offloadChanged, "offload changed", changes);
        addIf(dns64Changed, "dns64 changed", changes);
        addIf(!notLive.isEmpty(), "not live " + notLive, changes);
        return changes.isEmpty() ? "nothing" : String.join("; ", changes);
    }

    private static void addIf(boolean changed, String text, List<String> changes) {
        if (changed) {
            changes.add(text);
        }
    }
}
