// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fragment;

import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;

/** What is known of one packet that comes in fragments. Made to be reused. */
final class FragmentedPacket {

    /** More than 65535 bytes give in parts of 576, the least that every IPv4 host takes. */
    private static final int MAX_FRAGMENTS = 128;

    FragmentedPacket nextInBucket;
    FragmentedPacket younger;
    FragmentedPacket older;
    int hash;
    long deadlineNanos;
    /** Why all other fragments are dropped; null as long as they are not. */
    DropReason refusal;
    boolean isHeadSeen;
    boolean needsAll;
    int sourcePort;
    int destinationPort;
    int udpLength;
    int firstSlot;
    int lastSlot;

    private int version;
    private int protocol;
    private int identification;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private final int[] starts = new int[MAX_FRAGMENTS];
    private final int[] ends = new int[MAX_FRAGMENTS];
    private int count;
    private int received;
    private int length;

    void begin(IpPacket packet, int newHash, long deadline) {
        version = packet.version();
        protocol = packet.protocol();
        identification = packet.identification();
        sourceHigh = high(packet, packet.source6High());
        sourceLow = packet.source6Low();
        destinationHigh = high(packet, packet.destination6High());
        destinationLow = packet.destination6Low();
        hash = newHash;
        deadlineNanos = deadline;
        refusal = null;
        isHeadSeen = false;
        needsAll = protocol == IpPacket.ICMP;
        udpLength = 0;
        firstSlot = FragmentStore.NONE;
        lastSlot = FragmentStore.NONE;
        count = 0;
        received = 0;
        length = 0;
    }

    /** An IPv4 packet has no upper halves. */
    private static long high(IpPacket packet, long value) {
        return packet.version() == 6 ? value : 0;
    }

    static int hash(IpPacket packet, long seed) {
        long hash = seed ^ packet.source6Low() * 0x9e3779b97f4a7c15L;
        hash = (hash ^ packet.destination6Low() ^ hash >>> 32) * 0xbf58476d1ce4e5b9L;
        hash ^= high(packet, packet.source6High()) * 0x94d049bb133111ebL
                + high(packet, packet.destination6High());
        hash = (hash ^ packet.identification() ^ hash >>> 29) * 0xd6e8feb86659fd93L;
        hash = (hash ^ packet.protocol() << 3 ^ packet.version()) * 0x9e3779b97f4a7c15L;
        return (int) (hash >>> 32);
    }

    /** RFC 791 §3.2, RFC 8200 §4.5; the protocol is the same in all fragments. */
    boolean isOf(IpPacket packet) {
        return identification == packet.identification() && sourceLow == packet.source6Low()
                && destinationLow == packet.destination6Low() && version == packet.version()
                && protocol == packet.protocol() && sourceHigh == high(packet, packet.source6High())
                && destinationHigh == high(packet, packet.destination6High());
    }

    /** Notes a fragment; null when it is new and fits to the others, else what is wrong with it. */
    DropReason add(int start, int end, boolean more) {
        for (int i = 0; i < count; i++) {
            if (starts[i] == start && ends[i] == end) {
                return DropReason.FRAGMENT_DUPLICATE;
            }
            if (start < ends[i] && end > starts[i] || !more && end < ends[i]) {
                return DropReason.FRAGMENT_OVERLAP;
            }
        }
        if (length != 0 && (!more || end > length)) {
            return DropReason.FRAGMENT_OVERLAP;
        }
        if (count == MAX_FRAGMENTS) {
            return DropReason.FRAGMENT_TABLE_FULL;
        }
        starts[count] = start;
        ends[count] = end;
        count++;
        received += end - start;
        length = more ? length : end;
        return null;
    }

    boolean isComplete() {
        return length != 0 && received == length;
    }

    /** Bytes of transport header and data; 0 as long as the last fragment is missing. */
    int length() {
        return length;
    }
}
