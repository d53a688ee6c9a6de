// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import static org.instar.dns64.Dns64Counter.UPSTREAM_ERRORS;
import static org.instar.dns64.Dns64Counter.UPSTREAM_QUERIES;
import static org.instar.dns64.Dns64Counter.UPSTREAM_SPOOFED;
import static org.instar.dns64.Dns64Counter.UPSTREAM_TCP;
import static org.instar.dns64.Dns64Counter.UPSTREAM_TIMEOUTS;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.settings.UpstreamSettings;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;

/**
 * One name server: asked over UDP from a random port, and over TCP when the answer is truncated or may not be its own;
 * its round trip and its failures are remembered. Safe for use by several threads.
 */
final class NameServer {

    private static final int FAILURES_TO_BE_DOWN = 3;
    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_REST_DOUBLINGS = 6;

    private final InetSocketAddress address;
    private final int timeoutMillis;
    private final Dns64Counters counters;
    private final SimpleResolver udp;
    private final SimpleResolver tcp;
    private final Disguise disguise;
    private volatile long roundTripNanos;
    private volatile int failures;
    private volatile long downUntilNanos = System.nanoTime();

    NameServer(InetSocketAddress address, UpstreamSettings settings, Dns64Counters counters) {
        this.address = address;
        this.timeoutMillis = settings.queryTimeoutMillis();
        this.counters = counters;
        this.udp = resolver(false);
        this.tcp = resolver(true);
        this.disguise = new Disguise(settings.isCaseRandomisation(), settings.isCookies());
    }

    private SimpleResolver resolver(boolean overTcp) {
        SimpleResolver resolver = new SimpleResolver(address);
        resolver.setEDNS(-1);   // the query brings its own OPT record, or none
        resolver.setIgnoreTruncation(true);
        resolver.setTCP(overTcp);
        resolver.setTimeout(Duration.ofMillis(timeoutMillis));
        return resolver;
    }

    /** Smoothed; 0 where nothing is known yet, so that it is tried. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** Whether it has failed some times in a row and is to be left alone for a while. */
    boolean isDown(long nowNanos) {
        return failures >= FAILURES_TO_BE_DOWN && nowNanos - downUntilNanos < 0;
    }

    /** One try: whatever it takes within the timeout. */
    CompletionStage<Message> ask(Message query) {
        long started = System.nanoTime();
        return overUdp(query)
                .thenCompose(response -> speaksNoEdns(query, response) ? overUdp(withoutOpt(query))
                        : CompletableFuture.completedFuture(response))
                .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> note(failure, System.nanoTime() - started));
    }

    private CompletableFuture<Message> overUdp(Message query) {
        Disguise.Disguised disguised = disguise.of(query);
        return send(udp, disguised.query()).thenCompose(response -> {
            if (!disguised.isOwn(response)) {
                counters.increment(UPSTREAM_SPOOFED);
                return overTcp(query);
            }
            boolean again = response.getHeader().getFlag(Flags.TC) || response.getRcode() == Disguise.BAD_COOKIE;
            return again ? overTcp(query) : CompletableFuture.completedFuture(disguised.undone(response));
        });
    }

    /** A connection is proof enough of who answers. */
    private CompletableFuture<Message> overTcp(Message query) {
        counters.increment(UPSTREAM_TCP);
        Disguise.Disguised disguised = disguise.of(query);
        return send(tcp, disguised.query()).thenApply(response -> {
            if (response.getHeader().getFlag(Flags.TC)) {
                throw new CompletionException(new IOException("the upstream's response is truncated over TCP too"));
            }
            disguised.learn(response);
            return disguised.undone(response);
        });
    }

    private CompletableFuture<Message> send(SimpleResolver resolver, Message query) {
        counters.increment(UPSTREAM_QUERIES);
        try {
            // dnsjava looks at its own timeouts once a second only: they close the socket, ours counts
            return resolver.sendAsync(query).toCompletableFuture().thenApply(response -> {
                if (!response.getHeader().getFlag(Flags.QR)) {
                    throw new CompletionException(new IOException("the upstream sent a query, not a response"));
                }
                return response;
            });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** RFC 6891 §7: servers from before EDNS answer a query with an OPT record so. */
    private static boolean speaksNoEdns(Message query, Message response) {
        int rcode = response.getRcode();
        return query.getOPT() != null && response.getOPT() == null && (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP);
    }

    private static Message withoutOpt(Message query) {
        Message plain = query.clone();
        plain.removeAllRecords(Section.ADDITIONAL);
        return plain;
    }

    private void note(Throwable failure, long tookNanos) {
        if (failure == null) {
            long smoothed = roundTripNanos;
            roundTripNanos = smoothed == 0 ? tookNanos : smoothed + (tookNanos - smoothed) / 8;
            failures = 0;
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean timeout = cause instanceof TimeoutException || cause instanceof SocketTimeoutException;
        counters.increment(timeout ? UPSTREAM_TIMEOUTS : UPSTREAM_ERRORS);
        synchronized (this) {
            roundTripNanos = Math.max(roundTripNanos, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            failures++;
            int doublings = Math.min(MAX_REST_DOUBLINGS, Math.max(0, failures - FAILURES_TO_BE_DOWN));
            downUntilNanos = System.nanoTime() + (FIRST_REST_NANOS << doublings);
        }
    }

    @Override
    public String toString() {
        return address + (isDown(System.nanoTime()) ? " down" : " up") + ", "
                + TimeUnit.NANOSECONDS.toMillis(roundTripNanos) + " ms";
    }
}
