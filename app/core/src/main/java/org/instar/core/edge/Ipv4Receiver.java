// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;

/** IPv4 packets that were sent to the gateway and not translated: echo requests are answered, the rest is counted. */
final class Ipv4Receiver {

    static final int HEADER_LENGTH = 20;

    private static final int ICMP = 1;
    private static final int ICMP_HEADER_LENGTH = 8;
    private static final int ECHO_REQUEST = 8;
    private static final int MORE_FRAGMENTS_AND_OFFSET = 0x3fff;

    private final EdgeConfig config;
    private final OwnAddresses4 own;
    private final EdgeCounters counters;
    private final EchoResponder echo;

    Ipv4Receiver(EdgeConfig config, OwnAddresses4 own, EdgeCounters counters, EchoResponder echo) {
        this.config = config;
        this.own = own;
        this.counters = counters;
        this.echo = echo;
    }

    /** An address that can be one host's: not 0/8, 127/8, 224/4 or 240/4 (RFC 1122 §3.2.1.3). */
    static boolean isUnicast(int address) {
        int first = address >>> 24;
        return first > 0 && first < 224 && first != 127;
    }

    void receive(ByteBuffer frame, int ip, int length, boolean toGroup, long nowNanos) {
        EdgeCounter reason = refused(frame, ip, length, toGroup);
        if (reason != null) {
            counters.count(reason);
            return;
        }
        echo.answer4(frame, ip, headerLength(frame, ip), totalLength(frame, ip), nowNanos);
    }

    private EdgeCounter refused(ByteBuffer frame, int ip, int length, boolean toGroup) {
        if (length < HEADER_LENGTH || (frame.get(ip) & 0xf0) != 0x40) {
            return EdgeCounter.DROP_IPV4_MALFORMED;
        }
        int header = headerLength(frame, ip);
        int total = totalLength(frame, ip);
        if (header < HEADER_LENGTH || total < header || total > length) {
            return EdgeCounter.DROP_IPV4_MALFORMED;
        }
        if (InternetChecksum.ofSum(InternetChecksum.sum(frame, ip, header)) != 0) {
            return EdgeCounter.DROP_IPV4_BAD_CHECKSUM;
        }
        int source = frame.getInt(ip + 12);
        Link4 link = config.link4Of(Vlans.ANY, source);
        if (!isUnicast(source) || own.contains(source) || link != null && !link.isHost(source)) {
            return EdgeCounter.DROP_IPV4_INVALID_SOURCE;
        }
        if (!config.isOwn4(frame.getInt(ip + 16)) || toGroup) {
            return EdgeCounter.DROP_IPV4_DESTINATION_NOT_SERVED;
        }
        if ((frame.getShort(ip + 6) & MORE_FRAGMENTS_AND_OFFSET) != 0) {
            return EdgeCounter.DROP_IPV4_FRAGMENT;
        }
        if (frame.get(ip + 9) != ICMP) {
            return EdgeCounter.DROP_IPV4_PROTOCOL_NOT_SERVED;
        }
        return refusedIcmp(frame, ip + header, total - header);
    }

    private static EdgeCounter refusedIcmp(ByteBuffer frame, int icmp, int length) {
        if (length < ICMP_HEADER_LENGTH) {
            return EdgeCounter.DROP_ICMPV4_TOO_SHORT;
        }
        if (InternetChecksum.ofSum(InternetChecksum.sum(frame, icmp, length)) != 0) {
            return EdgeCounter.DROP_ICMPV4_BAD_CHECKSUM;
        }
        boolean request = frame.get(icmp) == ECHO_REQUEST && frame.get(icmp + 1) == 0;
        return request ? null : EdgeCounter.DROP_ICMPV4_TYPE_NOT_SERVED;
    }

    private static int headerLength(ByteBuffer frame, int ip) {
        return (frame.get(ip) & 0xf) * 4;
    }

    private static int totalLength(ByteBuffer frame, int ip) {
        return frame.getShort(ip + 2) & 0xffff;
    }
}
