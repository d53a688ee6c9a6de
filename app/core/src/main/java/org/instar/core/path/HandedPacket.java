// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.core.rule.Ingress;
import org.instar.engine.packet.IpPacket;

/**
 * A packet on its way to the shard that owns it, and what was found out about it. Made to be reused; one thread at a
 * time has it.
 */
public final class HandedPacket {

    /** What it is, which says what is left to be done. */
    public enum Kind {
        /** From the IPv6 side, as it came. */
        PACKET6,
        /** From the IPv6 side, a fragment whose ports are known. */
        FRAGMENT6,
        /** From the IPv4 side, or turned by hairpin. */
        PACKET4,
        /** The same, a fragment whose ports are known. */
        FRAGMENT4,
        /** A whole frame that tells of neighbors; every shard hears it. */
        FRAME
    }

    /** What holds nearly every frame. */
    private static final int USUAL_BYTES = 2048;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(USUAL_BYTES);
    private Kind kind;
    private int length;
    private int headerLength;
    private int prefix;
    private Ingress ingress;
    private int sourcePort;
    private int destinationPort;
    private int datagramLength;
    private long datagramSum;

    /** Takes a copy of a whole frame, whose packet begins at {@code packet}. */
    public void setFrame(ByteBuffer from, int offset, int packet, int frameLength, Ingress frameIngress) {
        set(Kind.FRAME, from, offset, frameLength, 0, frameIngress);
        headerLength = packet - offset;
    }

    /** Takes a copy of a packet that came from the IPv6 side. */
    void set6(IpPacket packet, boolean portsKnown, int ofPrefix, Ingress packetIngress) {
        set(portsKnown ? Kind.FRAGMENT6 : Kind.PACKET6, packet.buffer(), packet.offset(), packet.totalLength(),
                ofPrefix, packetIngress);
        setPorts(packet);
    }

    /** Takes a copy of a packet that came from the IPv4 side. */
    void set4(IpPacket packet, boolean portsKnown) {
        set(portsKnown ? Kind.FRAGMENT4 : Kind.PACKET4, packet.buffer(), packet.offset(), packet.totalLength(), 0,
                Ingress.UNKNOWN);
        setPorts(packet);
    }

    private void set(Kind newKind, ByteBuffer from, int offset, int newLength, int newPrefix, Ingress newIngress) {
        if (newLength > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(newLength);
        }
        int at = 0;
        for (; at <= newLength - Long.BYTES; at += Long.BYTES) {
            buffer.putLong(at, from.getLong(offset + at));
        }
        for (; at < newLength; at++) {
            buffer.put(at, from.get(offset + at));
        }
        kind = newKind;
        length = newLength;
        prefix = newPrefix;
        ingress = newIngress;
    }

    private void setPorts(IpPacket packet) {
        sourcePort = packet.sourcePort();
        destinationPort = packet.destinationPort();
        datagramLength = packet.datagramLength();
        datagramSum = packet.datagramSum();
    }

    public Kind kind() {
        return kind;
    }

    /** What was copied, from 0 on. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Bytes. */
    public int length() {
        return length;
    }

    /** Bytes of a frame in front of its packet. */
    public int headerLength() {
        return headerLength;
    }

    public Ingress ingress() {
        return ingress;
    }

    /** The number of the prefix of an IPv6 packet's destination. */
    int prefix() {
        return prefix;
    }

    /** Tells a view that shows this fragment what the others told. */
    void complete(IpPacket packet) {
        packet.completeFragment(sourcePort, destinationPort, datagramLength, datagramSum);
    }
}
