// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

/** What is taken on from clients, and from each of them. Immutable. */
public final class ServingSettings {

    private final AddressMatch blackhole;
    private final int threads;
    private final int queriesInFlight;
    private final int tcpConnections;
    private final int tcpConnectionsPerClient;
    private final int queriesPerConnection;
    private final int tcpIdleTimeoutMillis;
    private final int maxUdpBytes;
    private final int clientPrefixLength;
    private final int clientQueriesPerSecond;
    private final int clientQueriesInFlight;
    private final AddressMatch exemptClients;
    private final int responsesPerSecond;
    private final int slip;

    private ServingSettings(Options options) throws SettingsException {
        blackhole = MatchOption.read(options, "blackhole", AddressMatch.NONE);
        threads = options.integer("threads", Math.min(2, Runtime.getRuntime().availableProcessors()), 1, 64);
        queriesInFlight = options.integer("queries-in-flight", 1000, 1, 1_000_000);
        tcpConnections = options.integer("tcp-connections", 256, 1, 100_000);
        tcpConnectionsPerClient = options.integer("tcp-connections-per-client", 0, 0, 100_000);
        queriesPerConnection = options.integer("queries-per-connection", 64, 1, 10_000);
        tcpIdleTimeoutMillis = options.integer("tcp-idle-timeout-millis", 10_000, 1, 600_000);
        maxUdpBytes = options.integer("max-udp-bytes", 1232, 512, 4096);
        Options clients = options.object("client-limits");
        clientPrefixLength = clients.integer("prefix-length", 64, 32, 128);
        clientQueriesPerSecond = clients.integer("queries-per-second", 0, 0, 10_000_000);
        clientQueriesInFlight = clients.integer("queries-in-flight", 0, 0, 1_000_000);
        exemptClients = MatchOption.read(clients, "exempt-clients", AddressMatch.NONE);
        clients.refuseUnknown();
        Options rate = options.object("rate-limit");
        responsesPerSecond = rate.integer("responses-per-second", 0, 0, 1_000_000);
        slip = rate.integer("slip", 2, 0, 10);
        rate.refuseUnknown();
    }

    static ServingSettings read(Options options) throws SettingsException {
        return new ServingSettings(options);
    }

    /** Clients that get no answer of any kind. */
    public AddressMatch blackhole() {
        return blackhole;
    }

    /** Threads, each with sockets of its own. */
    public int threads() {
        return threads;
    }

    /**
     * Queries waited for at a time over all sockets; what comes above is dropped. Answers from the cache don't
     * count.
     */
    public int queriesInFlight() {
        return queriesInFlight;
    }

    public int tcpConnections() {
        return tcpConnections;
    }

    /** 0: no limit but that for all. */
    public int tcpConnectionsPerClient() {
        return tcpConnectionsPerClient;
    }

    /** Queries being answered for one connection; above it is not read from (RFC 7766 §7). */
    public int queriesPerConnection() {
        return queriesPerConnection;
    }

    /** A connection without a whole query and without an answer for this long is closed (RFC 7766 §6.2.3). */
    public int tcpIdleTimeoutMillis() {
        return tcpIdleTimeoutMillis;
    }

    /** The largest answer over UDP; clients may ask for less. */
    public int maxUdpBytes() {
        return maxUdpBytes;
    }

    /** Clients within an IPv6 prefix of this length are one for the limits; IPv4 clients are each their own. */
    public int clientPrefixLength() {
        return clientPrefixLength;
    }

    /** 0: no limit. Over UDP; what comes above is dropped. */
    public int clientQueriesPerSecond() {
        return clientQueriesPerSecond;
    }

    /** Queries of one client that wait for upstreams at a time; 0: no limit. */
    public int clientQueriesInFlight() {
        return clientQueriesInFlight;
    }

    /** Clients without limits of their own. */
    public AddressMatch exemptClients() {
        return exemptClients;
    }

    /** Answers with the same name and kind to a client over UDP; 0: no limit. */
    public int responsesPerSecond() {
        return responsesPerSecond;
    }

    /** Every how manieth of the answers above is sent truncated, so that a real client comes over TCP; 0: none. */
    public int slip() {
        return slip;
    }
}
