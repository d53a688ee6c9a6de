// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/**
 * A view of one IPv4 or IPv6 packet in a buffer, made to be reused: one per thread, not thread safe. {@link #read6} and
 * {@link #read4} check every length against what is there and take the header fields over; the accessors answer for the
 * packet last read with success. Nothing is copied, so the bytes have to stay as they are while the view is in use.
 *
 * <p>Addresses, ports and protocol are those of the incoming tuple (RFC 6146 §3.4): of an ICMP error message they are
 * those of the packet it is about, source and destination swapped.
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
    /** Next header number of ICMPv6. */
    public static final int ICMPV6 = 58;

    /** Bytes of an IPv4 header without options. */
    public static final int HEADER4_LENGTH = 20;
    /** Bytes of an IPv6 header. */
    public static final int HEADER6_LENGTH = 40;
    /** Bytes of an IPv6 fragment header. */
    public static final int FRAGMENT_HEADER_LENGTH = 8;

    /** In {@link #fragmentField}: a fragment header is there, if only of an unfragmented packet. */
    static final int HAS_FRAGMENT_HEADER = 2;
    /** In {@link #fragmentField}: more fragments follow. */
    static final int MORE_FRAGMENTS = 1;
    /** In {@link #fragmentField}, although it says nothing of fragments: an ICMP error message. */
    static final int IS_ICMP_ERROR = 4;
    /** In {@link #flagsOrType}. */
    static final int HAS_ICMP_TYPE = 0x100;

    private static final int DONT_FRAGMENT = 0x4000;

    ByteBuffer buffer;
    int offset;
    int version;
    int totalLength;
    int headerLength;
    int protocol;
    /** Of IPv4 packets; in IPv6 it is a part of {@link #header}. */
    int hopLimit;
    /** The first eight bytes of the IP header. */
    long header;
    /** The first eight bytes of the transport header; of later fragments not set. */
    long transport;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    /** Source port in the upper half, destination port in the lower. */
    int ports;
    /** TCP flags, or the ICMP type plus {@link #HAS_ICMP_TYPE}. */
    int flagsOrType;
    /** Offset in bytes, a multiple of eight, with the three bits above in it; 0 for nearly all packets. */
    int fragmentField;
    /** Of the fragment header of IPv6. */
    int identification;
    /** Version and protocol of a bare packet, the version in the upper octet; 0 when it is none. */
    int bare;
    /** Of bare packets: {@link #checksumPlusTuple()}. */
    long checksumPlusTuple;
    int datagramLength;
    long datagramSum;
    final QuotedPacket quoted = new QuotedPacket();

    /**
     * Reads an IPv6 packet.
     *
     * @param offset where the IPv6 header begins
     * @param length bytes that may be read from there; more than the packet has are padding
     * @return null when headers and lengths are such that the packet can be translated, otherwise the reason why not:
     *         {@link #version()} is 0 then and the other accessors mean nothing. An expired hop limit is no reason here
     */
    public DropReason read6(ByteBuffer buffer, int offset, int length) {
        keep(buffer);
        return BareReader.read6(this, offset, length) ? null : readAny6(offset, length);
    }

    /**
     * Reads an IPv4 packet; parameters and result as {@link #read6}.
     */
    public DropReason read4(ByteBuffer buffer, int offset, int length) {
        keep(buffer);
        return BareReader.read4(this, offset, length) ? null : readAny4(offset, length);
    }

    /** Readers take the buffer from here, so that the compiler knows it for the same when it is written from. */
    private void keep(ByteBuffer newBuffer) {
        if (buffer != newBuffer) {   // spares the garbage collector's bookkeeping of reference stores
            buffer = newBuffer;
        }
    }

    /** As {@link #read6}, of packets bare or not. */
    DropReason readAny6(int newOffset, int length) {
        DropReason reason = enter(newOffset, length, HEADER6_LENGTH)
                ? Ipv6Reader.read(this, buffer, newOffset, length) : DropReason.TRUNCATED;
        version = reason == null ? 6 : 0;
        return reason;
    }

    /** As {@link #read4}, of packets bare or not. */
    DropReason readAny4(int newOffset, int length) {
        DropReason reason = enter(newOffset, length, HEADER4_LENGTH)
                ? Ipv4Reader.read(this, buffer, newOffset, length) : DropReason.TRUNCATED;
        version = reason == null ? 4 : 0;
        return reason;
    }

    private boolean enter(int newOffset, int length, int leastLength) {
        bare = 0;
        offset = newOffset;
        flagsOrType = 0;
        fragmentField = 0;
        return newOffset >= 0 && length >= leastLength && length <= buffer.limit() - newOffset;
    }

    /** Sets what is the same for all bare packets of a kind, and mostly is set already. */
    void setBare(int newVersion, int newProtocol) {
        int newBare = newVersion << 8 | newProtocol;
        if (bare != newBare) {
            bare = newBare;
            version = newVersion;
            protocol = newProtocol;
            headerLength = newVersion == 6 ? HEADER6_LENGTH : HEADER4_LENGTH;
            flagsOrType = 0;
            fragmentField = 0;
        }
    }

    /**
     * Completes a fragment with what other fragments of its packet told.
     *
     * @param newSourcePort source port, or of an ICMP echo the identifier; 0 to 65535
     * @param newDestinationPort destination port, or of an ICMP echo the identifier; 0 to 65535
     * @param newDatagramLength bytes of transport header and data of the whole packet; 0 when that isn't known
     * @param newDatagramSum one's complement sum of those bytes, 0 when that isn't known
     */
    public void completeFragment(int newSourcePort, int newDestinationPort, int newDatagramLength,
            long newDatagramSum) {
        ports = newSourcePort << 16 | newDestinationPort;
        datagramLength = newDatagramLength;
        datagramSum = newDatagramSum;
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

    /** 0 to 65535; of an ICMP echo the identifier. Not known of a fragment before {@link #completeFragment}. */
    public int sourcePort() {
        return ports >>> 16;
    }

    /** 0 to 65535; of an ICMP echo the identifier, too. Not known of a fragment before {@link #completeFragment}. */
    public int destinationPort() {
        return ports & 0xffff;
    }

    /** The eight TCP control bits, CWR (0x80) to FIN (0x01); 0 unless TCP. */
    public int tcpFlags() {
        return (flagsOrType & HAS_ICMP_TYPE) == 0 ? flagsOrType : 0;
    }

    /** The ICMP type as in the packet; -1 unless ICMP, and in fragments that don't show it. */
    public int icmpType() {
        return (flagsOrType & HAS_ICMP_TYPE) == 0 ? -1 : flagsOrType & 0xff;
    }

    /** Whether this is an ICMP error message: no state may come from it (RFC 6146 §3.5). */
    public boolean isIcmpError() {
        return (fragmentField & IS_ICMP_ERROR) != 0;
    }

    /** What an ICMP error message says, and the packet that it is about; means nothing for other packets. */
    public QuotedPacket quoted() {
        return quoted;
    }

    /** Whether this is a packet in one piece, without fragment header, and no ICMP error message. */
    public boolean isPlain() {
        return fragmentField == 0;
    }

    /**
     * Whether this is a packet of that version with nothing special: UDP or TCP behind an IP header without options or
     * extension headers, in one piece, hop limit above 1, lengths that agree, no UDP without checksum and no SYN. No
     * means nothing.
     */
    public boolean isBare(int ofVersion) {
        return bare >>> 8 == ofVersion;
    }

    /** As {@link #isBare(int)}, and of that protocol. */
    public boolean isBare(int ofVersion, int ofProtocol) {
        return bare == (ofVersion << 8 | ofProtocol);
    }

    /** The sum of transport checksum, addresses and ports; of a packet that {@link #isBare(int)} only. */
    public long checksumPlusTuple() {
        return checksumPlusTuple;
    }

    /** The first eight bytes of the IP header. */
    public long header() {
        return header;
    }

    /** The first eight bytes of the transport header; of later fragments they mean nothing. */
    public long transportHeader() {
        return transport;
    }

    /** Whether this is a part of a packet. */
    public boolean isFragment() {
        return (fragmentField & ~(HAS_FRAGMENT_HEADER | IS_ICMP_ERROR)) != 0;
    }

    /** Whether this is a fragment, or an IPv6 packet with a fragment header although in one piece (RFC 6946). */
    public boolean hasFragmentHeader() {
        return (fragmentField & ~IS_ICMP_ERROR) != 0;
    }

    /** Bytes of the packet's data before this fragment, a multiple of eight. */
    public int fragmentOffset() {
        return fragmentField & ~7;
    }

    public boolean isMoreFragments() {
        return (fragmentField & MORE_FRAGMENTS) != 0;
    }

    /** Of fragments and IPv4 packets only: 16 bits in IPv4, 32 in IPv6. */
    public int identification() {
        return version == 4 ? (int) (header >>> 16) & 0xffff : identification;
    }

    /** Bytes of transport header and data, of all fragments together; 0 when not known. */
    public int datagramLength() {
        return isFragment() ? datagramLength : totalLength - headerLength;
    }

    /** One's complement sum over {@link #datagramLength()} bytes; of fragments only, 0 when not known. */
    public long datagramSum() {
        return datagramSum;
    }

    /** Hop limit or time to live as received, 0 to 255. */
    public int hopLimit() {
        return version == 6 ? (int) header & 0xff : hopLimit;
    }

    /** Traffic class or type of service octet, ECN bits included, 0 to 255. */
    public int trafficClass() {
        return version == 6 ? trafficClass6() : typeOfService4();
    }

    /** As {@link #trafficClass()}, of an IPv6 packet only. */
    public int trafficClass6() {
        return (int) (header >>> 52) & 0xff;
    }

    /** As {@link #trafficClass()}, of an IPv4 packet only. */
    public int typeOfService4() {
        return (int) (header >>> 48) & 0xff;
    }

    /** Whether the sender forbade fragmentation: the DF bit of IPv4; of an IPv6 packet always. */
    public boolean dontFragment() {
        return version == 6 || (header & DONT_FRAGMENT) != 0;
    }

    /** Where the IP header begins in the buffer. */
    public int offset() {
        return offset;
    }

    /** Bytes of the whole IP packet, without padding of the link. */
    public int totalLength() {
        return totalLength;
    }

    /** Bytes before the transport header, or before a fragment's data. */
    public int headerLength() {
        return headerLength;
    }

    /** Where the transport header, or a fragment's data, begins in the buffer. */
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
