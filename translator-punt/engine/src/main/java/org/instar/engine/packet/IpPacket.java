// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/**
 * A view of one IPv4 or IPv6 packet in a buffer, made to be reused: one per thread, not thread safe. {@link #read6} and
 * {@link #read4} check every length against what is there and take the header fields over; the accessors answer for the
 * packet last read with success. Nothing is copied, so the bytes have to stay as they are while the view is in use.
 *
 * <p>Buffers are big-endian (the order of a fresh buffer) and are used by absolute offsets only: position and mark
 * don't matter and don't change.
 */
public final class IpPacket {

    /** {@link #protocol()} of ICMP echo requests and replies, ICMPv6's as well. */
    public static final int ICMP = 1;
    /** {@link #protocol()} of TCP. */
    public static final int TCP = 6;
    /** {@link #protocol()} of UDP. */
    public static final int UDP = 17;

    /** Bytes of an IPv4 header without options. */
    public static final int HEADER4_LENGTH = 20;
    /** Bytes of an IPv6 header. */
    public static final int HEADER6_LENGTH = 40;

    ByteBuffer buffer;
    int offset;
    int version;
    int totalLength;
    int headerLength;
    int protocol;
    int hopLimit;
    int trafficClass;
    boolean dontFragment;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    int tcpFlags;
    int icmpType;

    /**
     * Reads an IPv6 packet.
     *
     * @param offset where the IPv6 header begins
     * @param length bytes that may be read from there; more than the packet has are padding
     * @return null when headers and lengths are such that the packet can be translated, otherwise the reason why not:
     *         {@link #version()} is 0 then and the other accessors mean nothing. An expired hop limit is no reason here
     */
    public DropReason read6(ByteBuffer buffer, int offset, int length) {
        DropReason reason = enter(buffer, offset, length) ? Ipv6Reader.read(this, length) : DropReason.TRUNCATED;
        version = reason == null ? 6 : 0;
        return reason;
    }

    /**
     * Reads an IPv4 packet; parameters and result as {@link #read6}.
     */
    public DropReason read4(ByteBuffer buffer, int offset, int length) {
        DropReason reason = enter(buffer, offset, length) ? Ipv4Reader.read(this, length) : DropReason.TRUNCATED;
        version = reason == null ? 4 : 0;
        return reason;
    }

    private boolean enter(ByteBuffer newBuffer, int newOffset, int length) {
        buffer = newBuffer;
        offset = newOffset;
        tcpFlags = 0;
        icmpType = -1;
        return newOffset >= 0 && length >= 0 && length <= newBuffer.limit() - newOffset;
    }

    /** 4 or 6; 0 when the last read failed. */
    public int version() {
        return version;
    }

    /** {@link #TCP}, {@link #UDP} or {@link #ICMP}, the same numbers for both versions. */
    public int protocol() {
        return protocol;
    }

    /** IPv4 source address in network order; of an IPv4 packet only. */
    public int source4() {
        return (int) sourceLow;
    }

    /** IPv4 destination address in network order; of an IPv4 packet only. */
    public int destination4() {
        return (int) destinationLow;
    }

    /** Bits 0 to 63 of the IPv6 source address; of an IPv6 packet only, as the next three. */
    public long source6High() {
        return sourceHigh;
    }

    /** Bits 64 to 127 of the IPv6 source address. */
    public long source6Low() {
        return sourceLow;
    }

    /** Bits 0 to 63 of the IPv6 destination address. */
    public long destination6High() {
        return destinationHigh;
    }

    /** Bits 64 to 127 of the IPv6 destination address. */
    public long destination6Low() {
        return destinationLow;
    }

    /** 0 to 65535; of an ICMP echo the identifier. */
    public int sourcePort() {
        return sourcePort;
    }

    /** 0 to 65535; of an ICMP echo the identifier, too. */
    public int destinationPort() {
        return destinationPort;
    }

    /** The eight TCP control bits, CWR (0x80) to FIN (0x01); 0 unless TCP. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** The ICMP type as in the packet: 128 or 129 in IPv6, 8 or 0 in IPv4; -1 unless ICMP. */
    public int icmpType() {
        return icmpType;
    }

    /** Hop limit or time to live as received, 0 to 255. */
    public int hopLimit() {
        return hopLimit;
    }

    /** Traffic class or type of service octet, ECN bits included, 0 to 255. */
    public int trafficClass() {
        return trafficClass;
    }

    /** Whether the sender forbade fragmentation: the DF bit of IPv4; of an IPv6 packet always. */
    public boolean dontFragment() {
        return dontFragment;
    }

    /** Where the IP header begins in the buffer. */
    public int offset() {
        return offset;
    }

    /** Bytes of the whole IP packet, without padding of the link. */
    public int totalLength() {
        return totalLength;
    }

    /** Bytes before the transport header. */
    public int headerLength() {
        return headerLength;
    }

    /** Where the transport header begins in the buffer. */
    public int transportOffset() {
        return offset + headerLength;
    }

    /** Bytes of the transport header and its data. */
    public int transportLength() {
        return totalLength - headerLength;
    }

    /** The buffer of the last read. */
    public ByteBuffer buffer() {
        return buffer;
    }
}
