// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.OptionalInt;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;

/** BIND's {@code dns64 PREFIX { … }}: a translation prefix, and for whom and what it is used. Immutable. */
public final class PrefixBlock {

    private static final int U_OCTET_END = 72;

    private final Prefix64 prefix;
    private final AddressMatch clients;
    private final AddressMatch mapped;
    private final AddressMatch exclude;
    private final Ip6 suffix;
    private final boolean recursiveOnly;
    private final boolean breakDnssec;
    private final int weight;

    private PrefixBlock(Options options) throws SettingsException {
        prefix = options.get("prefix", Prefix64.WELL_KNOWN, Prefix64::parse);
        clients = MatchOption.read(options, "clients", AddressMatch.ANY);
        mapped = MatchOption.read(options, "mapped", AddressMatch.ANY);
        exclude = MatchOption.read(options, "exclude", MatchOption.IPV4_MAPPED);
        suffix = options.get("suffix", Ip6.of(0, 0), Ip6::parse);
        recursiveOnly = options.flag("recursive-only", false);
        breakDnssec = options.flag("break-dnssec", false);
        weight = options.integer("weight", 1, 1, 1000);
        options.refuseUnknown();
        int first = firstSuffixBit(prefix.length());
        boolean outside = first <= 64 ? suffix.high() != 0
                : suffix.high() != 0 || first < 128 && suffix.low() >>> 128 - first != 0
                        || first == 128 && suffix.low() != 0;
        if (outside) {
            throw options.error("suffix", suffix + " has bits where " + prefix + (first == 128 ? " leaves no room"
                    : " and the IPv4 address are: only the bits from " + first + " on are the suffix's"));
        }
    }

    static PrefixBlock read(Options options) throws SettingsException {
        return new PrefixBlock(options);
    }

    /** RFC 6052 §2.2: where the suffix begins. */
    private static int firstSuffixBit(int prefixLength) {
        return prefixLength == 96 ? 128 : Math.max(prefixLength + Integer.SIZE + Byte.SIZE, U_OCTET_END);
    }

    public Prefix64 prefix() {
        return prefix;
    }

    /** The clients it is used for. */
    public AddressMatch clients() {
        return clients;
    }

    /** Which AAAA records count as absent (RFC 6147 §5.1.4). */
    public AddressMatch exclude() {
        return exclude;
    }

    /** Used for queries with RD set only. */
    public boolean isRecursiveOnly() {
        return recursiveOnly;
    }

    /** Used for signed data too when the client sets DO, which breaks its validation. */
    public boolean isBreakDnssec() {
        return breakDnssec;
    }

    /** Share of the clients with the weighted strategy, 1 to 1000. */
    public int weight() {
        return weight;
    }

    /** Whether it may stand for an address: by mapped, and by RFC 6052 §3.1 for the well-known prefix. */
    public boolean maps(int ip4) {
        return prefix.mayRepresent(ip4) && mapped.matches4(ip4);
    }

    /** The IPv6 address, with the suffix. */
    public Ip6 embed(int ip4) {
        return Ip6.of(prefix.embedHigh(ip4) | suffix.high(), prefix.embedLow(ip4) | suffix.low());
    }

    /** The IPv4 address that an address within the prefix stands for; empty when its other bits aren't the suffix's. */
    public OptionalInt extract(Ip6 address) {
        if (!prefix.contains(address)) {
            return OptionalInt.empty();
        }
        int ip4 = prefix.extract(address);
        return embed(ip4).equals(address) ? OptionalInt.of(ip4) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return prefix.toString();
    }
}
