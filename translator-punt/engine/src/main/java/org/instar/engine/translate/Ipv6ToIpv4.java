// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/**
 * Writes IPv4 packets (RFC 7915 §5). A packet that the IPv4 MTU cuts into fragments is written one fragment a call: the
 * view of the packet, its bytes and its tuple stay as they are until the last one is written.
 */
final class Ipv6ToIpv4 {

    private final int mtu4;
    private final int copiedBits;
    private final int fixedBits;
    private final int maxLengthWithoutDf;
    private final boolean checksWellKnownPrefix;
    private final IdentificationGenerator identifications = new IdentificationGenerator();
    private final TransportWriter transports;
    private final IcmpErrorTo4 errors;
    private DropReason dropReason;

    private IpPacket cutPacket;
    private OutgoingTuple4 cutTuple;
    private int cutAt;
    private int cutIdentification;

    Ipv6ToIpv4(TranslatorSettings settings, TransportWriter transports) {
        mtu4 = settings.mtu4();
        copiedBits = settings.typeOfService4() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.typeOfService4());
        maxLengthWithoutDf = settings.isAlwaysDontFragment() ? 0 : HeaderWriter.MAX_LENGTH_WITHOUT_DF;
        checksWellKnownPrefix = !settings.isNonGlobalInWellKnownPrefix();
        this.transports = transports;
        errors = new IcmpErrorTo4(settings);
    }

    /** Bytes written, or -1: see {@link #dropReason()}. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        int length = IpPacket.HEADER4_LENGTH + in.transportLength();
        if (in.version() != 6) {
            return drop(DropReason.BAD_VERSION);
        }
        if (in.hopLimit() <= 1) {
            return drop(DropReason.HOP_LIMIT_EXCEEDED);
        }
        if (checksWellKnownPrefix && Prefix64.isRefused(in.destination6High(), in.destination6Low())) {
            return drop(DropReason.NON_GLOBAL_ADDRESS);
        }
        if (in.isIcmpError()) {
            return translateError(in, out, at, tuple);
        }
        if (length > mtu4) {
            return in.totalLength() > TranslatorSettings.MIN_MTU6 ? drop(DropReason.PACKET_TOO_BIG)
                    : cut(in, out, at, tuple);
        }
        if (at < 0 || length > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        int identificationAndFlags = in.hasFragmentHeader() ? fragmentFlags(in, 0, false, in.identification())
                : identifications.next() << 16 | (length <= maxLengthWithoutDf ? 0 : HeaderWriter.DONT_FRAGMENT);
        writeHeader(in, out, at, tuple, length, identificationAndFlags);
        writeTransport(in, out, at + IpPacket.HEADER4_LENGTH, length - IpPacket.HEADER4_LENGTH, tuple);
        dropReason = null;
        return length;
    }

    private int translateError(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        int transport = errors.write(in, out, at, tuple);
        if (transport < 0) {
            return drop(errors.dropReason());
        }
        int length = IpPacket.HEADER4_LENGTH + transport;
        int flags = length <= maxLengthWithoutDf ? 0 : HeaderWriter.DONT_FRAGMENT;
        HeaderWriter.write4(out, at, in.trafficClass() & copiedBits | fixedBits, length,
                identifications.next() << 16 | flags, in.hopLimit() - 1, IpPacket.ICMP, tuple.reporter(),
                tuple.destination());
        dropReason = null;
        return length;
    }

    private void writeHeader(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple, int length,
            int identificationAndFlags) {
        HeaderWriter.write4(out, at, in.trafficClass() & copiedBits | fixedBits, length, identificationAndFlags,
                in.hopLimit() - 1, in.protocol(), tuple.source(), tuple.destination());
    }

    private void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple4 tuple) {
        if (in.fragmentOffset() != 0) {
            transports.writeRest(in, 0, out, to, length);
            return;
        }
        long removed = PseudoHeader.addresses6(in.source6High(), in.source6Low(), in.destination6High(),
                in.destination6Low());
        if (in.protocol() == IpPacket.ICMP) {
            removed += PseudoHeader.protocolAndLength(IpPacket.ICMPV6, in.datagramLength());
            transports.writeEcho(in, out, to, length, EchoHeader.type4(in.icmpType()), tuple.sourcePort(), removed, 0);
            return;
        }
        int ports = tuple.sourcePort() << 16 | tuple.destinationPort();
        long added = PseudoHeader.addresses4(tuple.source(), tuple.destination());
        if (in.protocol() == IpPacket.UDP) {
            transports.writeUdp(in, out, to, length, ports, removed, added);
        } else {
            transports.writeTcp(in, out, to, length, ports, removed, added);
        }
    }

    /** Begins to cut a packet of up to 1280 bytes into IPv4 fragments (RFC 7915 §5.1.1). */
    private int cut(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        if (at < 0 || mtu4 > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        cutPacket = in;
        cutTuple = tuple;
        cutAt = 0;
        cutIdentification = in.hasFragmentHeader() ? in.identification() : identifications.next();
        return nextFragment(out, at);
    }

    /** Bytes of the next fragment; 0 when all are written, -1 when there is no room for it. */
    int nextFragment(ByteBuffer out, int at) {
        if (cutPacket == null) {
            return 0;
        }
        IpPacket in = cutPacket;
        int rest = in.transportLength() - cutAt;
        int room = mtu4 - IpPacket.HEADER4_LENGTH;
        int length = rest <= room ? rest : room & ~7;
        if (at < 0 || IpPacket.HEADER4_LENGTH + length > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        int to = at + IpPacket.HEADER4_LENGTH;
        writeHeader(in, out, at, cutTuple, IpPacket.HEADER4_LENGTH + length,
                fragmentFlags(in, cutAt, length < rest, cutIdentification));
        if (cutAt == 0) {
            writeTransport(in, out, to, length, cutTuple);
        } else {
            transports.writeRest(in, cutAt, out, to, length);
        }
        cutAt += length;
        if (length == rest) {
            forgetCut();
        }
        dropReason = null;
        return IpPacket.HEADER4_LENGTH + length;
    }

    void forgetCut() {
        cutPacket = null;
        cutTuple = null;
    }

    boolean isCutting() {
        return cutPacket != null;
    }

    private static int fragmentFlags(IpPacket in, int start, boolean more, int identification) {
        return identification << 16 | in.fragmentOffset() + start >>> 3
                | (more || in.isMoreFragments() ? HeaderWriter.MORE_FRAGMENTS : 0);
    }

    private int drop(DropReason reason) {
        dropReason = reason;
        forgetCut();
        return -1;
    }

    DropReason dropReason() {
        return dropReason;
    }
}
