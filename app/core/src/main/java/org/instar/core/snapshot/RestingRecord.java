// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.core.pool.Subscriber;

/**
 * Some of 64 pool ports that rest after their release, as a snapshot has them; used again for the next ones.
 *
 * <pre>
 * body, 35 bytes   1 protocol, 0x80 if they are in a subscriber's block    4 pool address    2 first port
 *                  8 ports, bit 0 the first   4 milliseconds they had rested at the snapshot's time, signed
 *                 16 subscriber: the first 128 bits of its prefix
 * </pre>
 */
final class RestingRecord {

    static final int BYTES = 35;

    private static final int OF_SUBSCRIBER = 0x80;
    private static final int PORTS = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Protocol[] PROTOCOLS = Protocol.values();

    Protocol protocol;
    int address;
    int firstPort;
    long ports;
    int restedMillis;
    boolean ofSubscriber;
    long subscriberHigh;
    long subscriberLow;

    void fill(Protocol of, int poolAddress, int first, long resting, Subscriber subscriber, long releasedNanos,
            long timeNanos) {
        protocol = of;
        address = poolAddress;
        firstPort = first;
        ports = resting;
        ofSubscriber = subscriber != null;
        subscriberHigh = subscriber == null ? 0 : subscriber.high();
        subscriberLow = subscriber == null ? 0 : subscriber.low();
        long rested = Math.floorDiv(timeNanos - releasedNanos, NANOS_PER_MILLI);
        restedMillis = (int) Math.max(Integer.MIN_VALUE, Math.min(rested, Integer.MAX_VALUE));
    }

    void write(ByteBuffer out) {
        out.put((byte) (protocol.ordinal() | (ofSubscriber ? OF_SUBSCRIBER : 0))).putInt(address);
        out.putShort((short) firstPort).putLong(ports).putInt(restedMillis);
        out.putLong(subscriberHigh).putLong(subscriberLow);
    }

    /** Reads a body of {@link #BYTES}; null, or what is wrong with it. */
    String read(ByteBuffer in) {
        int flags = in.get() & 0xff;
        int ordinal = flags & ~OF_SUBSCRIBER;
        if (ordinal >= PROTOCOLS.length) {
            return "resting ports of protocol " + ordinal;
        }
        protocol = PROTOCOLS[ordinal];
        ofSubscriber = (flags & OF_SUBSCRIBER) != 0;
        address = in.getInt();
        firstPort = in.getShort() & 0xffff;
        ports = in.getLong();
        restedMillis = in.getInt();
        subscriberHigh = in.getLong();
        subscriberLow = in.getLong();
        return firstPort % PORTS == 0 ? null : "resting ports from " + firstPort + " on";
    }
}
