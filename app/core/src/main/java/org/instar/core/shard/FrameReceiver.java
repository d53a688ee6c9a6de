// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Marker;
import org.instar.core.path.HandedPacket;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.rule.Ingress;

/**
 * Tells what a frame is: in a VLAN that is served or not, a packet to be translated, or one for the router itself.
 * Knows the VLAN of the packet that is being dealt with, where answers go.
 */
final class FrameReceiver {

    static final int ANY_VLAN = -1;

    private static final int ETHERNET_HEADER = 14;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;
    private static final int TAG = 4;
    private static final int VLAN_IDENTIFIER = 0xfff;
    private static final int TYPE_OFFSET = 12;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_QINQ = 0x88a8;
    private static final int TYPE_IPV6 = 0x86dd;

    private final EdgeConfig gateway;
    private final PacketPath path;
    private final SharedEdge sharedEdge;
    private final PathCounters counters;
    private final LongSupplier wallClockMillis;
    private int vlan = ANY_VLAN;

    FrameReceiver(EdgeConfig gateway, PacketPath path, SharedEdge sharedEdge, PathCounters counters,
            LongSupplier wallClockMillis) {
        this.gateway = gateway;
        this.path = path;
        this.sharedEdge = sharedEdge;
        this.counters = counters;
        this.wallClockMillis = wallClockMillis;
    }

    /** The VLAN of the packet that is being dealt with, or {@link #ANY_VLAN}. */
    int vlan() {
        return vlan;
    }

    /** See {@link Shard#receive(ByteBuffer, int, int, Ingress, long)}. */
    void receive(ByteBuffer frame, int offset, int length, Ingress ingress, long nowNanos) {
        if (length < ETHERNET_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        int type = frame.getShort(offset + TYPE_OFFSET) & 0xffff;
        if (type == TYPE_VLAN) {
            receiveTagged(frame, offset, length, ingress, nowNanos);
        } else {
            receive(frame, offset, ETHERNET_HEADER, length, type, ingress, nowNanos);
        }
    }

    private void receiveTagged(ByteBuffer frame, int offset, int length, Ingress ingress, long nowNanos) {
        if (length < ETHERNET_HEADER + TAG) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        int identifier = frame.getShort(offset + ETHERNET_HEADER) & VLAN_IDENTIFIER;
        if (ingress.vlan() > Ingress.UNTAGGED) {
            counters.drop(PathDrop.VLAN_STACKED);
        } else if (identifier > Ingress.MAX_VLAN) {
            counters.drop(PathDrop.VLAN_NOT_SERVED);
        } else {
            int type = frame.getShort(offset + TYPE_OFFSET + TAG) & 0xffff;
            receive(frame, offset, ETHERNET_HEADER + TAG, length, type, ingress.withVlan(identifier), nowNanos);
        }
    }

    /** Takes a frame whose packet stands behind a header of this length and is of this type. */
    private void receive(ByteBuffer frame, int offset, int header, int length, int type, Ingress ingress,
            long nowNanos) {
        vlan = ingress.vlan();
        switch (type) {
            case TYPE_IPV6:
                if (gateway.serves6(vlan)) {
                    receive6(frame, offset, header, length, ingress, nowNanos);
                } else {
                    counters.drop(PathDrop.VLAN_NOT_SERVED);
                }
                break;
            case TYPE_IPV4:
            case TYPE_ARP:
                if (!gateway.serves4(vlan)) {
                    counters.drop(PathDrop.VLAN_NOT_SERVED);
                } else if (type == TYPE_ARP) {
                    sharedEdge.receive(frame, offset, offset + header, length, ingress, nowNanos);
                } else {
                    receive4(frame, offset, header, length, ingress, nowNanos);
                }
                break;
            case TYPE_VLAN:
            case TYPE_QINQ:
                counters.drop(PathDrop.VLAN_STACKED);
                break;
            case Marker.ETHER_TYPE:
                receiveMarker(frame, offset, length, ingress);
                break;
            default:
                counters.drop(PathDrop.UNKNOWN_ETHERTYPE);
        }
        vlan = ANY_VLAN;
    }

    private void receive6(ByteBuffer frame, int offset, int header, int length, Ingress ingress, long nowNanos) {
        int packet = offset + header;
        if (length < header + IPV6_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        int prefix = path.prefixOf(frame.getLong(packet + 24), frame.getLong(packet + 32));
        if (prefix < 0) {
            sharedEdge.receive(frame, offset, packet, length, ingress, nowNanos);
        } else if (!isToGateway(frame, offset)) {
            counters.drop(PathDrop.NOT_TO_GATEWAY);
        } else if (!hasWay(path.prefix(prefix).extract(frame.getLong(packet + 24), frame.getLong(packet + 32)))) {
            path.refuse6(PathDrop.NO_ROUTE, frame, packet, length - header, nowNanos);
        } else {
            path.from6(frame, packet, length - header, prefix, ingress, nowNanos, wallClockMillis.getAsLong());
        }
    }

    private void receive4(ByteBuffer frame, int offset, int header, int length, Ingress ingress, long nowNanos) {
        int packet = offset + header;
        if (length < header + IPV4_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        if (!path.isPoolAddress(frame.getInt(packet + 16))) {
            sharedEdge.receive(frame, offset, packet, length, ingress, nowNanos);
        } else if (!isToGateway(frame, offset)) {
            counters.drop(PathDrop.NOT_TO_GATEWAY);
        } else {
            path.from4(frame, packet, length - header, nowNanos, wallClockMillis.getAsLong());
        }
    }

    private void receiveMarker(ByteBuffer frame, int offset, int length, Ingress ingress) {
        if (Marker.isMarker(frame, offset, length, gateway.mac())) {
            sharedEdge.marker(frame, offset, length, ingress);
        } else {
            counters.drop(PathDrop.UNKNOWN_ETHERTYPE);
        }
    }

    /** Takes what another shard handed over. */
    void handed(HandedPacket handed, long nowNanos) {
        if (handed.kind() == HandedPacket.Kind.FRAME) {
            sharedEdge.hear(handed, nowNanos);
        } else {
            vlan = handed.ingress().vlan();
            path.handed(handed, nowNanos, wallClockMillis.getAsLong());
            vlan = ANY_VLAN;
        }
    }

    /** The switch floods what it doesn't know: only frames for the gateway are the translator's. */
    private boolean isToGateway(ByteBuffer frame, int offset) {
        return frame.getLong(offset) >>> 16 == gateway.mac();
    }

    /** Whether a packet to this IPv4 address could leave; asked before it makes any state. */
    private boolean hasWay(int destination) {
        return path.isPoolAddress(destination) || gateway.hasRoute4(destination);
    }
}
