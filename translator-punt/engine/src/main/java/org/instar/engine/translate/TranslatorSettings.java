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
    /** As traffic class or type of service: the one of the packet that came in. */
    public static final int COPY = -1;

    /** Most translators that may send from the same addresses. */
    public static final int MAX_PARTS = 64;

    private static final TranslatorSettings DEFAULTS = new TranslatorSettings();

    private int mtu6 = 1500;
    private int mtu4 = 1500;
    private int lowestMtu6 = MIN_MTU6;
    private int trafficClass6 = COPY;
    private int typeOfService4 = COPY;
    private boolean alwaysDontFragment;
    private boolean mssClamp;
    private boolean nonGlobalInWellKnownPrefix;
    private UdpZeroChecksum udpZeroChecksum = UdpZeroChecksum.COMPUTE;
    private int part;
    private int parts = 1;

    private TranslatorSettings() {
    }

    private TranslatorSettings(TranslatorSettings from) {
        mtu6 = from.mtu6;
        mtu4 = from.mtu4;
        lowestMtu6 = from.lowestMtu6;
        trafficClass6 = from.trafficClass6;
        typeOfService4 = from.typeOfService4;
        alwaysDontFragment = from.alwaysDontFragment;
        mssClamp = from.mssClamp;
        nonGlobalInWellKnownPrefix = from.nonGlobalInWellKnownPrefix;
        udpZeroChecksum = from.udpZeroChecksum;
        part = from.part;
        parts = from.parts;
    }

    /**
     * 1500 bytes on both sides, lowest IPv6 MTU 1280, traffic class and type of service copied, don't fragment by size,
     * no MSS clamp, missing UDP checksums computed, the well-known prefix refuses non-global IPv4 addresses; the only
     * translator that sends from its addresses.
     */
    public static TranslatorSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Another MTU of the IPv6 side.
     *
     * @param bytes length of the largest IPv6 packet, 1280 to 65535
     * @throws IllegalArgumentException outside that range
     */
    public TranslatorSettings withMtu6(int bytes) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.mtu6 = inRange("mtu6", bytes, MIN_MTU6, MAX_MTU);
        return changed;
    }

    /**
     * Another MTU of the IPv4 side.
     *
     * @param bytes length of the largest IPv4 packet, 68 to 65535
     * @throws IllegalArgumentException outside that range
     */
    public TranslatorSettings withMtu4(int bytes) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.mtu4 = inRange("mtu4", bytes, MIN_MTU4, MAX_MTU);
        return changed;
    }

    /**
     * Another "lowest-ipv6-mtu" (RFC 7915 §4.1): IPv4 packets without DF leave in fragments no larger than this.
     *
     * @param bytes the least MTU that any path in the IPv6 network has, 1280 to 65535
     * @throws IllegalArgumentException outside that range
     */
    public TranslatorSettings withLowestMtu6(int bytes) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.lowestMtu6 = inRange("lowestMtu6", bytes, MIN_MTU6, MAX_MTU);
        return changed;
    }

    /**
     * What the traffic class of IPv6 packets is set to (RFC 7915 §4.1).
     *
     * @param value {@link #COPY} or 0 to 255
     * @throws IllegalArgumentException for anything else
     */
    public TranslatorSettings withTrafficClass6(int value) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.trafficClass6 = inRange("trafficClass6", value, COPY, 255);
        return changed;
    }

    /**
     * What the type of service octet of IPv4 packets is set to (RFC 7915 §5.1).
     *
     * @param value {@link #COPY} or 0 to 255
     * @throws IllegalArgumentException for anything else
     */
    public TranslatorSettings withTypeOfService4(int value) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.typeOfService4 = inRange("typeOfService4", value, COPY, 255);
        return changed;
    }

    /** Whether IPv4 packets up to 1260 bytes have DF, too; RFC 7915 §5.1 wants it clear there. */
    public TranslatorSettings withAlwaysDontFragment(boolean always) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.alwaysDontFragment = always;
        return changed;
    }

    /** Whether the MSS of TCP SYNs is lowered to what fits into both MTUs. */
    public TranslatorSettings withMssClamp(boolean clamp) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.mssClamp = clamp;
        return changed;
    }

    /** Whether 64:ff9b::/96 may stand for non-global IPv4 addresses, against RFC 6052 §3.1. */
    public TranslatorSettings withNonGlobalInWellKnownPrefix(boolean allowed) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.nonGlobalInWellKnownPrefix = allowed;
        return changed;
    }

    /** What happens to UDP packets that come from IPv4 without a checksum (RFC 7915 §4.5). */
    public TranslatorSettings withUdpZeroChecksum(UdpZeroChecksum policy) {
        if (policy == null) {
            throw new IllegalArgumentException("udpZeroChecksum is missing");
        }
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.udpZeroChecksum = policy;
        return changed;
    }

    /**
     * One of several translators that send from the same addresses: the identifications of its IPv4 packets are of a
     * part of its own, so that no two translators ever use the same (RFC 6864 §4.3), and it sends its share of the ICMP
     * errors. The lowest {@link #partBits} of an identification tell the part: the more parts, the fewer packets until
     * an identification comes again.
     *
     * @param number of this one, 0 to below the number of all
     * @param ofAll how many there are, 1 to {@link #MAX_PARTS}
     * @throws IllegalArgumentException outside these ranges
     */
    public TranslatorSettings withPart(int number, int ofAll) {
        TranslatorSettings changed = new TranslatorSettings(this);
        changed.parts = inRange("parts", ofAll, 1, MAX_PARTS);
        changed.part = inRange("part", number, 0, ofAll - 1);
        return changed;
    }

    private static int inRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
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

    /** Bytes of the largest IPv6 packet that an IPv4 packet without DF becomes; never more than {@link #mtu6()}. */
    public int lowestMtu6() {
        return Math.min(lowestMtu6, mtu6);
    }

    /** {@link #COPY} or 0 to 255. */
    public int trafficClass6() {
        return trafficClass6;
    }

    /** {@link #COPY} or 0 to 255. */
    public int typeOfService4() {
        return typeOfService4;
    }

    public boolean isAlwaysDontFragment() {
        return alwaysDontFragment;
    }

    public boolean isMssClamp() {
        return mssClamp;
    }

    public boolean isNonGlobalInWellKnownPrefix() {
        return nonGlobalInWellKnownPrefix;
    }

    public UdpZeroChecksum udpZeroChecksum() {
        return udpZeroChecksum;
    }

    /** The number of this translator among all that send from the same addresses. */
    public int part() {
        return part;
    }

    /** How many translators send from the same addresses. */
    public int parts() {
        return parts;
    }

    /** How many of the 16 bits of an identification tell the part. */
    public int partBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(parts - 1);
    }
}
