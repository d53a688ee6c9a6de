// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.instar.dns64.RecordCopy;
import org.instar.dns64.UpstreamAnswer;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** One answer as bytes, which are a tenth of what the objects take. */
final class CachedAnswer {

    /** Objects, map and eviction queues, measured with a million entries. */
    private static final int OVERHEAD_BYTES = 300;

    private final byte[] wire;
    private final UpstreamAnswer.Security security;
    private final UpstreamAnswer unparsed;
    private final long storedNanos;
    private final long expiresNanos;
    private final AtomicBoolean prefetching = new AtomicBoolean();
    private volatile long retryNanos;

    private CachedAnswer(byte[] wire, UpstreamAnswer unparsed, UpstreamAnswer answer, long storedNanos,
            long ttlSeconds) {
        this.wire = wire;
        this.unparsed = unparsed;
        this.security = answer.security();
        this.storedNanos = storedNanos;
        this.expiresNanos = storedNanos + TimeUnit.SECONDS.toNanos(ttlSeconds);
        this.retryNanos = storedNanos;
    }

    static CachedAnswer of(UpstreamAnswer answer, long nowNanos, long ttlSeconds) {
        if (answer.isFailure()) {   // short-lived, and its extended errors go with it
            return new CachedAnswer(new byte[0], answer, answer, nowNanos, ttlSeconds);
        }
        Message message = new Message();
        message.getHeader().setRcode(answer.rcode());
        answer.answer().forEach(record -> message.addRecord(record, Section.ANSWER));
        answer.authority().forEach(record -> message.addRecord(record, Section.AUTHORITY));
        answer.additional().forEach(record -> message.addRecord(record, Section.ADDITIONAL));
        return new CachedAnswer(message.toWire(), null, answer, nowNanos, ttlSeconds);
    }

    int bytes(int keyBytes) {
        return wire.length + keyBytes + OVERHEAD_BYTES;
    }

    boolean isFresh(long nowNanos) {
        return nowNanos - expiresNanos < 0;
    }

    boolean isFailure() {
        return unparsed != null;
    }

    boolean isWithin(long nowNanos, long maxStaleSeconds) {
        return nowNanos - expiresNanos < TimeUnit.SECONDS.toNanos(maxStaleSeconds);
    }

    long lifeNanos(long maxStaleSeconds) {
        long fresh = expiresNanos - storedNanos;
        return isFailure() ? fresh : fresh + TimeUnit.SECONDS.toNanos(maxStaleSeconds);
    }

    /** Whether it is to be fetched anew, true once only. */
    boolean claimPrefetch(long nowNanos, int percent) {
        long window = (expiresNanos - storedNanos) / 100 * percent;
        return percent > 0 && !isFailure() && nowNanos - (expiresNanos - window) >= 0
                && prefetching.compareAndSet(false, true);
    }

    /** Whether upstreams have failed lately, so that they needn't be asked for now (RFC 8767 §5). */
    boolean isResting(long nowNanos) {
        return nowNanos - retryNanos < 0;
    }

    void restUntil(long nanos) {
        retryNanos = nanos;
    }

    /** The answer with TTLs less what has passed, but not below 1. */
    UpstreamAnswer at(long nowNanos) {
        long age = TimeUnit.NANOSECONDS.toSeconds(nowNanos - storedNanos);
        return parsed(record -> Math.max(1, record.getTTL() - age));
    }

    /** The answer with one TTL for all records. */
    UpstreamAnswer withTtl(long ttlSeconds) {
        return parsed(record -> ttlSeconds);
    }

    private UpstreamAnswer parsed(ToLongFunction<Record> ttl) {
        if (unparsed != null) {
            return unparsed;
        }
        try {
            return UpstreamAnswer.of(new Message(wire), security).mapRecords(
                    record -> RecordCopy.withTtl(record, ttl.applyAsLong(record)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);   // written by ourselves
        }
    }
}
