// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;

/**
 * Step 1 (RFC 6146 §3.4): reads the packet and determines its incoming tuple. A packet whose hop limit ends here is
 * refused before it makes any state.
 */
final class DetermineIncomingTuple {

    private static final int ECHO_REPLY_4 = 0;
    private static final int ECHO_REPLY_6 = 129;

    private final IpPacket packet;

    DetermineIncomingTuple(IpPacket packet) {
        this.packet = packet;
    }

    /** Null when the tuple is set, else why not. */
    DropReason from6(ByteBuffer buffer, int offset, int length, Prefix64 prefix, IncomingTuple tuple) {
        DropReason reason = packet.read6(buffer, offset, length);
        if (reason != null) {
            return reason;
        }
        if (packet.hopLimit() <= 1) {
            return DropReason.HOP_LIMIT_EXCEEDED;
        }
        Protocol protocol = Protocol.ofNumber(packet.protocol());
        int remote = prefix.extract(packet.destination6High(), packet.destination6Low());
        int remotePort = protocol == Protocol.ICMP ? 0 : packet.destinationPort();
        tuple.set6(protocol, packet.source6High(), packet.source6Low(), packet.sourcePort(), prefix, remote,
                remotePort);
        setFacts(protocol, ECHO_REPLY_6, tuple);
        return null;
    }

    /** Null when the tuple is set, else why not. */
    DropReason from4(ByteBuffer buffer, int offset, int length, IncomingTuple tuple) {
        DropReason reason = packet.read4(buffer, offset, length);
        if (reason != null) {
            return reason;
        }
        if (packet.hopLimit() <= 1) {
            return DropReason.HOP_LIMIT_EXCEEDED;
        }
        Protocol protocol = Protocol.ofNumber(packet.protocol());
        int remotePort = protocol == Protocol.ICMP ? 0 : packet.sourcePort();
        tuple.set4(protocol, packet.source4(), remotePort, packet.destination4(), packet.destinationPort());
        setFacts(protocol, ECHO_REPLY_4, tuple);
        return null;
    }

    private void setFacts(Protocol protocol, int echoReplyType, IncomingTuple tuple) {
        tuple.setFacts(packet.totalLength(), protocol == Protocol.TCP ? packet.tcpFlags() : 0,
                protocol == Protocol.ICMP && packet.icmpType() == echoReplyType);
    }
}
