// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Optional;
import org.instar.core.rule.SubscriberLimits;

/** How much state there may be. Immutable. */
public final class LimitConfig {

    private static final int DEFAULT_MAX_SESSIONS = 200_000;
    private static final int DEFAULT_MAX_SESSIONS_PER_BINDING = 10_000;
    private static final int DEFAULT_MAX_STORED_SYNS = 256;
    private static final int LARGEST_MAX_STORED_SYNS = 1_000_000;
    private static final int LARGEST = 100_000_000;
    /** Shorter ones would make one subscriber of a whole provider. */
    private static final int SHORTEST_SUBSCRIBER_PREFIX = 32;

    private final int maxSessions;
    private final int maxSessionsPerBinding;
    private final int maxStoredSyns;
    private final int subscriberPrefixLength;
    private final SubscriberLimits subscriber;

    private LimitConfig(int maxSessions, int maxSessionsPerBinding, int maxStoredSyns, int subscriberPrefixLength,
            SubscriberLimits subscriber) {
        this.maxSessions = maxSessions;
        this.maxSessionsPerBinding = maxSessionsPerBinding;
        this.maxStoredSyns = maxStoredSyns;
        this.subscriberPrefixLength = subscriberPrefixLength;
        this.subscriber = subscriber;
    }

    /**
     * @param advertises whether our own gateway gives hosts their prefix: then a subscriber is one address
     */
    static LimitConfig defaults(boolean advertises) {
        return new LimitConfig(DEFAULT_MAX_SESSIONS, DEFAULT_MAX_SESSIONS_PER_BINDING, DEFAULT_MAX_STORED_SYNS,
                subscriberPrefixLength(advertises), SubscriberLimits.NONE);
    }

    static LimitConfig read(ConfigNode node, boolean advertises) throws ConfigException {
        Optional<ConfigNode> subscriber = node.optionalObject("subscriber");
        LimitConfig limits = new LimitConfig(
                node.integer("maxSessions", DEFAULT_MAX_SESSIONS, 1, LARGEST),
                node.integer("maxSessionsPerBinding", DEFAULT_MAX_SESSIONS_PER_BINDING, 1, LARGEST),
                node.integer("maxStoredSyns", DEFAULT_MAX_STORED_SYNS, 0, LARGEST_MAX_STORED_SYNS),
                node.integer("subscriberPrefixLength", subscriberPrefixLength(advertises), SHORTEST_SUBSCRIBER_PREFIX,
                        128),
                subscriber.isPresent() ? subscriber(subscriber.get()) : SubscriberLimits.NONE);
        node.refuseUnknown();
        return limits;
    }

    private static SubscriberLimits subscriber(ConfigNode node) throws ConfigException {
        SubscriberLimits limits = SubscriberLimits.of(
                node.integer("maxPorts", 0, 0, SubscriberLimits.LARGEST),
                node.integer("maxSessions", 0, 0, SubscriberLimits.LARGEST),
                node.integer("newSessionsPerSecond", 0, 0, SubscriberLimits.LARGEST));
        node.refuseUnknown();
        return limits;
    }

    private static int subscriberPrefixLength(boolean advertises) {
        return advertises ? 128 : 64;
    }

    /** In all. */
    public int maxSessions() {
        return maxSessions;
    }

    /** Of one BIB entry: filtering is endpoint-independent, so strangers can make sessions too. */
    public int maxSessionsPerBinding() {
        return maxSessionsPerBinding;
    }

    /**
     * SYNs from the IPv4 side kept for a simultaneous open (RFC 6146 §3.5.2.2); 0: there is none, and unsolicited SYNs
     * are dropped silently.
     */
    public int maxStoredSyns() {
        return maxStoredSyns;
    }

    /** The clients within a prefix of this length, 32 to 128, are one subscriber. */
    public int subscriberPrefixLength() {
        return subscriberPrefixLength;
    }

    /** What one subscriber may have, unless its rule says otherwise. */
    public SubscriberLimits subscriber() {
        return subscriber;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof LimitConfig)) {
            return false;
        }
        LimitConfig that = (LimitConfig) other;
        return maxSessions == that.maxSessions && maxSessionsPerBinding == that.maxSessionsPerBinding
                && maxStoredSyns == that.maxStoredSyns && subscriberPrefixLength == that.subscriberPrefixLength
                && subscriber.equals(that.subscriber);
    }

    @Override
    public int hashCode() {
        return (maxSessions * 31 + maxSessionsPerBinding) * 31 + subscriber.hashCode();
    }
}
