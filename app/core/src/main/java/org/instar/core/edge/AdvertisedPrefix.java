// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;

/** A prefix in router advertisements (RFC 4861 §4.6.2); lifetimes in seconds. Immutable. */
public final class AdvertisedPrefix {

    /** Lifetime without end. */
    public static final long INFINITE_SECONDS = 0xffff_ffffL;
    /** AdvValidLifetime of RFC 4861 §6.2.1, 30 days. */
    public static final long DEFAULT_VALID_SECONDS = 2_592_000;
    /** AdvPreferredLifetime of RFC 4861 §6.2.1, 7 days. */
    public static final long DEFAULT_PREFERRED_SECONDS = 604_800;

    private static final Prefix6 LINK_LOCAL = Prefix6.parse("fe80::/10");
    private static final int INTERFACE_PREFIX_LENGTH = 64;

    private final Prefix6 prefix;
    private final boolean onLink;
    private final boolean autonomous;
    private final long validSeconds;
    private final long preferredSeconds;

    private AdvertisedPrefix(Prefix6 prefix, boolean onLink, boolean autonomous, long valid, long preferred) {
        this.prefix = prefix;
        this.onLink = onLink;
        this.autonomous = autonomous;
        this.validSeconds = valid;
        this.preferredSeconds = preferred;
    }

    /** An on-link prefix with the default lifetimes, autonomous where hosts can use it so: when it is a /64. */
    public static AdvertisedPrefix of(Prefix6 prefix) {
        return of(prefix, true, prefix.length() == INTERFACE_PREFIX_LENGTH,
                DEFAULT_VALID_SECONDS, DEFAULT_PREFERRED_SECONDS);
    }

    /**
     * @param onLink           the L flag
     * @param autonomous       the A flag: hosts make addresses from it (RFC 4862)
     * @param validSeconds     0 to {@link #INFINITE_SECONDS}
     * @param preferredSeconds 0 to validSeconds
     * @throws IllegalArgumentException for other lifetimes, a link-local or a multicast prefix
     */
    public static AdvertisedPrefix of(Prefix6 prefix, boolean onLink, boolean autonomous,
                                      long validSeconds, long preferredSeconds) {
        Ip6 address = prefix.address();
        if (prefix.overlaps(LINK_LOCAL) || address.isMulticast()) {
            throw new IllegalArgumentException("advertise.prefixes: " + prefix + " is not for advertisement");
        }
        if (validSeconds < 0 || validSeconds > INFINITE_SECONDS) {
            throw new IllegalArgumentException("advertise.prefixes: valid lifetime of " + prefix
                    + " is 0 to 4294967295 s, not " + validSeconds);
        }
        if (preferredSeconds < 0 || preferredSeconds > validSeconds) {
            throw new IllegalArgumentException("advertise.prefixes: preferred lifetime of " + prefix
                    + " is 0 to its valid lifetime " + validSeconds + " s, not " + preferredSeconds);
        }
        return new AdvertisedPrefix(prefix, onLink, autonomous, validSeconds, preferredSeconds);
    }

    public Prefix6 prefix() {
        return prefix;
    }

    public boolean onLink() {
        return onLink;
    }

    public boolean autonomous() {
        return autonomous;
    }

    public long validSeconds() {
        return validSeconds;
    }

    public long preferredSeconds() {
        return preferredSeconds;
    }
}
