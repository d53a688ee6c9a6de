// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;

/**
 * Step 1 (RFC 6146 §3.4): reads the packet and determines its incoming tuple; of an ICMP error message it is that of
 * the packet it is about, turned round. A packet whose hop limit ends here is refused before it makes any state.
 */
final class DetermineIncomingTuple {

    private static final int ECHO_REPLY_4 = 0;
    private static final int ECHO_REPLY_6 = 129;

    private DetermineIncomingTuple() {
    }

    /** Null when the view shows the packet, else why not. */
    static DropReason read6(IpPacket packet, ByteBuffer buffer, int offset, int length) {
        DropReason reason = packet.read6(buffer, offset, length);
        return reason == null && packet.hopLimit() <= 1 ? DropReason.HOP_LIMIT_EXCEEDED : reason;
    }

    /** Null when the view shows the packet, else why not. */
    static DropReason read4(IpPacket packet, ByteBuffer buffer, int offset, int length) {
        DropReason reason = packet.read4(buffer, offset, length);
        return reason == null && packet.hopLimit() <= 1 ? DropReason.HOP_LIMIT_EXCEEDED : reason;
    }

    static void tuple6(IpPacket packet, Prefix64 prefix, int prefixNumber, IncomingTuple tuple) {
        Protocol protocol = Protocol.ofNumber(packet.protocol());
        int remote = prefix.extract(packet.destination6High(), packet.destination6Low());
        int remotePort = protocol == Protocol.ICMP ? 0 : packet.destinationPort();
        tuple.set6(protocol, packet.source6High(), packet.source6Low(), packet.sourcePort(), prefix, prefixNumber,
                remote, remotePort);
        setFacts(packet, protocol, ECHO_REPLY_6, tuple);
    }

    static void tuple4(IpPacket packet, IncomingTuple tuple) {
        Protocol protocol = Protocol.ofNumber(packet.protocol());
        int remotePort = protocol == Protocol.ICMP ? 0 : packet.sourcePort();
        tuple.set4(protocol, packet.source4(), remotePort, packet.destination4(), packet.destinationPort());
        setFacts(packet, protocol, ECHO_REPLY_4, tuple);
    }

    private static void setFacts(IpPacket packet, Protocol protocol, int echoReplyType, IncomingTuple tuple) {
        boolean icmpError = packet.isIcmpError();
        tuple.setFacts(packet.totalLength(), protocol == Protocol.TCP && !icmpError ? packet.tcpFlags() : 0,
                protocol == Protocol.ICMP && packet.icmpType() == echoReplyType, icmpError);
    }
}
