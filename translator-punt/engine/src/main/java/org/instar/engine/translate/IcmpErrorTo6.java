// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.packet.QuotedPacket;

/**
 * Writes the ICMPv6 error message that stands for an ICMPv4 one (RFC 7915 §4.2, §4.3), all but the IP header. It is no
 * longer than fits into 1280 bytes (RFC 4443 §2.4 c).
 */
final class IcmpErrorTo6 {

    private static final int MAX_LENGTH = TranslatorSettings.MIN_MTU6 - IpPacket.HEADER6_LENGTH
            - IcmpErrorLayout.HEADER_LENGTH;
    private static final int LENGTH_UNIT = 8;

    private final PathMtu pathMtu;
    private final int copiedBits;
    private final int fixedBits;
    private final IcmpErrorLayout layout = new IcmpErrorLayout(LENGTH_UNIT);
    private final PayloadCopy copy = new PayloadCopy();
    private DropReason dropReason;

    IcmpErrorTo6(TranslatorSettings settings) {
        pathMtu = new PathMtu(settings);
        copiedBits = settings.trafficClass6() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.trafficClass6());
    }

    /** Bytes of the ICMP message, its checksum still zero; -1 when it is dropped: see {@link #dropReason()}. */
    int write(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        QuotedPacket quoted = in.quoted();
        int typeAndCode = IcmpErrorCodes.to6(in.icmpType(), quoted.code());
        int parameter = typeAndCode == IcmpErrorCodes.NONE ? IcmpErrorCodes.NONE : parameter(in.icmpType(), quoted);
        if (parameter == IcmpErrorCodes.NONE) {
            return drop(DropReason.ICMP_TYPE_NOT_TRANSLATED);
        }
        int type = typeAndCode >>> 8;
        boolean extensible = type == IcmpErrorCodes.UNREACHABLE6 || type == IcmpErrorCodes.TIME_EXCEEDED6;
        int headers = IpPacket.HEADER6_LENGTH + (quoted.hasFragmentHeader() ? IpPacket.FRAGMENT_HEADER_LENGTH : 0);
        layout.divide(headers + quoted.transportLength(), extensible ? quoted.extensionLength() : 0, MAX_LENGTH);
        if (at < 0 || IpPacket.HEADER6_LENGTH + layout.messageLength() > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        int message = at + IpPacket.HEADER6_LENGTH;
        int quote = message + IcmpErrorLayout.HEADER_LENGTH;
        out.putInt(message, typeAndCode << 16);
        out.putInt(message + 4, extensible ? layout.lengthAttribute() << 24 : parameter);
        writeHeader(quoted, out, quote, tuple);
        copy.copy(in.buffer(), quoted.transportOffset(), out, quote + headers, layout.quoteLength() - headers);
        writeTransport(in, out, quote + headers, layout.quoteLength() - headers, tuple);
        layout.writePaddingAndExtension(quoted, in.buffer(), out, quote, copy);
        return layout.messageLength();
    }

    /** The four bytes behind the checksum of a message without length attribute. */
    private int parameter(int type, QuotedPacket quoted) {
        if (type == IcmpErrorCodes.PARAMETER_PROBLEM4) {
            return IcmpErrorCodes.pointerTo6(quoted.parameter() >>> 24);
        }
        int typeAndCode = type << 8 | quoted.code();
        if (typeAndCode == IcmpErrorCodes.PROTOCOL_UNREACHABLE4) {
            return IcmpErrorCodes.NEXT_HEADER_POINTER;
        }
        return typeAndCode == IcmpErrorCodes.FRAGMENTATION_NEEDED4
                ? pathMtu.to6(quoted.parameter() & 0xffff, quoted.totalLength()) : 0;
    }

    private void writeHeader(QuotedPacket quoted, ByteBuffer out, int to, OutgoingTuple6 tuple) {
        int trafficClass = quoted.trafficClass() & copiedBits | fixedBits;
        int payloadLength = quoted.totalLength() - quoted.headerLength();
        int nextHeader = quoted.protocol() == IpPacket.ICMP ? IpPacket.ICMPV6 : quoted.protocol();
        HeaderWriter.writeAddresses6(out, to, tuple.destinationHigh(), tuple.destinationLow(), tuple.sourceHigh(),
                tuple.sourceLow());
        if (quoted.hasFragmentHeader()) {
            HeaderWriter.write6WithFragmentHeader(out, to, trafficClass,
                    Math.min(0xffff, payloadLength + IpPacket.FRAGMENT_HEADER_LENGTH), quoted.hopLimit());
            HeaderWriter.writeFragmentHeader(out, to + IpPacket.HEADER6_LENGTH, nextHeader, 0,
                    quoted.isMoreFragments(), quoted.identification());
        } else {
            HeaderWriter.write6(out, to, trafficClass, payloadLength, nextHeader, quoted.hopLimit());
        }
    }

    private static void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple6 tuple) {
        QuotedPacket quoted = in.quoted();
        long added = PseudoHeader.addresses6(tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        if (quoted.protocol() == IpPacket.ICMP) {
            QuotedTransport.writeEcho(quoted, out, to, EchoHeader.type6(quoted.icmpType()), tuple.destinationPort(),
                    0, added);
        } else {
            QuotedTransport.writePorts(quoted, out, to, length, tuple.destinationPort() << 16 | tuple.sourcePort(),
                    PseudoHeader.addresses4(in.source4(), in.destination4()), added);
        }
    }

    /** Completes a message whose IPv6 header stands before it. */
    void writeChecksum(ByteBuffer out, int at, int length) {
        int message = at + IpPacket.HEADER6_LENGTH;
        long sum = InternetChecksum.sum(out, at + 8, 32 + length)
                + PseudoHeader.protocolAndLength(IpPacket.ICMPV6, length);
        out.putShort(message + 2, (short) InternetChecksum.ofSum(sum));
    }

    private int drop(DropReason reason) {
        dropReason = reason;
        return -1;
    }

    DropReason dropReason() {
        return dropReason;
    }
}
