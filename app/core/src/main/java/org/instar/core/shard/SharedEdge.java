// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.instar.core.edge.Marker;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.HandedPacket;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.ShardGroup;
import org.instar.core.rule.Ingress;

/**
 * What comes in for the router itself, at one shard of several. Each shard keeps its own record of the neighbors, so
 * that it sends without asking another: what tells of neighbors all of them hear, and the first answers it. Anything
 * else is answered where it came in.
 */
final class SharedEdge {

    private static final int ETHERNET_HEADER = 14;

    private final RouterEdge edge;
    private final ShardGroup group;
    private final PathCounters counters;
    private final LongConsumer onMarker;

    SharedEdge(RouterEdge edge, ShardGroup group, PathCounters counters, LongConsumer onMarker) {
        this.edge = edge;
        this.group = group;
        this.counters = counters;
        this.onMarker = onMarker;
    }

    /** See {@link RouterEdge#receive(ByteBuffer, int, int, int, int, long)}. */
    void receive(ByteBuffer frame, int offset, int packet, int length, Ingress ingress, long nowNanos) {
        if (group.isAlone() || !RouterEdge.isOfNeighbors(frame, packet, length - (packet - offset))) {
            edge.receive(frame, offset, packet, length, ingress.vlan(), nowNanos);
            return;
        }
        for (int shard = 0; shard < group.size(); shard++) {
            if (shard == group.self()) {
                hear(frame, offset, packet, length, ingress.vlan(), nowNanos);
            } else {
                tell(shard, frame, offset, packet, length, ingress);
            }
        }
    }

    private void tell(int shard, ByteBuffer frame, int offset, int packet, int length, Ingress ingress) {
        HandedPacket handed = group.handOver().claim(shard);
        if (handed == null) {
            counters.drop(PathDrop.HAND_OVER_FULL);
        } else {
            handed.setFrame(frame, offset, packet, length, ingress);
            group.handOver().commit(shard, handed);
        }
    }

    /** Takes a marker: the shard that sent it is told. */
    void marker(ByteBuffer frame, int offset, int length, Ingress ingress) {
        int shard = Marker.shard(frame, offset);
        if (shard == group.self()) {
            onMarker.accept(Marker.marker(frame, offset));
        } else if (shard < group.size()) {
            tell(shard, frame, offset, offset + ETHERNET_HEADER, length, ingress);
        }
    }

    /** Takes a frame that tells of neighbors, or a marker, from another shard. */
    void hear(HandedPacket handed, long nowNanos) {
        if ((handed.buffer().getShort(handed.headerLength() - 2) & 0xffff) == Marker.ETHER_TYPE) {
            onMarker.accept(Marker.marker(handed.buffer(), 0));
            return;
        }
        hear(handed.buffer(), 0, handed.headerLength(), handed.length(), handed.ingress().vlan(), nowNanos);
    }

    private void hear(ByteBuffer frame, int offset, int packet, int length, int vlan, long nowNanos) {
        if (group.isFirst()) {
            edge.receive(frame, offset, packet, length, vlan, nowNanos);
        } else {
            edge.overhear(frame, offset, packet, length, vlan, nowNanos);
        }
    }
}
