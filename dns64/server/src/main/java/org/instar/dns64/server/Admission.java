// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder;
import org.instar.dns64.WireResponder.Transport;
import org.instar.dns64.settings.ServingSettings;
import org.instar.engine.address.Ip6;

/**
 * Who is answered, and how much: clients that get nothing, a bound of queries that wait, for all and for each client,
 * and a bound of answers over UDP (response rate limiting). What is dropped is counted. Belongs to one responder: new
 * settings begin with new bounds. Safe for use by several threads.
 */
final class Admission {

    /** What becomes of an answer. */
    enum Sending { WHOLE, TRUNCATED, NOT }

    private static final int SETS = 1 << 14;
    private static final int HEADER_BYTES = 12;

    private final WireResponder responder;
    private final Dns64Counters counters;
    private final ServingSettings settings;
    private final Semaphore free;
    private final ConcurrentHashMap<Ip6, AtomicInteger> waiting = new ConcurrentHashMap<>();
    private final TokenBuckets queries;
    private final TokenBuckets answers;
    private final AtomicInteger slipped = new AtomicInteger();

    Admission(WireResponder responder) {
        this.responder = responder;
        this.counters = responder.responder().counters();
        this.settings = responder.responder().settings().serving();
        this.free = new Semaphore(settings.queriesInFlight());
        this.queries = settings.clientQueriesPerSecond() == 0 ? null
                : new TokenBuckets(SETS, settings.clientQueriesPerSecond());
        this.answers = settings.responsesPerSecond() == 0 ? null
                : new TokenBuckets(SETS, settings.responsesPerSecond());
    }

    ServingSettings settings() {
        return settings;
    }

    WireResponder responder() {
        return responder;
    }

    /** Whether a datagram of a client is looked at. */
    boolean takes(long high, long low) {
        if (isBlackholed(high, low)) {
            return false;
        }
        if (queries == null || settings.exemptClients().matches(high, low)) {
            return true;
        }
        int length = settings.clientPrefixLength();
        if (queries.take(ClientAddress.networkHigh(high, low, length), ClientAddress.networkLow(high, low, length),
                System.nanoTime())) {
            return true;
        }
        counters.increment(Dns64Counter.CLIENT_LIMITED);
        return false;
    }

    boolean isBlackholed(long high, long low) {
        if (settings.blackhole().isNone() || !settings.blackhole().matches(high, low)) {
            return false;
        }
        counters.increment(Dns64Counter.BLACKHOLED);
        return true;
    }

    /** The bytes of the answer, empty when there is to be none; never completes exceptionally. */
    CompletionStage<Optional<byte[]>> answer(byte[] query, long high, long low, Transport transport) {
        if (!free.tryAcquire()) {
            counters.increment(Dns64Counter.OVERLOAD_DROPPED);
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Ip6 client = client(high, low);
        if (client != null && !enter(client)) {
            free.release();
            counters.increment(Dns64Counter.CLIENT_LIMITED);
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return responder.answer(query, Ip6.of(high, low), transport).whenComplete((answer, failure) -> {
            free.release();
            if (client != null) {
                leave(client);
            }
        });
    }

    /** Whose waiting queries count together; null: nobody's do. */
    private Ip6 client(long high, long low) {
        if (settings.clientQueriesInFlight() == 0 || settings.exemptClients().matches(high, low)) {
            return null;
        }
        int length = settings.clientPrefixLength();
        return Ip6.of(ClientAddress.networkHigh(high, low, length), ClientAddress.networkLow(high, low, length));
    }

    private boolean enter(Ip6 client) {
        boolean[] entered = {false};
        waiting.compute(client, (key, count) -> {
            AtomicInteger counted = count == null ? new AtomicInteger() : count;
            entered[0] = counted.get() < settings.clientQueriesInFlight();
            counted.addAndGet(entered[0] ? 1 : 0);
            return counted;
        });
        return entered[0];
    }

    private void leave(Ip6 client) {
        waiting.computeIfPresent(client, (key, count) -> count.decrementAndGet() == 0 ? null : count);
    }

    /** Whether an answer goes out over UDP: so many with the same name and kind to the same network a second. */
    Sending sending(byte[] answer, int length, long high, long low) {
        if (answers == null || settings.exemptClients().matches(high, low)) {
            return Sending.WHOLE;
        }
        int prefix = Math.min(settings.clientPrefixLength(), 56);
        long network = TokenBuckets.mix(ClientAddress.networkHigh(high, low, prefix)
                ^ (ClientAddress.isMapped(high, low) ? low >>> Byte.SIZE : 0));
        if (answers.take(network, kind(answer, length), System.nanoTime())) {
            return Sending.WHOLE;
        }
        counters.increment(Dns64Counter.RATE_LIMITED);
        if (settings.slip() > 0 && Math.floorMod(slipped.incrementAndGet(), settings.slip()) == 0) {
            counters.increment(Dns64Counter.RATE_SLIPPED);
            return Sending.TRUNCATED;
        }
        return Sending.NOT;
    }

    /** Errors are all of a kind, so that random names don't each have an allowance; other answers by their question. */
    private static long kind(byte[] answer, int length) {
        int rcode = answer[3] & 0xf;
        long hash = rcode;
        for (int at = HEADER_BYTES; rcode == 0 && at < length && answer[at] != 0; at++) {
            hash = hash * 31 + (answer[at] | 0x20);
        }
        return TokenBuckets.mix(hash);
    }

    /** An answer's header and question, with TC set: a client that is there comes again over TCP. */
    static int truncate(byte[] answer, int length) {
        int at = HEADER_BYTES;
        boolean question = answer[4] != 0 || answer[5] != 0;
        while (question && at < length && answer[at] != 0) {
            at += 1 + (answer[at] & 0xff);
        }
        answer[2] |= 0x02;
        for (int i = 6; i < HEADER_BYTES; i++) {
            answer[i] = 0;
        }
        return question ? Math.min(length, at + 5) : HEADER_BYTES;
    }
}
