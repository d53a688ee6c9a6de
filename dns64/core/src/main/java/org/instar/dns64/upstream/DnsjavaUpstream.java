// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import static org.instar.dns64.Dns64Counter.UPSTREAM_ERRORS;
import static org.instar.dns64.Dns64Counter.UPSTREAM_QUERIES;
import static org.instar.dns64.Dns64Counter.UPSTREAM_TIMEOUTS;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Settings;
import org.instar.dns64.Upstream;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;

/**
 * Name servers asked over UDP, and over TCP when an answer comes truncated. Each try has a socket with a random port
 * and a random message id of its own. A try that fails moves this and all following queries on to the next server.
 * Safe for use by several threads.
 */
public final class DnsjavaUpstream implements Upstream {

    private final List<SimpleResolver> resolvers;
    private final int queryTimeoutMillis;
    private final int tries;
    private final Dns64Counters counters;
    private final AtomicInteger preferred = new AtomicInteger();

    public DnsjavaUpstream(Dns64Settings settings, Dns64Counters counters) {
        this.queryTimeoutMillis = settings.queryTimeoutMillis();
        this.tries = settings.tries();
        this.counters = counters;
        this.resolvers = settings.upstreams().stream().map(this::resolver).collect(Collectors.toList());
    }

    private SimpleResolver resolver(InetSocketAddress address) {
        SimpleResolver resolver = new SimpleResolver(address);
        resolver.setEDNS(-1);   // the query brings its own OPT record, or none
        resolver.setTimeout(Duration.ofMillis(queryTimeoutMillis));
        return resolver;
    }

    @Override
    public CompletionStage<Message> query(Message query) {
        return ask(query, preferred.get(), tries);
    }

    private CompletionStage<Message> ask(Message query, int server, int triesLeft) {
        return once(query, server)
                .handle((response, failure) -> {
                    if (failure == null) {
                        return speaksNoEdns(query, response) ? once(withoutOpt(query), server)
                                : CompletableFuture.completedFuture(response);
                    }
                    count(failure);
                    int next = (server + 1) % resolvers.size();
                    preferred.compareAndSet(server, next);
                    return triesLeft > 1 ? ask(query, next, triesLeft - 1)
                            : CompletableFuture.<Message>failedFuture(failure);
                })
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Message> once(Message query, int server) {
        counters.increment(UPSTREAM_QUERIES);
        Message attempt = query.clone();
        attempt.getHeader().setID(new Header().getID());   // dnsjava draws it from a SecureRandom
        try {
            // dnsjava looks at its own timeouts once a second only: they close the socket, ours counts
            return resolvers.get(server).sendAsync(attempt).toCompletableFuture()
                    .orTimeout(queryTimeoutMillis, TimeUnit.MILLISECONDS)
                    .thenApply(DnsjavaUpstream::complete);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Message complete(Message response) {
        if (!response.getHeader().getFlag(Flags.QR)) {
            throw new CompletionException(new IOException("the upstream sent a query, not a response"));
        }
        if (response.getHeader().getFlag(Flags.TC)) {
            throw new CompletionException(new IOException("the upstream's response is truncated over TCP too"));
        }
        return response;
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

    private void count(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean timeout = cause instanceof TimeoutException || cause instanceof SocketTimeoutException;
        counters.increment(timeout ? UPSTREAM_TIMEOUTS : UPSTREAM_ERRORS);
    }
}
