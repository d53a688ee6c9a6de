// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fragment;

import java.security.SecureRandom;
import java.util.function.Consumer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/**
 * Gives each fragment the ports that only the first fragment of its packet shows (RFC 6146 §3.4). Fragments of TCP and
 * UDP go on as they come once the first is there; those that came before it are stored till then. Where the
 * translation has to know the whole packet, all of its fragments are stored till the last: ICMP, whose checksum in
 * IPv6 covers its length, and UDP from IPv4 without a checksum.
 *
 * <p>Packets whose fragments overlap are refused as a whole (RFC 5722). Memory is taken once, at the beginning; a
 * packet that isn't complete within its lifetime is forgotten. One per thread, not thread safe. Usage:
 * <pre>{@code
 * tracker.admit(packet, nowNanos);
 * while (tracker.next(packet)) {
 *     // the packet's ports are known: translate it
 * }
 * }</pre>
 */
public final class FragmentTracker {

    private final FragmentStore store;
    private final Consumer<DropReason> drops;
    private final long lifetimeNanos;
    private final long seed = new SecureRandom().nextLong();
    private final FragmentedPacket[] buckets;
    private FragmentedPacket unused;
    private FragmentedPacket oldest;
    private FragmentedPacket youngest;
    private int packets;

    private boolean isAdmittedReady;
    private FragmentedPacket ready;
    private long readySum;
    private int shownSlot = FragmentStore.NONE;

    /** @param drops is told the reason of every fragment that is dropped, stored ones among them */
    public FragmentTracker(FragmentSettings settings, Consumer<DropReason> drops) {
        this.drops = drops;
        store = new FragmentStore(settings);
        lifetimeNanos = settings.lifetimeNanos();
        buckets = new FragmentedPacket[Integer.highestOneBit(settings.maxPackets()) * 2];
        for (int i = 0; i < settings.maxPackets(); i++) {
            FragmentedPacket entry = new FragmentedPacket();
            entry.nextInBucket = unused;
            unused = entry;
        }
    }

    /** How many packets are incomplete. */
    public int packets() {
        return packets;
    }

    /** How many fragments are stored. */
    public int storedFragments() {
        return store.used();
    }

    /**
     * Takes a packet that was read with success. What it makes ready is given out by {@link #next}, which has to be
     * called till it is false before the next packet.
     *
     * @param nowNanos any clock that doesn't go back
     */
    public void admit(IpPacket packet, long nowNanos) {
        abandonReady();
        expire(nowNanos);
        isAdmittedReady = !packet.isFragment();
        if (isAdmittedReady) {
            return;
        }
        int hash = FragmentedPacket.hash(packet, seed);
        FragmentedPacket entry = find(packet, hash);
        if (entry == null) {
            entry = begin(packet, hash, nowNanos);
        }
        if (entry == null) {
            drops.accept(DropReason.FRAGMENT_TABLE_FULL);
        } else if (entry.refusal != null) {
            drops.accept(entry.refusal);
        } else {
            admitTo(entry, packet);
        }
    }

    private void admitTo(FragmentedPacket entry, IpPacket packet) {
        int start = packet.fragmentOffset();
        DropReason wrong = entry.add(start, start + packet.transportLength(), packet.isMoreFragments());
        if (wrong != null) {
            drops.accept(wrong);
            if (wrong != DropReason.FRAGMENT_DUPLICATE) {
                refuse(entry, wrong);
            }
            return;
        }
        if (start == 0) {
            readHead(entry, packet);
        }
        if (entry.isHeadSeen && !entry.needsAll) {
            packet.completeFragment(entry.sourcePort, entry.destinationPort, 0, 0);
            isAdmittedReady = true;
            release(entry, 0);
        } else if (!store(entry, packet)) {
            drops.accept(DropReason.FRAGMENT_TABLE_FULL);
            refuse(entry, DropReason.FRAGMENT_TABLE_FULL);
        } else if (entry.isComplete()) {
            releaseWhole(entry);
        }
    }

    private static void readHead(FragmentedPacket entry, IpPacket packet) {
        entry.isHeadSeen = true;
        entry.sourcePort = packet.sourcePort();
        entry.destinationPort = packet.destinationPort();
        if (packet.protocol() == IpPacket.UDP) {
            entry.udpLength = (int) (packet.transportHeader() >>> 16) & 0xffff;
            entry.needsAll = (packet.transportHeader() & 0xffff) == 0;
        }
    }

    private boolean store(FragmentedPacket entry, IpPacket packet) {
        int slot = store.add(packet);
        if (slot == FragmentStore.NONE) {
            return false;
        }
        if (entry.firstSlot == FragmentStore.NONE) {
            entry.firstSlot = slot;
        } else {
            store.chain(entry.lastSlot, slot);
        }
        entry.lastSlot = slot;
        return true;
    }

    /** All fragments are stored: the sum over all of them can be made. */
    private void releaseWhole(FragmentedPacket entry) {
        boolean isUdpLengthWrong = entry.udpLength != 0 && entry.udpLength != entry.length();
        if (isUdpLengthWrong) {
            refuse(entry, DropReason.BAD_TRANSPORT_LENGTH);
            return;
        }
        long sum = 0;
        for (int slot = entry.firstSlot; slot != FragmentStore.NONE; slot = store.next(slot)) {
            sum += InternetChecksum.sum(store.bytes(), store.transportAt(slot), store.transportLength(slot));
        }
        release(entry, sum);
    }

    private void release(FragmentedPacket entry, long sum) {
        ready = entry;
        readySum = sum;
    }

    /**
     * Gives out the next packet whose ports are known; the view then shows it, until the next call.
     *
     * @return false when there are no more
     */
    public boolean next(IpPacket packet) {
        if (isAdmittedReady) {
            isAdmittedReady = false;
            return true;
        }
        if (shownSlot != FragmentStore.NONE) {
            store.remove(shownSlot);
            shownSlot = FragmentStore.NONE;
        }
        if (ready == null) {
            return false;
        }
        int slot = ready.firstSlot;
        if (slot == FragmentStore.NONE) {
            if (ready.isComplete()) {
                forget(ready);
            }
            ready = null;
            return false;
        }
        ready.firstSlot = store.next(slot);
        shownSlot = slot;
        DropReason unreadable = store.load(slot, packet);
        if (unreadable != null) {
            drops.accept(unreadable);
            return next(packet);
        }
        packet.completeFragment(ready.sourcePort, ready.destinationPort, ready.needsAll ? ready.length() : 0, readySum);
        return true;
    }

    /** Cleans up after a caller that did not ask to the end. */
    private void abandonReady() {
        if (shownSlot != FragmentStore.NONE) {
            store.remove(shownSlot);
            shownSlot = FragmentStore.NONE;
        }
        if (ready != null) {
            dropStored(ready, DropReason.FRAGMENT_TIMEOUT);
            if (ready.isComplete()) {
                forget(ready);
            }
            ready = null;
        }
    }

    /** Forgets the packets whose time is over; to be called now and then when no fragments come. */
    public void expire(long nowNanos) {
        while (oldest != null && nowNanos - oldest.deadlineNanos >= 0) {
            FragmentedPacket entry = oldest;
            dropStored(entry, DropReason.FRAGMENT_TIMEOUT);
            forget(entry);
        }
    }

    /** Drops what is stored of a packet, and whatever is still to come. */
    private void refuse(FragmentedPacket entry, DropReason reason) {
        dropStored(entry, reason);
        entry.refusal = reason;
    }

    private void dropStored(FragmentedPacket entry, DropReason reason) {
        int slot = entry.firstSlot;
        while (slot != FragmentStore.NONE) {
            int following = store.next(slot);
            store.remove(slot);
            drops.accept(reason);
            slot = following;
        }
        entry.firstSlot = FragmentStore.NONE;
    }

    private FragmentedPacket find(IpPacket packet, int hash) {
        FragmentedPacket entry = buckets[hash & buckets.length - 1];
        while (entry != null && !(entry.hash == hash && entry.isOf(packet))) {
            entry = entry.nextInBucket;
        }
        return entry;
    }

    private FragmentedPacket begin(IpPacket packet, int hash, long nowNanos) {
        FragmentedPacket entry = unused;
        if (entry == null) {
            return null;
        }
        unused = entry.nextInBucket;
        entry.begin(packet, hash, nowNanos + lifetimeNanos);
        int bucket = hash & buckets.length - 1;
        entry.nextInBucket = buckets[bucket];
        buckets[bucket] = entry;
        entry.older = youngest;
        entry.younger = null;
        if (youngest == null) {
            oldest = entry;
        } else {
            youngest.younger = entry;
        }
        youngest = entry;
        packets++;
        return entry;
    }

    private void forget(FragmentedPacket entry) {
        int bucket = entry.hash & buckets.length - 1;
        if (buckets[bucket] == entry) {
            buckets[bucket] = entry.nextInBucket;
        } else {
            FragmentedPacket before = buckets[bucket];
            while (before.nextInBucket != entry) {
                before = before.nextInBucket;
            }
            before.nextInBucket = entry.nextInBucket;
        }
        if (entry.older == null) {
            oldest = entry.younger;
        } else {
            entry.older.younger = entry.younger;
        }
        if (entry.younger == null) {
            youngest = entry.older;
        } else {
            entry.younger.older = entry.older;
        }
        entry.nextInBucket = unused;
        unused = entry;
        packets--;
    }
}
