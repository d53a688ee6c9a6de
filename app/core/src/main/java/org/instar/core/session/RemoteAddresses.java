// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import org.instar.core.table.KeyCounts;
import org.instar.core.table.KeyedHash;

/**
 * Which remote addresses the sessions of BIB entries have, whatever the port: what address-dependent filtering asks for
 * each stranger (RFC 4787 §5). Walking the sessions would let a scan cost as much as the entry has sessions. Only
 * entries with many sessions that were asked about are in here; they are walked once, and followed from then on. For
 * one thread.
 */
final class RemoteAddresses {

    /** Sessions of each entry that is followed. */
    private final KeyCounts entries;
    /** Sessions of each followed entry with each address. */
    private final KeyCounts addresses;

    RemoteAddresses(KeyedHash hash) {
        entries = new KeyCounts(hash);
        addresses = new KeyCounts(hash);
    }

    /** Whether an entry is followed: its sessions were {@link #add added}, and are as they come. */
    boolean follows(int binding) {
        return entries.count(binding) > 0;
    }

    /** Adds a session of an entry that is followed, or the first one of those that it has. */
    void add(int binding, int remoteAddress) {
        entries.add(binding);
        addresses.add(key(binding, remoteAddress));
    }

    /** Removes a session of an entry that is followed; with the last one it is followed no more. */
    void remove(int binding, int remoteAddress) {
        entries.remove(binding);
        addresses.remove(key(binding, remoteAddress));
    }

    boolean has(int binding, int remoteAddress) {
        return addresses.count(key(binding, remoteAddress)) > 0;
    }

    private static long key(int binding, int remoteAddress) {
        return (long) binding << Integer.SIZE | remoteAddress & 0xffffffffL;
    }

    /** Addresses of followed entries. */
    int size() {
        return addresses.size();
    }

    long memoryBytes() {
        return entries.memoryBytes() + addresses.memoryBytes();
    }
}
