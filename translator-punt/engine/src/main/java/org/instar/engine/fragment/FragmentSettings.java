// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fragment;

/** The resources that fragments may take (RFC 6146 §3.4). Immutable: the {@code with} methods answer a changed copy. */
public final class FragmentSettings {

    /** FRAGMENT_MIN of RFC 6146 §4. */
    public static final long MIN_LIFETIME_NANOS = 2_000_000_000L;

    private static final FragmentSettings DEFAULTS = new FragmentSettings(MIN_LIFETIME_NANOS, 1024, 1024, 2048);

    private final long lifetimeNanos;
    private final int maxPackets;
    private final int maxStoredFragments;
    private final int maxFragmentBytes;

    private FragmentSettings(long lifetimeNanos, int maxPackets, int maxStoredFragments, int maxFragmentBytes) {
        this.lifetimeNanos = lifetimeNanos;
        this.maxPackets = maxPackets;
        this.maxStoredFragments = maxStoredFragments;
        this.maxFragmentBytes = maxFragmentBytes;
    }

    /** 2 seconds, 1024 packets, room for 1024 fragments of up to 2048 bytes. */
    public static FragmentSettings defaults() {
        return DEFAULTS;
    }

    /**
     * How long after its first fragment a packet is waited for.
     *
     * @throws IllegalArgumentException below FRAGMENT_MIN, 2 seconds, and above a minute
     */
    public FragmentSettings withLifetimeNanos(long nanos) {
        if (nanos < MIN_LIFETIME_NANOS || nanos > 30 * MIN_LIFETIME_NANOS) {
            throw new IllegalArgumentException("lifetimeNanos is 2000000000 to 60000000000, not " + nanos);
        }
        return new FragmentSettings(nanos, maxPackets, maxStoredFragments, maxFragmentBytes);
    }

    /**
     * How many packets may be incomplete at a time.
     *
     * @throws IllegalArgumentException outside 1 to 65536
     */
    public FragmentSettings withMaxPackets(int packets) {
        return new FragmentSettings(lifetimeNanos, inRange("maxPackets", packets, 65536), maxStoredFragments,
                maxFragmentBytes);
    }

    /**
     * How many fragments may wait for others, and the length of the longest one.
     *
     * @throws IllegalArgumentException outside 1 to 65536 fragments of 1 to 65535 bytes, or above a gibibyte in all
     */
    public FragmentSettings withStore(int fragments, int fragmentBytes) {
        inRange("maxStoredFragments", fragments, 65536);
        inRange("maxFragmentBytes", fragmentBytes, 65535);
        if ((long) fragments * fragmentBytes > 1 << 30) {
            throw new IllegalArgumentException("maxStoredFragments times maxFragmentBytes is at most 1073741824");
        }
        return new FragmentSettings(lifetimeNanos, maxPackets, fragments, fragmentBytes);
    }

    private static int inRange(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " is 1 to " + max + ", not " + value);
        }
        return value;
    }

    public long lifetimeNanos() {
        return lifetimeNanos;
    }

    public int maxPackets() {
        return maxPackets;
    }

    public int maxStoredFragments() {
        return maxStoredFragments;
    }

    public int maxFragmentBytes() {
        return maxFragmentBytes;
    }
}
