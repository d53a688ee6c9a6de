// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import org.instar.engine.address.Ip6;

/**
 * From where and how often ICMP errors are sent (RFC 7915 §4.4, §5.4: sent, rate-limited or not sent). Immutable: the
 * {@code with} methods answer a changed copy.
 */
public final class IcmpErrorSettings {

    /** Messages a second, of each version, from all translators that share the address. */
    public static final int DEFAULT_PER_SECOND = 100;
    /** Messages at once, of each version, from all translators that share the address. */
    public static final int DEFAULT_BURST = 100;

    private static final int MAX = 1_000_000;

    private final Ip6 source6;
    private final int source4;
    private final int perSecond;
    private final int burst;
    private final boolean enabled;

    private IcmpErrorSettings(Ip6 source6, int source4, int perSecond, int burst, boolean enabled) {
        this.source6 = source6;
        this.source4 = source4;
        this.perSecond = perSecond;
        this.burst = burst;
        this.enabled = enabled;
    }

    /**
     * 100 a second, bursts of 100.
     *
     * @param source6 the translator's own IPv6 address
     * @param source4 the translator's own IPv4 address
     */
    public static IcmpErrorSettings of(Ip6 source6, int source4) {
        return new IcmpErrorSettings(source6, source4, DEFAULT_PER_SECOND, DEFAULT_BURST, true);
    }

    /**
     * Another rate, for each version of ICMP; of several translators that share the addresses each has its share of it
     * ({@link org.instar.engine.translate.TranslatorSettings#withPart}).
     *
     * @throws IllegalArgumentException when a number is not 1 to 1000000
     */
    public IcmpErrorSettings withRate(int newPerSecond, int newBurst) {
        return new IcmpErrorSettings(source6, source4, inRange("perSecond", newPerSecond), inRange("burst", newBurst),
                enabled);
    }

    /** Whether any are sent. */
    public IcmpErrorSettings withEnabled(boolean isEnabled) {
        return new IcmpErrorSettings(source6, source4, perSecond, burst, isEnabled);
    }

    private static int inRange(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(name + " is 1 to " + MAX + ", not " + value);
        }
        return value;
    }

    public Ip6 source6() {
        return source6;
    }

    public int source4() {
        return source4;
    }

    public int perSecond() {
        return perSecond;
    }

    public int burst() {
        return burst;
    }

    public boolean isEnabled() {
        return enabled;
    }
}
