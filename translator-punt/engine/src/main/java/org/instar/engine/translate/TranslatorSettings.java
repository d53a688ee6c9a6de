// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

/** What an operator may choose about translation. Immutable: the {@code with} methods answer a changed copy. */
public final class TranslatorSettings {

    /** Least MTU of an IPv6 link (RFC 8200 §5). */
    public static final int MIN_MTU6 = 1280;
    /** Least MTU of an IPv4 link (RFC 791 §3.2). */
    public static final int MIN_MTU4 = 68;
    /** Largest value of either MTU. */
    public static final int MAX_MTU = 65535;

    private static final TranslatorSettings DEFAULTS = new TranslatorSettings(1500, 1500);

    private final int mtu6;
    private final int mtu4;

    private TranslatorSettings(int mtu6, int mtu4) {
        this.mtu6 = mtu6;
        this.mtu4 = mtu4;
    }

    /** 1500 bytes on both sides. */
    public static TranslatorSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The same with another MTU of the IPv6 side.
     *
     * @param mtu6 bytes of the largest IPv6 packet, 1280 to 65535
     * @throws IllegalArgumentException outside that range
     */
    public TranslatorSettings withMtu6(int mtu6) {
        return new TranslatorSettings(inRange("mtu6", mtu6, MIN_MTU6), mtu4);
    }

    /**
     * The same with another MTU of the IPv4 side.
     *
     * @param mtu4 bytes of the largest IPv4 packet, 68 to 65535
     * @throws IllegalArgumentException outside that range
     */
    public TranslatorSettings withMtu4(int mtu4) {
        return new TranslatorSettings(mtu6, inRange("mtu4", mtu4, MIN_MTU4));
    }

    private static int inRange(String name, int value, int min) {
        if (value < min || value > MAX_MTU) {
            throw new IllegalArgumentException(name + " is " + min + " to " + MAX_MTU + ", not " + value);
        }
        return value;
    }

    /** Bytes of the largest packet that may leave on the IPv6 side. */
    public int mtu6() {
        return mtu6;
    }

    /** Bytes of the largest packet that may leave on the IPv4 side. */
    public int mtu4() {
        return mtu4;
    }
}
