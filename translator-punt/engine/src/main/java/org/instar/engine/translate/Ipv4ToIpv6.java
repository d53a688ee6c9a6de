// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/**
 * Writes IPv6 packets (RFC 7915 §4). A packet without DF that is too long for the lowest IPv6 MTU is written one fragment a
 * call: the view of the packet, its bytes and its tuple stay as they are until the last one is written.
 */
final class Ipv4ToIpv6 {

    private static final int WITH_FRAGMENT_HEADER = IpPacket.HEADER6_LENGTH + IpPacket.FRAGMENT_HEADER_LENGTH;

    private final int mtu6;
    private final int lowestMtu6;
    private final int copiedBits;
    private final int fixedBits;
    private final boolean dropsZeroChecksum;
    private final boolean checksWellKnownPrefix;
    private final TransportWriter transports;
    private final IcmpErrorTo6 errors;
    private DropReason dropReason;

    private IpPacket cutPacket;
    private OutgoingTuple6 cutTuple;
    private int cutAt;

    Ipv4ToIpv6(TranslatorSettings settings, TransportWriter transports) {
        mtu6 = settings.mtu6();
        lowestMtu6 = settings.lowestMtu6();
        copiedBits = settings.trafficClass6() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.trafficClass6());
        dropsZeroChecksum = settings.udpZeroChecksum() == UdpZeroChecksum.DROP;
        checksWellKnownPrefix = !settings.isNonGlobalInWellKnownPrefix();
        this.transports = transports;
        errors = new IcmpErrorTo6(settings);
    }

    /** Bytes written, or -1: see {@link #dropReason()}. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        if (in.version() != 4) {
            return drop(DropReason.BAD_VERSION);
        }
        if (in.hopLimit() <= 1) {
            return drop(DropReason.HOP_LIMIT_EXCEEDED);
        }
        if (checksWellKnownPrefix && Prefix64.isRefused(tuple.sourceHigh(), tuple.sourceLow())) {
            return drop(DropReason.NON_GLOBAL_ADDRESS);
        }
        if (in.isIcmpError()) {
            return translateError(in, out, at, tuple);
        }
        if (dropsZeroChecksum && isWithoutChecksum(in)) {
            return drop(DropReason.UDP_CHECKSUM_ZERO);
        }
        int length = IpPacket.HEADER6_LENGTH + in.transportLength();
        if (in.hasFragmentHeader() || length > mtu6 || length > lowestMtu6 && !in.dontFragment()) {
            return translateWithFragmentHeader(in, out, at, tuple);
        }
        if (at < 0 || length > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        HeaderWriter.write6(out, at, in.trafficClass() & copiedBits | fixedBits, in.transportLength(),
                nextHeader(in), in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        writeTransport(in, out, at + IpPacket.HEADER6_LENGTH, in.transportLength(), tuple);
        dropReason = null;
        return length;
    }

    /** Of fragments as well: the first one tells. */
    private static boolean isWithoutChecksum(IpPacket in) {
        return in.protocol() == IpPacket.UDP && in.fragmentOffset() == 0
                && in.buffer().getShort(in.transportOffset() + 6) == 0;
    }

    private int translateError(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        int transport = errors.write(in, out, at, tuple);
        if (transport < 0) {
            return drop(errors.dropReason());
        }
        // a hop that the well-known prefix may not show is shown as the tuple's source (RFC 6146 §3.7)
        boolean hides = checksWellKnownPrefix && Prefix64.isRefused(tuple.reporterHigh(), tuple.reporterLow());
        HeaderWriter.write6(out, at, in.trafficClass() & copiedBits | fixedBits, transport, IpPacket.ICMPV6,
                in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, hides ? tuple.sourceHigh() : tuple.reporterHigh(),
                hides ? tuple.sourceLow() : tuple.reporterLow(), tuple.destinationHigh(), tuple.destinationLow());
        errors.writeChecksum(out, at, transport);
        dropReason = null;
        return IpPacket.HEADER6_LENGTH + transport;
    }

    private static int nextHeader(IpPacket in) {
        return in.protocol() == IpPacket.ICMP ? IpPacket.ICMPV6 : in.protocol();
    }

    private void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple6 tuple) {
        if (in.fragmentOffset() != 0) {
            transports.writeRest(in, 0, out, to, length);
            return;
        }
        long added = PseudoHeader.addresses6(tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        if (in.protocol() == IpPacket.ICMP) {
            added += PseudoHeader.protocolAndLength(IpPacket.ICMPV6, in.datagramLength());
            transports.writeEcho(in, out, to, length, EchoHeader.type6(in.icmpType()), tuple.destinationPort(), 0,
                    added);
            return;
        }
        int ports = tuple.sourcePort() << 16 | tuple.destinationPort();
        long removed = PseudoHeader.addresses4(in.source4(), in.destination4());
        if (in.protocol() == IpPacket.UDP) {
            transports.writeUdp(in, out, to, length, ports, removed, added);
        } else {
            transports.writeTcp(in, out, to, length, ports, removed, added);
        }
    }

    /** Begins to write a packet that is a fragment already, or has to be cut (RFC 7915 §4.1), or is too big. */
    private int translateWithFragmentHeader(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        int length = (in.hasFragmentHeader() ? WITH_FRAGMENT_HEADER : IpPacket.HEADER6_LENGTH) + in.transportLength();
        if (in.dontFragment() && length > mtu6) {
            return drop(DropReason.PACKET_TOO_BIG);
        }
        if (at < 0 || Math.min(length, maxFragmentLength(in)) > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        cutPacket = in;
        cutTuple = tuple;
        cutAt = 0;
        return nextFragment(out, at);
    }

    private int maxFragmentLength(IpPacket in) {
        return in.dontFragment() ? mtu6 : lowestMtu6;
    }

    /** Bytes of the next fragment; 0 when all are written, -1 when there is no room for it. */
    int nextFragment(ByteBuffer out, int at) {
        if (cutPacket == null) {
            return 0;
        }
        IpPacket in = cutPacket;
        int rest = in.transportLength() - cutAt;
        int room = maxFragmentLength(in) - WITH_FRAGMENT_HEADER;
        int length = rest <= room ? rest : room & ~7;
        if (at < 0 || WITH_FRAGMENT_HEADER + length > out.limit() - at) {
            return drop(DropReason.OUTPUT_TOO_SMALL);
        }
        writeFragment(in, out, at, length, length < rest);
        cutAt += length;
        if (length == rest) {
            forgetCut();
        }
        dropReason = null;
        return WITH_FRAGMENT_HEADER + length;
    }

    private void writeFragment(IpPacket in, ByteBuffer out, int at, int length, boolean more) {
        OutgoingTuple6 tuple = cutTuple;
        HeaderWriter.write6WithFragmentHeader(out, at, in.trafficClass() & copiedBits | fixedBits,
                IpPacket.FRAGMENT_HEADER_LENGTH + length, in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        HeaderWriter.writeFragmentHeader(out, at + IpPacket.HEADER6_LENGTH, nextHeader(in),
                in.fragmentOffset() + cutAt, more || in.isMoreFragments(), in.identification());
        if (cutAt == 0) {
            writeTransport(in, out, at + WITH_FRAGMENT_HEADER, length, tuple);
        } else {
            transports.writeRest(in, cutAt, out, at + WITH_FRAGMENT_HEADER, length);
        }
    }

    void forgetCut() {
        cutPacket = null;
        cutTuple = null;
    }

    boolean isCutting() {
        return cutPacket != null;
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
