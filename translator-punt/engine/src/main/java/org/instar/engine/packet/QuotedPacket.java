// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

/**
 * What an ICMP error message says and the beginning of the packet that it is about: addresses and ports as that packet
 * has them, not swapped. Lengths: {@link #totalLength()} is what the packet had when it was sent,
 * {@link #quotedLength()} what the message holds of it. Filled by {@link IpPacket}.
 */
public final class QuotedPacket {

    int code;
    int parameter;
    int offset;
    int headerLength;
    int totalLength;
    int quotedLength;
    int extensionOffset;
    int extensionLength;
    int protocol;
    int hopLimit;
    int trafficClass;
    boolean dontFragment;
    int fragmentField;
    int identification;
    int icmpType;
    long reporterHigh;
    long reporterLow;

    /** Code of the error message, 0 to 255. */
    public int code() {
        return code;
    }

    /** The four bytes behind the checksum of the error message: MTU, pointer, length or nothing. */
    public int parameter() {
        return parameter;
    }

    /** IPv4 source address of the error message itself: of the router or host that reports. */
    public int reporter4() {
        return (int) reporterLow;
    }

    /** Bits 0 to 63 of the IPv6 source address of the error message itself. */
    public long reporter6High() {
        return reporterHigh;
    }

    /** Bits 64 to 127 of the IPv6 source address of the error message itself. */
    public long reporter6Low() {
        return reporterLow;
    }

    /** Where its IP header begins in the buffer of the message. */
    public int offset() {
        return offset;
    }

    /** Bytes before its transport header. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes that it had when it was sent. */
    public int totalLength() {
        return totalLength;
    }

    /** Bytes of it that are in the message, at most {@link #totalLength()}. */
    public int quotedLength() {
        return quotedLength;
    }

    /** Where its transport header begins in the buffer of the message. */
    public int transportOffset() {
        return offset + headerLength;
    }

    /** Bytes from there that are in the message, at least 8. */
    public int transportLength() {
        return quotedLength - headerLength;
    }

    /** Where the extension structure (RFC 4884 §7) begins in the buffer of the message. */
    public int extensionOffset() {
        return extensionOffset;
    }

    /** Bytes of the extension structure; 0 when there is none. */
    public int extensionLength() {
        return extensionLength;
    }

    /** {@link IpPacket#TCP}, {@link IpPacket#UDP} or {@link IpPacket#ICMP}. */
    public int protocol() {
        return protocol;
    }

    public int hopLimit() {
        return hopLimit;
    }

    public int trafficClass() {
        return trafficClass;
    }

    /** The DF bit of an IPv4 packet. */
    public boolean dontFragment() {
        return dontFragment;
    }

    public boolean hasFragmentHeader() {
        return fragmentField != 0;
    }

    public boolean isMoreFragments() {
        return (fragmentField & IpPacket.MORE_FRAGMENTS) != 0;
    }

    /** 16 bits in IPv4; 32 in IPv6, 0 without a fragment header. */
    public int identification() {
        return identification;
    }

    /** Type of an ICMP echo; means nothing otherwise. */
    public int icmpType() {
        return icmpType;
    }
}
