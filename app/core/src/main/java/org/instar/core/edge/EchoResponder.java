// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.checksum.InternetChecksum;

/** Answers echo requests to the gateway's own addresses (RFC 4443 §4.2, RFC 792). */
final class EchoResponder {

    /** An Ethernet header with tag, an IPv6 header and the longest payload. */
    private static final int BUFFER_LENGTH = EthernetFrame.PACKET + Ipv6Header.LENGTH + 65535;
    private static final int START = EthernetFrame.TAG_LENGTH;
    private static final int IP = EthernetFrame.PACKET;
    private static final int ECHO_REPLY6 = 129;
    private static final int HOP_LIMIT = 64;
    private static final short DO_NOT_FRAGMENT = 0x4000;
    private static final int ICMP_PROTOCOL = 1;

    private final EdgeConfig config;
    private final EdgeCounters counters;
    private final NextHops nextHops;
    private final ByteBuffer reply = ByteBuffer.allocateDirect(BUFFER_LENGTH);

    EchoResponder(EdgeConfig config, EdgeCounters counters, NextHops nextHops) {
        this.config = config;
        this.counters = counters;
        this.nextHops = nextHops;
    }

    /** Answers from the address that was asked, or from the one of the asker's scope when that was a group. */
    void answer6(ByteBuffer frame, int ip, int icmpLength, int vlan, long nowNanos) {
        Ip6 asker = Ip6.of(Ipv6Header.sourceHigh(frame, ip), Ipv6Header.sourceLow(frame, ip));
        Ip6 asked = Ip6.of(Ipv6Header.destinationHigh(frame, ip), Ipv6Header.destinationLow(frame, ip));
        if (asked.isMulticast()) {
            asked = asker.isLinkLocal() ? config.linkLocal() : config.address6();
        }
        int icmp = IP + Ipv6Header.LENGTH;
        Ipv6Header.write(reply, IP, icmpLength, HOP_LIMIT, asked, asker);
        copy(frame, ip + Ipv6Header.LENGTH, icmp, icmpLength);
        reply.putShort(icmp, (short) (ECHO_REPLY6 << 8));
        Ipv6Header.writeChecksum(reply, IP, icmpLength);
        if (nextHops.send6(reply, START, icmp + icmpLength - START, vlan, nowNanos)) {
            counters.count(EdgeCounter.ECHO_REPLIES_SENT);
        }
    }

    /** The reply has no options and is an atomic datagram (RFC 6864 §4). */
    void answer4(ByteBuffer frame, int ip, int headerLength, int totalLength, long nowNanos) {
        int icmpLength = totalLength - headerLength;
        int icmp = IP + Ipv4Receiver.HEADER_LENGTH;
        reply.putShort(IP, (short) 0x4500);
        reply.putShort(IP + 2, (short) (Ipv4Receiver.HEADER_LENGTH + icmpLength));
        reply.putShort(IP + 4, (short) 0);
        reply.putShort(IP + 6, DO_NOT_FRAGMENT);
        reply.putShort(IP + 8, (short) (HOP_LIMIT << 8 | ICMP_PROTOCOL));
        reply.putShort(IP + 10, (short) 0);
        reply.putInt(IP + 12, frame.getInt(ip + 16));
        reply.putInt(IP + 16, frame.getInt(ip + 12));
        putChecksum(IP + 10, IP, Ipv4Receiver.HEADER_LENGTH);
        copy(frame, ip + headerLength, icmp, icmpLength);
        reply.putInt(icmp, 0);
        putChecksum(icmp + 2, icmp, icmpLength);
        if (nextHops.send4(reply, START, icmp + icmpLength - START, nowNanos)) {
            counters.count(EdgeCounter.ECHO_REPLIES_SENT);
        }
    }

    private void putChecksum(int field, int from, int length) {
        reply.putShort(field, (short) InternetChecksum.ofSum(InternetChecksum.sum(reply, from, length)));
    }

    private void copy(ByteBuffer frame, int from, int to, int length) {
        reply.duplicate().position(to).put(frame.duplicate().limit(from + length).position(from));
    }
}
