// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.instar.engine.address.Prefix4;

/**
 * The IPv6 and IPv4 router at the point of translation: answers neighbor discovery and ARP for the gateway and the
 * pools, sends router advertisements, answers echo requests to itself and finds the next hops of translated packets.
 *
 * <p>Frames are absolute parts of big-endian buffers and start with an Ethernet header without VLAN tag. Time is
 * nanoseconds of any origin and never goes back, as {@link System#nanoTime()}. One thread owns an edge and calls all
 * methods but {@link #neighbours()}, which any thread may. Nothing received throws; what is dropped is counted in
 * {@link EdgeCounters}. {@link EdgeOutput} is called from within these methods and must not call back.
 */
public final class RouterEdge {

    private final EdgeConfig config;
    private final OwnAddresses4 own4;
    private final EdgeCounters counters;
    private final NeighborCache neighbors6;
    private final NeighborCache neighbors4;
    private final ArpHandler arp;
    private final NextHops nextHops;
    /** Null where nothing is advertised. */
    private final RouterAdvertiser advertiser;
    private final Ipv6Receiver ipv6;
    private final Ipv4Receiver ipv4;

    public RouterEdge(EdgeConfig config, EdgeOutput output, EdgeCounters counters) {
        this(config, output, counters, new SecureRandom()::nextDouble);
    }

    /**
     * @param random uniform in [0, 1): for the times of router advertisements (RFC 4861 §6.2.4), reachable times
     *               (§6.3.2) and the seed of hashes
     */
    public RouterEdge(EdgeConfig config, EdgeOutput output, EdgeCounters counters, DoubleSupplier random) {
        this.config = config;
        this.own4 = new OwnAddresses4(config);
        this.counters = counters;
        NeighborMessages messages = new NeighborMessages(config, output, counters);
        this.arp = new ArpHandler(config, own4, output, counters);
        this.neighbors6 = new NeighborCache(config.maxNeighbors(), messages, counters, random);
        int hosts4 = (int) Math.min(config.maxNeighbors(), config.onLink4().size());
        this.neighbors4 = new NeighborCache(hosts4, arp, counters, random);
        this.nextHops = new NextHops(config, own4, counters, neighbors6, neighbors4);
        this.advertiser = config.advertisement() == null
                ? null
                : new RouterAdvertiser(config, output, counters, nextHops, random);
        EchoResponder echo = new EchoResponder(config, counters, nextHops);
        this.ipv6 = new Ipv6Receiver(config, counters,
                new NeighborDiscovery(config, counters, neighbors6, messages, nextHops, advertiser), echo);
        this.ipv4 = new Ipv4Receiver(config, own4, counters, echo);
    }

    /** From now on ARP answers for these addresses besides the gateway's. */
    public void setPools(List<Prefix4> prefixes) {
        own4.setPools(prefixes);
    }

    /** Takes a frame that is for the router itself: ARP, neighbor discovery, and packets that were not translated. */
    public void receive(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < EthernetFrame.HEADER_LENGTH) {
            counters.count(EdgeCounter.DROP_FRAME_TOO_SHORT);
            return;
        }
        long source = EthernetFrame.source(frame, offset);
        long destination = EthernetFrame.destination(frame, offset);
        boolean toGroup = MacAddress.isGroup(destination);
        if (!MacAddress.isUnicast(source) || source == config.mac()) {
            counters.count(EdgeCounter.DROP_FRAME_INVALID_SOURCE);
            return;
        }
        if (!toGroup && destination != config.mac()) {
            counters.count(EdgeCounter.DROP_FRAME_NOT_FOR_GATEWAY);
            return;
        }
        int packet = offset + EthernetFrame.HEADER_LENGTH;
        int packetLength = length - EthernetFrame.HEADER_LENGTH;
        switch (EthernetFrame.type(frame, offset)) {
            case EthernetFrame.ARP:
                arp.receive(frame, packet, packetLength, neighbors4, nowNanos);
                break;
            case EthernetFrame.IPV6:
                ipv6.receive(frame, packet, packetLength, nowNanos);
                break;
            case EthernetFrame.IPV4:
                ipv4.receive(frame, packet, packetLength, toGroup, nowNanos);
                break;
            default:
                counters.count(EdgeCounter.DROP_FRAME_UNKNOWN_TYPE);
        }
    }

    /**
     * Sends an IPv6 packet to its next hop: the destination itself, when it is on-link or a known neighbor. While the
     * link-layer address is unknown a copy waits for it. Allocates nothing when it is known.
     *
     * @param frame  the packet starts at {@code offset + 14}; the octets before are overwritten
     * @param length of the frame, header included
     * @return whether it was sent or waits; false: dropped and counted
     */
    public boolean send6(ByteBuffer frame, int offset, int length, long nowNanos) {
        return nextHops.send6(frame, offset, length, nowNanos);
    }

    /** Sends an IPv4 packet to its next hop: the destination itself or the configured router; else as send6. */
    public boolean send4(ByteBuffer frame, int offset, int length, long nowNanos) {
        return nextHops.send4(frame, offset, length, nowNanos);
    }

    /**
     * Sends the advertisements and solicitations that are due, gives up neighbors that did not answer.
     *
     * @return when to call again at the latest: at most a second from now, a tenth where router advertisements are
     *         sent; sooner does no harm
     */
    public long tick(long nowNanos) {
        long next6 = neighbors6.tick(nowNanos);
        long next4 = neighbors4.tick(nowNanos);
        long next = next6 - next4 < 0 ? next6 : next4;
        if (advertiser != null) {
            long nextAdvertisement = advertiser.tick(nowNanos);
            next = nextAdvertisement - next < 0 ? nextAdvertisement : next;
        }
        return next;
    }

    /**
     * Takes a frame whose next hop did not answer, for who tells its sender (RFC 4861 §7.2.2); to be asked after
     * {@link #tick} until there is none.
     *
     * @return null: no more
     */
    public byte[] takeUnreachable() {
        byte[] frame = neighbors6.takeUnreachable();
        return frame != null ? frame : neighbors4.takeUnreachable();
    }

    /**
     * Tells hosts that this router goes (RFC 4861 §6.2.5). It still answers afterwards, but advertises no more.
     *
     * @param nowNanos the time, as everywhere; the last advertisement does not wait for MIN_DELAY_BETWEEN_RAS
     */
    public void shutdown(long nowNanos) {
        if (advertiser != null) {
            advertiser.cease();
        }
    }

    /** All neighbors, IPv6 first, in no order; any thread may ask. States are as of the last tick. */
    public List<NeighborEntry> neighbours() {
        List<NeighborEntry> entries = new ArrayList<>();
        list(neighbors6, true, entries);
        list(neighbors4, false, entries);
        return entries;
    }

    private static void list(NeighborCache cache, boolean ipv6, List<NeighborEntry> entries) {
        NeighborTable table = cache.table();
        long nowNanos = cache.clockNanos();
        for (int place = 0; place < table.capacity(); place++) {
            Neighbor neighbor = table.at(place);
            if (neighbor != null) {
                entries.add(new NeighborEntry(ipv6, neighbor, nowNanos));
            }
        }
    }
}
