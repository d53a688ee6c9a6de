// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Arrays;

/**
 * A subscriber as one shard sees it: its blocks here, and what limits judge, which is common to all shards. Who keeps
 * one must have a port or a session in it, or ask {@link Subscribers#of} again after each {@link Subscribers#tick}.
 * NOT thread safe.
 */
public final class Subscriber {

    private final Subscribers table;
    private final SharedSubscriber shared;
    private final long high;
    private final long low;
    private Holding holdings;
    private int localPorts;
    private int localSessions;
    /** Addresses of its endpoint-dependent bindings here, and how many on each. */
    private int[] sharedAddresses = {};
    private int[] sharedUses = {};
    private boolean waiting;

    Subscriber(Subscribers table, SharedSubscriber shared) {
        this.table = table;
        this.shared = shared;
        this.high = shared.prefix().high();
        this.low = shared.prefix().low();
    }

    /** The first 64 bits of its prefix. */
    public long high() {
        return high;
    }

    /** The last 64, those behind the prefix length 0. */
    public long low() {
        return low;
    }

    public int prefixLength() {
        return table.prefixLength();
    }

    /** Pool ports of all protocols that it has, in all shards; an endpoint-dependent binding counts as one. */
    public int ports() {
        return shared.ports();
    }

    /** Sessions that it has, in all shards. */
    public int sessions() {
        return shared.sessions();
    }

    /**
     * Counts one more session, unless it has its fill.
     *
     * @param maxSessions 0: no limit
     */
    public boolean addSession(int maxSessions) {
        if (!shared.addSession(maxSessions)) {
            return false;
        }
        localSessions++;
        return true;
    }

    public void removeSession() {
        shared.removeSession();
        localSessions--;
        waitIfIdle();
    }

    /**
     * Whether it may open one more session now. Up to one second's worth may come at once.
     *
     * @param ratePerSecond on average; 0: no limit
     */
    public boolean mayOpen(int ratePerSecond, long nowNanos) {
        return shared.mayOpen(ratePerSecond, nowNanos);
    }

    SharedSubscriber shared() {
        return shared;
    }

    boolean addPort(int max) {
        if (!shared.addPort(max)) {
            return false;
        }
        localPorts++;
        return true;
    }

    void removePort() {
        shared.removePort();
        localPorts--;
        waitIfIdle();
    }

    /** Its blocks of a pool here, null when it has none. */
    Holding holding(PoolView pool) {
        for (Holding holding = holdings; holding != null; holding = holding.next()) {
            if (holding.pool() == pool) {
                return holding;
            }
        }
        return null;
    }

    void add(Block block) {
        Holding holding = holding(block.place().pool());
        if (holding == null) {
            holding = new Holding(block.place().pool(), holdings);
            holdings = holding;
        }
        holding.add(block);
    }

    void remove(Block block) {
        Holding holding = holding(block.place().pool());
        if (holding.remove(block) == 0) {
            holdings = Holding.without(holdings, holding);
        }
        waitIfIdle();
    }

    /** Counts one endpoint-dependent binding at an address more or less; how many there are here now. */
    int addSharedUse(int address, int change) {
        int index = 0;
        while (index < sharedAddresses.length && sharedAddresses[index] != address) {
            index++;
        }
        if (index == sharedAddresses.length) {
            sharedAddresses = Arrays.copyOf(sharedAddresses, index + 1);
            sharedUses = Arrays.copyOf(sharedUses, index + 1);
            sharedAddresses[index] = address;
        }
        int uses = sharedUses[index] + change;
        sharedUses[index] = uses;
        if (uses == 0) {
            int end = sharedAddresses.length - 1;
            sharedAddresses[index] = sharedAddresses[end];
            sharedUses[index] = sharedUses[end];
            sharedAddresses = Arrays.copyOf(sharedAddresses, end);
            sharedUses = Arrays.copyOf(sharedUses, end);
        }
        return uses;
    }

    boolean isIdle() {
        return localPorts == 0 && localSessions == 0 && holdings == null;
    }

    boolean isWaiting() {
        return waiting;
    }

    void waiting(boolean now) {
        waiting = now;
    }

    private void waitIfIdle() {
        if (!waiting && isIdle()) {
            table.wait(this);
        }
    }
}
