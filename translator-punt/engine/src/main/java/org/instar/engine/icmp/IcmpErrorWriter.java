// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.ExtensionHeaders;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;

/**
 * Writes ICMP errors of the translator's own to the sender of a packet that it drops (RFC 7915 §4.4, §5.4): as much of
 * the packet as fits into 1280 bytes of IPv6 (RFC 4443 §2.4 c) or 576 of IPv4 (RFC 1812 §4.3.2.3). Any bytes may be the
 * packet: what must not be answered is not, and each version has a rate of its own. One per thread, not thread safe.
 */
public final class IcmpErrorWriter {

    private static final int MAX_LENGTH6 = 1280;
    private static final int MAX_LENGTH4 = 576;
    private static final int ICMP_HEADER_LENGTH = 8;
    private static final int HOP_LIMIT = 64;
    /** Precedence "internetwork control" (RFC 1812 §4.3.2.5). */
    private static final int TYPE_OF_SERVICE = 0xc0;
    private static final int FRAGMENT_BITS = 0x3fff;
    private static final int DIFFERENCE = IpPacket.HEADER6_LENGTH - IpPacket.HEADER4_LENGTH;

    private final IcmpErrorSettings settings;
    private final int mtu6;
    private final int mtu4;
    private final int part;
    private final int partBits;
    private final TokenBucket bucket6;
    private final TokenBucket bucket4;
    private int identification = System.identityHashCode(this);
    private long sent;
    private long rateLimited;
    private long refused;

    /** @param translation tells both MTUs, and the share of the rate and of the identifications */
    public IcmpErrorWriter(IcmpErrorSettings settings, TranslatorSettings translation) {
        this.settings = settings;
        mtu6 = translation.mtu6();
        mtu4 = translation.mtu4();
        part = translation.part();
        partBits = translation.partBits();
        bucket6 = new TokenBucket(settings.perSecond(), settings.burst(), part, translation.parts());
        bucket4 = new TokenBucket(settings.perSecond(), settings.burst(), part, translation.parts());
    }

    /**
     * Writes the ICMPv6 error about an IPv6 packet, complete with its IPv6 header.
     *
     * @param offset where the offending packet's IPv6 header begins
     * @param length bytes that may be read from there
     * @param outOffset where the IPv6 header is to begin; up to 1280 bytes are written
     * @param nowNanos any clock that doesn't go back
     * @return bytes written; 0 when none may be sent or there is no room
     */
    public int write6(IcmpError error, ByteBuffer in, int offset, int length, ByteBuffer out, int outOffset,
            long nowNanos) {
        int there = length6(in, offset, length);
        if (there < 0 || !IcmpErrorRules.mayAnswer6(error, in, offset, there)) {
            refused++;
            return 0;
        }
        int parameter = parameter6(error, in, offset, there);
        int quoted = Math.min(there, MAX_LENGTH6 - IpPacket.HEADER6_LENGTH - ICMP_HEADER_LENGTH);
        int message = ICMP_HEADER_LENGTH + quoted;
        if (parameter < 0 || !mayGo(bucket6, nowNanos, out, outOffset, IpPacket.HEADER6_LENGTH + message)) {
            return 0;
        }
        int at = outOffset + IpPacket.HEADER6_LENGTH;
        out.putLong(outOffset, 6L << 60 | (long) message << 16 | IpPacket.ICMPV6 << 8 | HOP_LIMIT);
        out.putLong(outOffset + 8, settings.source6().high());
        out.putLong(outOffset + 16, settings.source6().low());
        out.putLong(outOffset + 24, in.getLong(offset + 8));
        out.putLong(outOffset + 32, in.getLong(offset + 16));
        out.putInt(at, error.type6() << 24 | error.code6() << 16);
        out.putInt(at + 4, parameter);
        copy(in, offset, out, at + ICMP_HEADER_LENGTH, quoted);
        long sum = InternetChecksum.sum(out, outOffset + 8, 32 + message)
                + PseudoHeader.protocolAndLength(IpPacket.ICMPV6, message);
        out.putShort(at + 2, (short) InternetChecksum.ofSum(sum));
        sent++;
        return IpPacket.HEADER6_LENGTH + message;
    }

    /** Bytes of the packet that are there; -1 when it is none. */
    private static int length6(ByteBuffer in, int offset, int length) {
        boolean isThere = offset >= 0 && length >= IpPacket.HEADER6_LENGTH && length <= in.limit() - offset;
        return !isThere || in.get(offset) >>> 4 != 6 ? -1
                : Math.min(length, IpPacket.HEADER6_LENGTH + (in.getShort(offset + 4) & 0xffff));
    }

    /** MTU, pointer or nothing; -1 when the packet has no such fault. */
    private int parameter6(IcmpError error, ByteBuffer in, int offset, int length) {
        if (error == IcmpError.SEGMENTS_LEFT) {
            return ExtensionHeaders.findSegmentsLeft(in, offset, length);
        }
        return error == IcmpError.PACKET_TOO_BIG
                ? Math.max(TranslatorSettings.MIN_MTU6, Math.min(mtu6, mtu4 + DIFFERENCE)) : 0;
    }

    /** As {@link #write6}, the ICMPv4 error about an IPv4 packet; up to 576 bytes are written. */
    public int write4(IcmpError error, ByteBuffer in, int offset, int length, ByteBuffer out, int outOffset,
            long nowNanos) {
        int there = length4(in, offset, length);
        if (there < 0 || !IcmpErrorRules.mayAnswer4(error, in, offset, there)) {
            refused++;
            return 0;
        }
        int quoted = Math.min(there, MAX_LENGTH4 - IpPacket.HEADER4_LENGTH - ICMP_HEADER_LENGTH);
        int message = ICMP_HEADER_LENGTH + quoted;
        if (!mayGo(bucket4, nowNanos, out, outOffset, IpPacket.HEADER4_LENGTH + message)) {
            return 0;
        }
        int at = outOffset + IpPacket.HEADER4_LENGTH;
        out.putInt(outOffset, 0x45 << 24 | TYPE_OF_SERVICE << 16 | IpPacket.HEADER4_LENGTH + message);
        out.putInt(outOffset + 4, nextIdentification() << 16);
        out.putInt(outOffset + 8, HOP_LIMIT << 24 | IpPacket.ICMP << 16);
        out.putInt(outOffset + 12, settings.source4());
        out.putInt(outOffset + 16, in.getInt(offset + 12));
        out.putShort(outOffset + 10, (short) InternetChecksum.ofSum(
                InternetChecksum.sum(out, outOffset, IpPacket.HEADER4_LENGTH)));
        out.putInt(at, error.type4() << 24 | error.code4() << 16);
        out.putInt(at + 4, error == IcmpError.PACKET_TOO_BIG ? mtuFor4(in, offset) : 0);
        copy(in, offset, out, at + ICMP_HEADER_LENGTH, quoted);
        out.putShort(at + 2, (short) InternetChecksum.ofSum(InternetChecksum.sum(out, at, message)));
        sent++;
        return IpPacket.HEADER4_LENGTH + message;
    }

    private int nextIdentification() {
        return (identification++ << partBits | part) & 0xffff;
    }

    private static int length4(ByteBuffer in, int offset, int length) {
        boolean isThere = offset >= 0 && length >= IpPacket.HEADER4_LENGTH && length <= in.limit() - offset;
        if (!isThere || in.get(offset) >>> 4 != 4) {
            return -1;
        }
        int headerLength = (in.get(offset) & 0xf) * 4;
        int there = Math.min(length, in.getShort(offset + 2) & 0xffff);
        return headerLength < IpPacket.HEADER4_LENGTH || headerLength > there ? -1 : there;
    }

    /** What fits behind an IPv6 header, and the fragment header that a fragment gets. */
    private int mtuFor4(ByteBuffer in, int offset) {
        boolean isFragment = (in.getShort(offset + 6) & FRAGMENT_BITS) != 0;
        return mtu6 - DIFFERENCE - (isFragment ? IpPacket.FRAGMENT_HEADER_LENGTH : 0);
    }

    private boolean mayGo(TokenBucket bucket, long nowNanos, ByteBuffer out, int outOffset, int length) {
        if (!settings.isEnabled() || outOffset < 0 || length > out.limit() - outOffset) {
            refused++;
            return false;
        }
        if (!bucket.take(nowNanos)) {
            rateLimited++;
            return false;
        }
        return true;
    }

    private static void copy(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        for (int at = 0; at < length; at++) {
            out.put(outOffset + at, in.get(inOffset + at));
        }
    }

    /** Messages written. */
    public long sent() {
        return sent;
    }

    /** Messages not written for the sake of the rate. */
    public long rateLimited() {
        return rateLimited;
    }

    /** Messages not written because no error may be sent about the packet, or none at all, or there was no room. */
    public long refused() {
        return refused;
    }
}
