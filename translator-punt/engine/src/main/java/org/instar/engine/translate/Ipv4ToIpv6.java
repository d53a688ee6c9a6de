// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/** Writes IPv6 packets (RFC 7915 §4), those without DF that the lowest IPv6 MTU cuts one fragment a call. */
final class Ipv4ToIpv6 {

    private static final int WITH_FRAGMENT_HEADER = IpPacket.HEADER6_LENGTH + IpPacket.FRAGMENT_HEADER_LENGTH;

    private final int mtu6;
    private final int lowestMtu6;
    private final int copiedBits;
    private final int fixedBits;
    private final boolean dropsZeroChecksum;
    private final long checkedPrefix;
    private final TransportWriter transports;
    private final IcmpErrorTo6 errors;
    private final Cut cut;

    Ipv4ToIpv6(TranslatorSettings settings, TransportWriter transports, Cut cut) {
        mtu6 = settings.mtu6();
        lowestMtu6 = settings.lowestMtu6();
        copiedBits = settings.trafficClass6() == TranslatorSettings.COPY ? 0xff : 0;
        fixedBits = Math.max(0, settings.trafficClass6());
        dropsZeroChecksum = settings.udpZeroChecksum() == UdpZeroChecksum.DROP;
        checkedPrefix = settings.isNonGlobalInWellKnownPrefix() ? 0 : Prefix64.WELL_KNOWN_HIGH;
        this.transports = transports;
        this.cut = cut;
        errors = new IcmpErrorTo6(settings);
    }

    /** Bytes written, or -1; bare packets are translated by {@link BareTo6} with the same result. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        cut.forget();
        if (in.version() != 4) {
            return cut.drop(DropReason.BAD_VERSION);
        }
        if (in.hopLimit() <= 1) {
            return cut.drop(DropReason.HOP_LIMIT_EXCEEDED);
        }
        if (tuple.sourceHigh() == checkedPrefix && Prefix64.isRefused(tuple.sourceHigh(), tuple.sourceLow())) {
            return cut.drop(DropReason.NON_GLOBAL_ADDRESS);
        }
        if (dropsZeroChecksum && isWithoutChecksum(in)) {
            return cut.drop(DropReason.UDP_CHECKSUM_ZERO);
        }
        int length = IpPacket.HEADER6_LENGTH + in.transportLength();
        if (!in.isPlain() || length > lowestMtu6 && (length > mtu6 || !in.dontFragment())) {
            return translateSpecial(in, out, at, tuple);
        }
        if (at < 0 || length > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        return translatePlain(in, out, at, tuple, length);
    }

    private int translatePlain(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple, int length) {
        HeaderWriter.write6(out, at, in.typeOfService4() & copiedBits | fixedBits, in.transportLength(),
                nextHeader(in), in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        writeTransport(in, out, at + IpPacket.HEADER6_LENGTH, in.transportLength(), tuple);
        return length;
    }

    /** Of fragments as well: the first one tells. */
    private static boolean isWithoutChecksum(IpPacket in) {
        return in.protocol() == IpPacket.UDP && in.fragmentOffset() == 0 && !in.isIcmpError()
                && (in.transportHeader() & 0xffff) == 0;
    }

    private int translateError(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        int transport = errors.write(in, out, at, tuple);
        if (transport < 0) {
            return cut.drop(errors.dropReason());
        }
        // a hop that the well-known prefix may not show is shown as the tuple's source (RFC 6146 §3.7)
        boolean hides = tuple.reporterHigh() == checkedPrefix
                && Prefix64.isRefused(tuple.reporterHigh(), tuple.reporterLow());
        HeaderWriter.write6(out, at, in.typeOfService4() & copiedBits | fixedBits, transport, IpPacket.ICMPV6,
                in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, hides ? tuple.sourceHigh() : tuple.reporterHigh(),
                hides ? tuple.sourceLow() : tuple.reporterLow(), tuple.destinationHigh(), tuple.destinationLow());
        errors.writeChecksum(out, at, transport);
        return IpPacket.HEADER6_LENGTH + transport;
    }

    private static int nextHeader(IpPacket in) {
        return in.protocol() == IpPacket.ICMP ? IpPacket.ICMPV6 : in.protocol();
    }

    private void writeTransport(IpPacket in, ByteBuffer out, int to, int length, OutgoingTuple6 tuple) {
        switch (in.protocol()) {
            case IpPacket.UDP:
                transports.writeUdp(in, out, to, length, tuple.ports(),
                        PseudoHeader.addresses4(in.source4(), in.destination4()), tuple.addressAndPortSum());
                break;
            case IpPacket.TCP:
                transports.writeTcp(in, out, to, length, tuple.ports(),
                        PseudoHeader.addresses4(in.source4(), in.destination4()), tuple.addressAndPortSum());
                break;
            default:
                transports.writeEcho(in, out, to, length, EchoHeader.type6(in.icmpType()), tuple.destinationPort(), 0,
                        tuple.addressSum() + PseudoHeader.protocolAndLength(IpPacket.ICMPV6, in.datagramLength()));
        }
    }

    /** Error messages, fragments, and packets that are to become fragments (RFC 7915 §4.1) or are too big. */
    private int translateSpecial(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        if (in.isIcmpError()) {
            return translateError(in, out, at, tuple);
        }
        int length = in.transportLength()
                + (in.hasFragmentHeader() ? WITH_FRAGMENT_HEADER : IpPacket.HEADER6_LENGTH);
        if (in.dontFragment() && length > mtu6) {
            return cut.drop(DropReason.PACKET_TOO_BIG);
        }
        if (at < 0 || Math.min(length, maxFragmentLength(in)) > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        cut.begin6(in, tuple);
        return nextFragment(out, at);
    }

    private int maxFragmentLength(IpPacket in) {
        return in.dontFragment() ? mtu6 : lowestMtu6;
    }

    /**
     * Writes the next fragment, or the only one.
     *
     * @return bytes written, or -1
     */
    int nextFragment(ByteBuffer out, int at) {
        IpPacket in = cut.packet();
        int rest = in.transportLength() - cut.at();
        int room = maxFragmentLength(in) - WITH_FRAGMENT_HEADER;
        int length = rest <= room ? rest : room & ~7;
        if (at < 0 || WITH_FRAGMENT_HEADER + length > out.limit() - at) {
            return cut.drop(DropReason.OUTPUT_TOO_SMALL);
        }
        writeFragment(in, out, at, length, length < rest);
        cut.advance(length);
        return WITH_FRAGMENT_HEADER + length;
    }

    private void writeFragment(IpPacket in, ByteBuffer out, int at, int length, boolean isCut) {
        OutgoingTuple6 tuple = cut.tuple6();
        int start = in.fragmentOffset() + cut.at();
        int to = at + WITH_FRAGMENT_HEADER;
        HeaderWriter.write6WithFragmentHeader(out, at, in.typeOfService4() & copiedBits | fixedBits,
                IpPacket.FRAGMENT_HEADER_LENGTH + length, in.hopLimit() - 1);
        HeaderWriter.writeAddresses6(out, at, tuple.sourceHigh(), tuple.sourceLow(), tuple.destinationHigh(),
                tuple.destinationLow());
        HeaderWriter.writeFragmentHeader(out, at + IpPacket.HEADER6_LENGTH, nextHeader(in), start,
                isCut || in.isMoreFragments(), in.identification());
        if (start == 0) {
            writeTransport(in, out, to, length, tuple);
        } else {
            transports.writeRest(in, cut.at(), out, to, length);
        }
    }
}
