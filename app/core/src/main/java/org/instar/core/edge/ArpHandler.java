// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** ARP (RFC 826): answers for the gateway and the pools, asks for IPv4 neighbors, learns from both. */
final class ArpHandler implements LinkLayer {

    /** Hardware type 1, protocol IPv4, address lengths 6 and 4. */
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int LENGTH = 28;
    /** Without the tag. */
    private static final int FRAME_LENGTH = EthernetFrame.HEADER_LENGTH + LENGTH;
    private static final int START = EthernetFrame.TAG_LENGTH;

    private final EdgeConfig config;
    private final OwnAddresses4 own;
    private final FrameSender frames;
    private final EdgeCounters counters;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(START + FRAME_LENGTH);

    ArpHandler(EdgeConfig config, OwnAddresses4 own, FrameSender frames, EdgeCounters counters) {
        this.config = config;
        this.own = own;
        this.frames = frames;
        this.counters = counters;
    }

    /** One ARP packet at {@code arp}, as long as the frame leaves, of a VLAN. */
    void receive(ByteBuffer received, int arp, int length, int vlan, NeighborCache neighbors, long nowNanos) {
        if (length < LENGTH || received.getLong(arp) >>> 16 != ETHERNET_IPV4) {
            counters.count(EdgeCounter.DROP_ARP_MALFORMED);
            return;
        }
        int operation = received.getShort(arp + 6);
        long senderMac = received.getLong(arp + 8) >>> 16;
        int sender = received.getInt(arp + 14);
        if (operation != REQUEST && operation != REPLY) {
            counters.count(EdgeCounter.DROP_ARP_MALFORMED);
        } else if (!MacAddress.isUnicast(senderMac) || senderMac == config.mac()) {
            counters.count(EdgeCounter.DROP_ARP_INVALID_HARDWARE_ADDRESS);
        } else if (own.contains(sender)) {
            counters.count(EdgeCounter.DROP_ADDRESS_CONFLICT);
        } else if (operation == REQUEST) {
            request(received.getInt(arp + 24), sender, senderMac, vlan, neighbors, nowNanos);
        } else {
            reply(sender, senderMac, vlan, neighbors, nowNanos);
        }
    }

    private void request(int target, int sender, long senderMac, int vlan, NeighborCache neighbors,
            long nowNanos) {
        // zero is the sender of an address probe (RFC 5227 §2.1.1), answered without learning
        if (sender != 0 && !Ipv4Receiver.isUnicast(sender)) {
            counters.count(EdgeCounter.DROP_ARP_INVALID_SENDER);
            return;
        }
        boolean served = own.contains(target);
        Link4 link = config.link4Of(vlan, sender);
        if (link != null && link.isHost(sender) && (served || neighbors.find(vlan, 0, key(sender)) != null)) {
            // RFC 826: a known sender is updated whomever it asks for, a new one is added when it asks for us
            neighbors.learn(vlan, vlan, 0, key(sender), senderMac, nowNanos);
        }
        if (!served) {
            counters.count(EdgeCounter.DROP_ARP_TARGET_NOT_SERVED);
            return;
        }
        build(REPLY, target, senderMac, sender);
        counters.count(EdgeCounter.ARP_REPLIES_SENT);
        frames.send(frame, START, FRAME_LENGTH, senderMac, EthernetFrame.ARP, vlan);
    }

    private void reply(int sender, long senderMac, int vlan, NeighborCache neighbors, long nowNanos) {
        Neighbor neighbor = neighbors.find(vlan, 0, key(sender));
        if (neighbor == null) {
            counters.count(EdgeCounter.DROP_ARP_REPLY_WITHOUT_ENTRY);
            return;
        }
        // ARP does not say whether a reply was asked for, so what the cache asked decides
        neighbors.advertised(neighbor, vlan, senderMac, neighbor.solicitations > 0, true, nowNanos);
    }

    /** The low half of a neighbor's key; the high half is zero. */
    static long key(int address) {
        return address & 0xffff_ffffL;
    }

    /** Broadcast without, unicast with a known hardware address (RFC 1122 §2.3.2.1). */
    @Override
    public void solicit(Neighbor neighbor) {
        boolean broadcast = neighbor.mac == MacAddress.NONE;
        build(REQUEST, config.link4Of(neighbor.vlan, (int) neighbor.low).address(), 0, (int) neighbor.low);
        long destination = broadcast ? MacAddress.BROADCAST : neighbor.mac;
        counters.count(EdgeCounter.ARP_REQUESTS_SENT);
        frames.send(frame, START, FRAME_LENGTH, destination, EthernetFrame.ARP, neighbor.vlan);
    }

    @Override
    public void send(ByteBuffer packet, int offset, int length, Neighbor neighbor) {
        frames.send(packet, offset, length, neighbor.mac, EthernetFrame.IPV4, neighbor.vlan);
    }

    private void build(int operation, int sender, long targetMac, int target) {
        int arp = EthernetFrame.PACKET;
        frame.putLong(arp, ETHERNET_IPV4 << 16 | operation);
        frame.putLong(arp + 8, config.mac() << 16 | sender >>> 16);
        frame.putShort(arp + 16, (short) sender);
        frame.putShort(arp + 18, (short) (targetMac >>> 32));
        frame.putInt(arp + 20, (int) targetMac);
        frame.putInt(arp + 24, target);
    }
}
