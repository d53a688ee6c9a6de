// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.packet.QuotedPacket;

/**
 * Writes the ICMPv4 error message that stands for an ICMPv6 one (RFC 7915 §5.2, §5.3), all but the IP header. It is no
 * longer than fits into the MTU and 1260 bytes, what an IPv6 message of 1280 bytes comes to.
 */
final class IcmpErrorTo4 {

    private static final int LENGTH_UNIT = 4;
    private static final int MAX_TOTAL_LENGTH = 65535;

    private final PathMtu pathMtu;
    private final int copiedBits;
    private final int fixedBits;
    private final int maxLength;
    private final int maxLengthWithoutDf;
    private final IcmpErrorLayout layout = new IcmpErrorLayout(LENGTH_UNIT);
    private final PayloadCopy copy = new PayloadCopy();
    private DropReason dropReason;

    IcmpErrorTo4(TranslatorSettings settings) {
        pathMtu = new PathMtu(settings);
        copiedBits = settings.typeOfService4() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.typeOfService4());
        maxLength = Math.min(settings.mtu4(), HeaderWriter.MAX_LENGTH_WITHOUT_DF) - IpPacket.HEADER4_LENGTH
                - IcmpErrorLayout.HEADER_LENGTH;
        maxLengthWithoutDf = settings.isAlwaysDontFragment() ? 0 : HeaderWriter.MAX_LENGTH_WITHOUT_DF;
    }

    /** Bytes of the ICMP message; -1 when it is dropped: see {@link #dropReason()}. */
    int write(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        QuotedPacket quoted = in.quoted();
        int typeAndCode = IcmpErrorCodes.to4(in.icmpType(), quoted.code());
        int parameter = typeAndCode == IcmpErrorCodes.NONE ? IcmpErrorCodes.NONE : parameter(in.icmpType(), quoted);
        if (parameter == IcmpErrorCodes.NONE) {
            return drop(DropReason.ICMP_TYPE_NOT_TRANSLATED);
        }
        int headers = IpPacket.HEADER4_LENGTH;
        layout.divide(headers + quoted.transportLength(), quoted.extensionLength(), maxLength);
        if (at < 0 || IpPacket.HEADER4_LENGTH + layout.messageLength() > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        int message = at + IpPacket.HEADER4_LENGTH;
        int quote = message + IcmpErrorLayout.HEADER_LENGTH;
        out.putInt(message, typeAndCode << 16);
        out.putInt(message + 4, pointer(typeAndCode, parameter) | layout.lengthAttribute() << 16);
        writeHeader(quoted, out, quote, tuple);
        copy.copy(in.buffer(), quoted.transportOffset(), out, quote + headers, layout.quoteLength() - headers);
        writeTransport(in, out, quote + headers, layout.quoteLength() - headers, tuple);
        layout.writePaddingAndExtension(quoted, in.buffer(), out, quote, copy);
        long sum = InternetChecksum.sum(out, message, layout.messageLength());
        out.putShort(message + 2, (short) InternetChecksum.ofSum(sum));
        return layout.messageLength();
    }

    /** MTU or pointer; 0 when the new message has neither. */
    private int parameter(int type, QuotedPacket quoted) {
        if (type == IcmpErrorCodes.PACKET_TOO_BIG6) {
            return pathMtu.to4(quoted.parameter(), quoted.hasFragmentHeader());
        }
        return type == IcmpErrorCodes.PARAMETER_PROBLEM6 && quoted.code() == 0
                ? IcmpErrorCodes.pointerTo4(quoted.parameter()) : 0;
    }

    /** The MTU stands in the last two of the four bytes, the pointer in the first. */
    private static int pointer(int typeAndCode, int parameter) {
        return typeAndCode >>> 8 == IcmpErrorCodes.PARAMETER_PROBLEM4 ? parameter << 24 : parameter;
    }

    private void writeHeader(QuotedPacket quoted, ByteBuffer out, int to, OutgoingTuple4 tuple) {
        int totalLength = Math.min(MAX_TOTAL_LENGTH,
                IpPacket.HEADER4_LENGTH + quoted.totalLength() - quoted.headerLength());
        int flags = quoted.isMoreFragments() ? HeaderWriter.MORE_FRAGMENTS
                : quoted.hasFragmentHeader() || totalLength <= maxLengthWithoutDf ? 0 : HeaderWriter.DONT_FRAGMENT;
        HeaderWriter.write4(out, to, quoted.trafficClass() & copiedBits | fixedBits, totalLength,
                quoted.identification() << 16 | flags, quoted.hopLimit(), quoted.protocol(), tuple.destination(),
                tuple.source());
    }

    private static void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple4 tuple) {
        QuotedPacket quoted = in.quoted();
        long removed = PseudoHeader.addresses6(in.source6High(), in.source6Low(), in.destination6High(),
                in.destination6Low());
        if (quoted.protocol() == IpPacket.ICMP) {
            QuotedTransport.writeEcho(quoted, out, to, EchoHeader.type4(quoted.icmpType()), tuple.sourcePort(),
                    removed, 0);
        } else {
            QuotedTransport.writePorts(quoted, out, to, length, tuple.destinationPort() << 16 | tuple.sourcePort(),
                    removed, PseudoHeader.addresses4(tuple.source(), tuple.destination()));
        }
    }

    private int drop(DropReason reason) {
        dropReason = reason;
        return -1;
    }

    DropReason dropReason() {
        return dropReason;
    }
}
