// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.Objects;

/** What is kept of answers, and for how long. Immutable. */
public final class CacheSettings {

    private final int sizeKilobytes;
    private final int maxTtlSeconds;
    private final int maxNegativeTtlSeconds;
    private final int failureTtlSeconds;
    private final int prefetchPercent;
    private final int maxStaleSeconds;
    private final int staleTtlSeconds;
    private final int staleClientTimeoutMillis;

    private CacheSettings(Options options) throws SettingsException {
        sizeKilobytes = options.integer("size-kilobytes", 65_536, 0, 1 << 30);
        maxTtlSeconds = options.integer("max-ttl", 86_400, 1, 604_800);
        maxNegativeTtlSeconds = options.integer("max-negative-ttl", 3600, 0, 604_800);
        failureTtlSeconds = options.integer("failure-ttl", 1, 0, 300);
        prefetchPercent = options.integer("prefetch-percent", 10, 0, 90);
        maxStaleSeconds = options.integer("max-stale", 86_400, 0, 604_800);
        staleTtlSeconds = options.integer("stale-ttl", 30, 1, 3600);
        staleClientTimeoutMillis = options.integer("stale-client-timeout-millis", 1800, 0, 60_000);
        options.refuseUnknown();
    }

    static CacheSettings read(Options options) throws SettingsException {
        return new CacheSettings(options);
    }

    /** Bytes of messages, keys and what keeping them costs; 0: nothing is kept. */
    public long sizeBytes() {
        return sizeKilobytes * 1024L;
    }

    public int maxTtlSeconds() {
        return maxTtlSeconds;
    }

    /** For answers that there is no such name or no such data (RFC 2308 §5). */
    public int maxNegativeTtlSeconds() {
        return maxNegativeTtlSeconds;
    }

    /** For how long a failure isn't tried again (RFC 2308 §7); 0: it is at once. */
    public int failureTtlSeconds() {
        return failureTtlSeconds;
    }

    /** An answer asked for in this last part of its life is fetched anew meanwhile; 0: none is. */
    public int prefetchPercent() {
        return prefetchPercent;
    }

    /** How long past its end an answer may stand in for one that can't be had (RFC 8767); 0: not at all. */
    public int maxStaleSeconds() {
        return maxStaleSeconds;
    }

    /** The TTL of such answers (RFC 8767 §5). */
    public int staleTtlSeconds() {
        return staleTtlSeconds;
    }

    /** After how long of waiting for upstreams a stale answer is given (RFC 8767 §5); 0: when they have failed only. */
    public int staleClientTimeoutMillis() {
        return staleClientTimeoutMillis;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheSettings && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(toString());
    }

    @Override
    public String toString() {
        return sizeKilobytes + " " + maxTtlSeconds + " " + maxNegativeTtlSeconds + " " + failureTtlSeconds + " "
                + prefetchPercent + " " + maxStaleSeconds + " " + staleTtlSeconds + " " + staleClientTimeoutMillis;
    }
}
