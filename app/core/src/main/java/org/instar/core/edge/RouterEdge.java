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
 * <p>It is so in several VLANs, each with neighbors of its own; a frame's tag stands in it or is told beside it. Frames
 * are absolute parts of big-endian buffers. Time is nanoseconds of any origin and never goes back, as
 * {@link System#nanoTime()}. One thread owns an edge and calls all methods but {@link #neighbours()}, which any thread
 * may. Nothing received throws; what is dropped is counted in {@link EdgeCounters}. {@link EdgeOutput} is called from
 * within these methods and must not call back.
 */
public final class RouterEdge {

    private final EdgeConfig config;
    private final OwnAddresses4 own4;
    private final EdgeCounters counters;
    private final NeighborCache neighbors6;
    private final NeighborCache neighbors4;
    private final ArpHandler arp;
    private final NextHops nextHops;
    /** One for each VLAN where something is advertised. */
    private final List<RouterAdvertiser> advertisers = new ArrayList<>();
    private final Ipv6Receiver ipv6;
    private final Ipv4Receiver ipv4;
    private final ArpHandler overheardArp;
    private final Ipv6Receiver overheard6;
    private final EdgeOutput output;
    private final ByteBuffer markerFrame = ByteBuffer.allocateDirect(Marker.FRAME_LENGTH);

    public RouterEdge(EdgeConfig config, EdgeOutput output, EdgeCounters counters) {
        this(config, output, counters, new SecureRandom()::nextDouble);
    }

    /**
     * @param random uniform in [0, 1): for the times of router advertisements (RFC 4861 §6.2.4), reachable times
     *               (§6.3.2) and the seed of hashes
     */
    public RouterEdge(EdgeConfig config, EdgeOutput output, EdgeCounters counters, DoubleSupplier random) {
        this(config, output, counters, random, true);
    }

    /**
     * @param advertises whether this edge sends the router advertisements; of several edges of one gateway one does
     */
    public RouterEdge(EdgeConfig config, EdgeOutput output, EdgeCounters counters, DoubleSupplier random,
            boolean advertises) {
        this.config = config;
        this.output = output;
        this.own4 = new OwnAddresses4(config);
        this.counters = counters;
        FrameSender sender = new FrameSender(config.mac(), output);
        NeighborMessages messages = new NeighborMessages(config, sender, counters);
        this.arp = new ArpHandler(config, own4, sender, counters);
        this.neighbors6 = new NeighborCache(config.maxNeighbors(), messages, counters, random);
        int hosts4 = (int) Math.min(config.maxNeighbors(),
                config.links4().stream().mapToLong(link -> link.prefix().size()).sum());
        this.neighbors4 = new NeighborCache(hosts4, arp, counters, random);
        this.nextHops = new NextHops(config, own4, counters, neighbors6, neighbors4);
        for (Link6 link : config.links6()) {
            if (advertises && link.advertisement() != null) {
                advertisers.add(new RouterAdvertiser(config, link, sender, counters, nextHops, random));
            }
        }
        EchoResponder echo = new EchoResponder(config, counters, nextHops);
        this.ipv6 = new Ipv6Receiver(config, counters,
                new NeighborDiscovery(config, counters, neighbors6, messages, nextHops, this::advertiser), echo);
        this.ipv4 = new Ipv4Receiver(config, own4, counters, echo);
        EdgeCounters unseen = new EdgeCounters();
        FrameSender silent = new FrameSender(config.mac(), (frame, offset, length) -> { });
        this.overheardArp = new ArpHandler(config, own4, silent, unseen);
        this.overheard6 = new Ipv6Receiver(config, unseen,
                new NeighborDiscovery(config, unseen, neighbors6, null, nextHops, vlan -> null), null);
    }

    /** From now on ARP answers for these addresses besides the gateway's. */
    public void setPools(List<Prefix4> prefixes) {
        own4.setPools(prefixes);
    }

    private RouterAdvertiser advertiser(int vlan) {
        for (RouterAdvertiser advertiser : advertisers) {
            if (advertiser.vlan() == vlan) {
                return advertiser;
            }
        }
        return null;
    }

    /** Takes a frame without tag, see the other method. */
    public void receive(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < EthernetFrame.HEADER_LENGTH) {
            counters.count(EdgeCounter.DROP_FRAME_TOO_SHORT);
        } else {
            receive(frame, offset, offset + EthernetFrame.HEADER_LENGTH, length, Vlans.UNTAGGED, nowNanos);
        }
    }

    /**
     * Takes a frame that is for the router itself: ARP, neighbor discovery, and packets that were not translated.
     *
     * @param packet where the packet begins: behind the Ethernet header, with a tag or without
     * @param length of the frame, header included
     * @param vlan   the tag's, whether it is still in the frame or not; one that the frame's version is served in
     */
    public void receive(ByteBuffer frame, int offset, int packet, int length, int vlan, long nowNanos) {
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
        int packetLength = length - (packet - offset);
        switch (EthernetFrame.typeInFrontOf(frame, packet)) {
            case EthernetFrame.ARP:
                arp.receive(frame, packet, packetLength, vlan, neighbors4, nowNanos);
                break;
            case EthernetFrame.IPV6:
                ipv6.receive(frame, packet, packetLength, vlan, nowNanos);
                break;
            case EthernetFrame.IPV4:
                ipv4.receive(frame, packet, packetLength, toGroup, nowNanos);
                break;
            default:
                counters.count(EdgeCounter.DROP_FRAME_UNKNOWN_TYPE);
        }
    }

    /**
     * Whether a frame tells of neighbors: ARP, or router and neighbor solicitations and advertisements. Of several
     * edges of one gateway one has to {@link #receive} it and all others to {@link #overhear} it.
     *
     * @param packet where the packet begins
     * @param length of the packet
     */
    public static boolean isOfNeighbors(ByteBuffer frame, int packet, int length) {
        int type = EthernetFrame.typeInFrontOf(frame, packet);
        if (type != EthernetFrame.IPV6 || length <= Ipv6Header.LENGTH) {
            return type == EthernetFrame.ARP;
        }
        int icmpType = frame.get(packet + Ipv6Header.LENGTH) & 0xff;
        return Ipv6Header.nextHeader(frame, packet) == Ipv6Header.ICMPV6
                && icmpType >= NeighborDiscovery.ROUTER_SOLICITATION && icmpType <= NeighborDiscovery.REDIRECT;
    }

    /** Learns from a frame that another edge of the same gateway receives, answers and counts; else as receive. */
    public void overhear(ByteBuffer frame, int offset, int packet, int length, int vlan, long nowNanos) {
        long source = EthernetFrame.source(frame, offset);
        long destination = EthernetFrame.destination(frame, offset);
        if (!MacAddress.isUnicast(source) || source == config.mac()
                || !MacAddress.isGroup(destination) && destination != config.mac()) {
            return;
        }
        int packetLength = length - (packet - offset);
        if (EthernetFrame.typeInFrontOf(frame, packet) == EthernetFrame.ARP) {
            overheardArp.receive(frame, packet, packetLength, vlan, neighbors4, nowNanos);
        } else {
            overheard6.receive(frame, packet, packetLength, vlan, nowNanos);
        }
    }

    /**
     * Sends an IPv6 packet to its next hop: the destination itself, when it is on-link or a known neighbor. While the
     * link-layer address is unknown a copy waits for it. Allocates nothing when it is known.
     *
     * @param frame  the packet starts at {@code offset + 14}; the octets before are overwritten, and where it leaves in
     *               a VLAN the four in front of the offset too
     * @param length of the frame, header without tag included
     * @return whether it was sent or waits; false: dropped and counted
     */
    public boolean send6(ByteBuffer frame, int offset, int length, long nowNanos) {
        return nextHops.send6(frame, offset, length, Vlans.ANY, nowNanos);
    }

    /** As {@link #send6}, in the VLAN that the packet it answers came from, or not at all. */
    public boolean answer6(ByteBuffer frame, int offset, int length, int vlan, long nowNanos) {
        return nextHops.send6(frame, offset, length, vlan, nowNanos);
    }

    /** Sends an IPv4 packet to its next hop: the destination itself or the configured router; else as send6. */
    public boolean send4(ByteBuffer frame, int offset, int length, long nowNanos) {
        return nextHops.send4(frame, offset, length, nowNanos);
    }

    /** Has neighbors verified when something is sent to them next: their answers show where they are. */
    public void doubtNeighbors(long nowNanos) {
        neighbors6.doubtAll(nowNanos);
        neighbors4.doubtAll(nowNanos);
    }

    /** Where packets to a client go; null while that isn't known. Asking counts as sending to it (RFC 4861 §7.3). */
    public Hop hop6(long high, long low, long nowNanos) {
        return nextHops.hop6(high, low, nowNanos);
    }

    /** Where packets to an IPv4 host go: a host of a link, or the router for its prefix; else as {@link #hop6}. */
    public Hop hop4(int destination, long nowNanos) {
        return nextHops.hop4(destination, nowNanos);
    }

    /**
     * Sends a frame to the gateway itself, which the switch turns at once: when it is back, all that was sent before it
     * has gone on.
     *
     * @param marker what it carries, {@link Marker}
     */
    public void sendMarker(int shard, long marker) {
        Marker.write(markerFrame, config.mac(), shard, marker);
        output.send(markerFrame, 0, Marker.FRAME_LENGTH);
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
        for (RouterAdvertiser advertiser : advertisers) {
            long nextAdvertisement = advertiser.tick(nowNanos);
            next = nextAdvertisement - next < 0 ? nextAdvertisement : next;
        }
        return next;
    }

    /**
     * Takes a frame whose next hop did not answer, for who tells its sender (RFC 4861 §7.2.2); to be asked after
     * {@link #tick} until there is none.
     *
     * @return behind room for a VLAN tag; null: no more
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
        advertisers.forEach(RouterAdvertiser::cease);
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
