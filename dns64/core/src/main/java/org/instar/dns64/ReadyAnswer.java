// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.EDNSOption;

/**
 * An answer as the bytes of a message without OPT record, to be sent to whoever asks: id and question are the asker's,
 * TTLs are less what has passed since. Immutable but for whether it is being fetched anew.
 */
final class ReadyAnswer {

    private static final int OVERHEAD_BYTES = 200;
    private static final int OPT_BYTES = 11;
    private static final int TC = 0x02;

    private final byte[] wire;
    private final int questionEnd;
    private final int additionalStart;
    private final int[] ttlOffsets;
    private final byte[] options;
    private final int rcode;
    private final Dns64Counter outcome;
    private final long madeNanos;
    private final long expiresNanos;
    private final long refreshNanos;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    private ReadyAnswer(byte[] wire, Reply reply, long nowNanos, int refreshPercent) {
        this.wire = wire;
        Scan scan = new Scan(wire);
        this.questionEnd = scan.questionEnd;
        this.additionalStart = scan.additionalStart;
        this.ttlOffsets = scan.ttlOffsets;
        this.options = options(reply.errors());
        this.rcode = reply.rcode();
        this.outcome = reply.outcome();
        this.madeNanos = nowNanos;
        long life = TimeUnit.SECONDS.toNanos(reply.ttlSeconds());
        this.expiresNanos = nowNanos + life;
        this.refreshNanos = expiresNanos - (refreshPercent == 0 ? 0 : life / 100 * refreshPercent);
    }

    static ReadyAnswer of(Reply reply, ClientQuery query, long nowNanos, int refreshPercent) {
        return new ReadyAnswer(reply.toMessage(query).toWire(), reply, nowNanos, refreshPercent);
    }

    private static byte[] options(List<? extends EDNSOption> errors) {
        DNSOutput out = new DNSOutput();
        for (EDNSOption option : errors) {
            out.writeByteArray(option.toWire());
        }
        return out.toByteArray();
    }

    /** Where things are in a message. */
    private static final class Scan {

        private final byte[] wire;
        private final int questionEnd;
        private final int additionalStart;
        private final int[] ttlOffsets;

        private Scan(byte[] wire) {
            this.wire = wire;
            int at = WireQuery.HEADER_BYTES;
            for (int i = 0; i < count(4); i++) {
                at = nameEnd(at) + 4;
            }
            questionEnd = at;
            int beforeAdditional = count(6) + count(8);
            ttlOffsets = new int[beforeAdditional + count(10)];
            int start = at;
            for (int i = 0; i < ttlOffsets.length; i++) {
                ttlOffsets[i] = nameEnd(at) + 4;
                at = ttlOffsets[i] + 6 + count(ttlOffsets[i] + 4);
                start = i < beforeAdditional ? at : start;
            }
            additionalStart = start;
        }

        private int nameEnd(int start) {
            int at = start;
            while (wire[at] != 0) {
                if ((wire[at] & 0xc0) != 0) {
                    return at + 2;
                }
                at += 1 + wire[at];
            }
            return at + 1;
        }

        private int count(int at) {
            return (wire[at] & 0xff) << 8 | wire[at + 1] & 0xff;
        }
    }

    int weight(ReadyKey key) {
        return wire.length + options.length + key.length() + 4 * ttlOffsets.length + OVERHEAD_BYTES;
    }

    boolean isFresh(long nowNanos) {
        return nowNanos - expiresNanos < 0;
    }

    /** Whether it is to be made anew, true once only. */
    boolean claimRefresh(long nowNanos) {
        return nowNanos - refreshNanos >= 0 && !refreshing.get() && refreshing.compareAndSet(false, true);
    }

    int rcode() {
        return rcode;
    }

    Dns64Counter outcome() {
        return outcome;
    }

    /** Bytes that a buffer for {@link #write} needs at most. */
    int maxBytes() {
        return wire.length + OPT_BYTES + options.length;
    }

    /**
     * Writes the answer to a query. The additional section is left off where it is too much, and where the rest is too,
     * TC is set and the question alone is sent (RFC 2181 §9).
     *
     * @param query the query: its id, and its question where ownQuestion is false
     * @param opt whether the query had an OPT record
     * @param maxBytes what the client takes
     * @return how many bytes; TC is set in them if it had to be
     */
    int write(byte[] query, boolean ownQuestion, boolean opt, boolean dnssecOk, int maxBytes, long nowNanos,
            byte[] out) {
        int optBytes = opt ? OPT_BYTES + options.length : 0;
        int end = wire.length;
        boolean cut = false;
        if (end + optBytes > maxBytes || end + optBytes > out.length) {
            end = additionalStart;
            cut = end + optBytes > maxBytes;
            if (cut) {
                end = questionEnd;
                optBytes = opt ? OPT_BYTES : 0;
            }
        }
        System.arraycopy(wire, 0, out, 0, end);
        out[0] = query[0];
        out[1] = query[1];
        if (!ownQuestion) {
            System.arraycopy(query, WireQuery.HEADER_BYTES, out, WireQuery.HEADER_BYTES,
                    questionEnd - WireQuery.HEADER_BYTES);
        }
        ageTtls(out, end, nowNanos);
        if (cut) {
            out[2] |= TC;
            Arrays.fill(out, 6, 10, (byte) 0);
        }
        if (end < wire.length) {
            out[10] = 0;
            out[11] = 0;
        }
        return opt ? writeOpt(out, end, dnssecOk, optBytes - OPT_BYTES) : end;
    }

    private void ageTtls(byte[] out, int end, long nowNanos) {
        int age = (int) TimeUnit.NANOSECONDS.toSeconds(nowNanos - madeNanos);
        if (age <= 0) {
            return;
        }
        for (int at : ttlOffsets) {
            if (at < end) {
                long ttl = (out[at] & 0xffL) << 24 | (out[at + 1] & 0xff) << 16 | (out[at + 2] & 0xff) << 8
                        | out[at + 3] & 0xff;
                ByteBuffer.wrap(out).putInt(at, (int) Math.max(1, ttl - age));
            }
        }
    }

    private int writeOpt(byte[] out, int at, boolean dnssecOk, int optionBytes) {
        ByteBuffer buffer = ByteBuffer.wrap(out, at, OPT_BYTES + optionBytes);
        buffer.put((byte) 0).putShort((short) 41).putShort((short) Fetching.UDP_PAYLOAD_BYTES)
                .put((byte) (rcode >> 4)).put((byte) 0).putShort((short) (dnssecOk ? 0x8000 : 0))
                .putShort((short) optionBytes).put(options, 0, optionBytes);
        int additional = ((out[10] & 0xff) << 8 | out[11] & 0xff) + 1;
        out[10] = (byte) (additional >> 8);
        out[11] = (byte) additional;
        return at + OPT_BYTES + optionBytes;
    }
}
