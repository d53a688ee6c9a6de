// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;

/** What a DNS64 is told. Immutable. */
public final class Dns64Settings {

    private static final Prefix6 IPV4_MAPPED = Prefix6.parse("::ffff:0:0/96");

    private final List<Prefix64> prefixes;
    private final List<Prefix6> excludedPrefixes;
    private final List<InetSocketAddress> upstreams;
    private final int queryTimeoutMillis;
    private final int tries;

    private Dns64Settings(Builder builder) {
        prefixes = builder.prefixes;
        excludedPrefixes = builder.excludedPrefixes;
        upstreams = builder.upstreams;
        queryTimeoutMillis = builder.queryTimeoutMillis;
        tries = builder.tries;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The prefixes to synthesise with, at least one; each A record becomes one AAAA record per prefix. */
    public List<Prefix64> prefixes() {
        return prefixes;
    }

    /** AAAA records within these are treated as if they weren't there (RFC 6147 §5.1.4). */
    public List<Prefix6> excludedPrefixes() {
        return excludedPrefixes;
    }

    /** The name servers to ask, at least one, resolved. */
    public List<InetSocketAddress> upstreams() {
        return upstreams;
    }

    /** How long one try may take, a retry over TCP within it included. */
    public int queryTimeoutMillis() {
        return queryTimeoutMillis;
    }

    /** How often an upstream is asked for one question at most, all upstreams taken together. */
    public int tries() {
        return tries;
    }

    /** Collects settings; {@link #build()} checks them. */
    public static final class Builder {

        private List<Prefix64> prefixes = List.of();
        private List<Prefix6> excludedPrefixes = List.of(IPV4_MAPPED);
        private List<InetSocketAddress> upstreams = List.of();
        // AAAA and A are asked one after the other; stub resolvers commonly give up after 5 s
        private int queryTimeoutMillis = 1000;
        private int tries = 3;

        private Builder() {
        }

        /** Default, and meaning of an empty list: 64:ff9b::/96 (RFC 6147 §5.2). */
        public Builder prefixes(List<Prefix64> value) {
            prefixes = List.copyOf(value);
            return this;
        }

        /** Default: ::ffff:0:0/96 (RFC 6147 §5.1.4). An empty list excludes nothing. */
        public Builder excludedPrefixes(List<Prefix6> value) {
            excludedPrefixes = List.copyOf(value);
            return this;
        }

        /** No default. */
        public Builder upstreams(List<InetSocketAddress> value) {
            upstreams = List.copyOf(value);
            return this;
        }

        /** 1 to 60 000; default 1000. */
        public Builder queryTimeoutMillis(int value) {
            queryTimeoutMillis = value;
            return this;
        }

        /** 1 to 10; default 3. */
        public Builder tries(int value) {
            tries = value;
            return this;
        }

        /**
         * @throws IllegalArgumentException naming the setting that is wrong and its value
         */
        public Dns64Settings build() {
            if (prefixes.isEmpty()) {
                prefixes = List.of(Prefix64.WELL_KNOWN);
            }
            if (new HashSet<>(prefixes).size() < prefixes.size()) {
                throw new IllegalArgumentException("prefixes: one is there twice: " + prefixes);
            }
            checkUpstreams();
            checkRange("queryTimeoutMillis", queryTimeoutMillis, 60_000);
            checkRange("tries", tries, 10);
            return new Dns64Settings(this);
        }

        private void checkUpstreams() {
            if (upstreams.isEmpty()) {
                throw new IllegalArgumentException("upstreams: at least one is needed");
            }
            for (InetSocketAddress upstream : upstreams) {
                if (upstream.isUnresolved() || upstream.getPort() == 0 || upstream.getAddress().isAnyLocalAddress()) {
                    throw new IllegalArgumentException("upstreams: not an address with a port to ask: " + upstream);
                }
            }
        }

        private static void checkRange(String name, int value, int max) {
            if (value < 1 || value > max) {
                throw new IllegalArgumentException(name + ": 1 to " + max + ", not " + value);
            }
        }
    }
}
