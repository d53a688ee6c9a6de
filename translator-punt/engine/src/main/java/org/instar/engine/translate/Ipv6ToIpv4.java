// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/** Writes IPv4 packets (RFC 7915 §5), those that the IPv4 MTU cuts into fragments one fragment a call. */
final class Ipv6ToIpv4 {

    private final int mtu4;
    private final int copiedBits;
    private final int fixedBits;
    private final int maxLengthWithoutDf;
    private final long checkedPrefix;
    private final IdentificationGenerator identifications;
    private final TransportWriter transports;
    private final IcmpErrorTo4 errors;
    private final Cut cut;

    Ipv6ToIpv4(TranslatorSettings settings, TransportWriter transports, Cut cut,
            IdentificationGenerator identifications) {
        mtu4 = settings.mtu4();
        copiedBits = settings.typeOfService4() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.typeOfService4());
        maxLengthWithoutDf = settings.isAlwaysDontFragment() ? 0 : HeaderWriter.MAX_LENGTH_WITHOUT_DF;
        checkedPrefix = settings.isNonGlobalInWellKnownPrefix() ? 0 : Prefix64.WELL_KNOWN_HIGH;
        this.transports = transports;
        this.cut = cut;
        this.identifications = identifications;
        errors = new IcmpErrorTo4(settings);
    }

    /** Bytes written, or -1; bare packets are translated by {@link BareTo4} with the same result. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        cut.forget();
        if (in.version() != 6) {
            return cut.drop(DropReason.BAD_VERSION);
        }
        if (in.hopLimit() <= 1) {
            return cut.drop(DropReason.HOP_LIMIT_EXCEEDED);
        }
        if (in.destination6High() == checkedPrefix
                && Prefix64.isRefused(in.destination6High(), in.destination6Low())) {
            return cut.drop(DropReason.NON_GLOBAL_ADDRESS);
        }
        int length = IpPacket.HEADER4_LENGTH + in.transportLength();
        if (!in.isPlain() || length > mtu4) {
            return translateSpecial(in, out, at, tuple);
        }
        if (at < 0 || length > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        return translatePlain(in, out, at, tuple, length);
    }

    private int translatePlain(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple, int length) {
        writeHeader(in, out, at, tuple, length,
                identifications.next() << 16 | maxLengthWithoutDf - length >>> 17 & HeaderWriter.DONT_FRAGMENT);
        writeTransport(in, out, at + IpPacket.HEADER4_LENGTH, length - IpPacket.HEADER4_LENGTH, tuple);
        return length;
    }

    /** Fragments, error messages and packets that the IPv4 MTU has no room for. */
    private int translateSpecial(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        if (in.isIcmpError()) {
            return translateError(in, out, at, tuple);
        }
        int length = IpPacket.HEADER4_LENGTH + in.transportLength();
        if (length > mtu4 && in.totalLength() > TranslatorSettings.MIN_MTU6) {
            return cut.drop(DropReason.PACKET_TOO_BIG);
        }
        if (at < 0 || Math.min(length, mtu4) > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        cut.begin4(in, tuple, in.hasFragmentHeader() ? in.identification() : identifications.next());
        return nextFragment(out, at);
    }

    private int translateError(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        int transport = errors.write(in, out, at, tuple);
        if (transport < 0) {
            return cut.drop(errors.dropReason());
        }
        int length = IpPacket.HEADER4_LENGTH + transport;
        int flags = length <= maxLengthWithoutDf ? 0 : HeaderWriter.DONT_FRAGMENT;
        HeaderWriter.write4(out, at, in.trafficClass6() & copiedBits | fixedBits, length,
                identifications.next() << 16 | flags, in.hopLimit() - 1, IpPacket.ICMP, tuple.reporter(),
                tuple.destination());
        return length;
    }

    private void writeHeader(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple, int length,
            int identificationAndFlags) {
        HeaderWriter.write4(out, at, in.trafficClass6() & copiedBits | fixedBits, length, identificationAndFlags,
                in.hopLimit() - 1, in.protocol(), tuple.source(), tuple.destination());
    }

    private void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple4 tuple) {
        long removed = PseudoHeader.addresses6(in.source6High(), in.source6Low(), in.destination6High(),
                in.destination6Low());
        switch (in.protocol()) {
            case IpPacket.UDP:
                transports.updateUdp(in, out, to, length, tuple.ports(), removed, tuple.addressAndPortSum());
                break;
            case IpPacket.TCP:
                transports.writeTcp(in, out, to, length, tuple.ports(), removed, tuple.addressAndPortSum());
                break;
            default:
                transports.writeEcho(in, out, to, length, EchoHeader.type4(in.icmpType()), tuple.sourcePort(),
                        removed + PseudoHeader.protocolAndLength(IpPacket.ICMPV6, in.datagramLength()), 0);
        }
    }

    /**
     * Writes the next fragment (RFC 7915 §5.1.1); a packet with a fragment header may be a single one.
     *
     * @return bytes written, or -1
     */
    int nextFragment(ByteBuffer out, int at) {
        IpPacket in = cut.packet();
        int start = cut.at();
        int rest = in.transportLength() - start;
        int room = mtu4 - IpPacket.HEADER4_LENGTH;
        int length = rest <= room ? rest : room & ~7;
        if (at < 0 || IpPacket.HEADER4_LENGTH + length > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        boolean more = length < rest || in.isMoreFragments();
        int to = at + IpPacket.HEADER4_LENGTH;
        writeHeader(in, out, at, cut.tuple4(), IpPacket.HEADER4_LENGTH + length, cut.identification() << 16
                | in.fragmentOffset() + start >>> 3 | (more ? HeaderWriter.MORE_FRAGMENTS : 0));
        if (in.fragmentOffset() + start == 0) {
            writeTransport(in, out, to, length, cut.tuple4());
        } else {
            transports.writeRest(in, start, out, to, length);
        }
        cut.advance(length);
        return IpPacket.HEADER4_LENGTH + length;
    }
}
