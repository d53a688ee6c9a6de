// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.instar.core.Protocol;

/** One shard's ports. NOT thread safe. */
public final class PortAllocator {

    public static final long EXHAUSTED = -1;
    public static final long PORT_LIMIT = -2;

    public PortAllocator(PoolDirectory directory, int shard, IntUnaryOperator random) {
    }

    public static int address(long allocated) {
        return (int) (allocated >>> 16);
    }

    public static int port(long allocated) {
        return (int) allocated & 0xffff;
    }

    public long allocate(List<PoolView> pools, Protocol protocol, Subscriber subscriber, int clientPort, int maxPorts,
            long nowNanos) {
        throw new UnsupportedOperationException();
    }

    public long allocateShared(List<PoolView> pools, Protocol protocol, Subscriber subscriber, int clientPort,
            int maxPorts, RemoteTest isFree, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Claims one transport address for nobody in particular. */
    public boolean take(Protocol protocol, int address, int port) {
        return take(protocol, address, port, null);
    }

    /** Claims one for a subscriber. */
    public boolean take(Protocol protocol, int address, int port, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    /** Claims one that an endpoint-dependent binding has. */
    public boolean takeShared(Protocol protocol, int address, int port, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    /** @param subscriber null for what was taken without one */
    public void release(Protocol protocol, int address, int port, Subscriber subscriber, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    public void tick(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    public int heldDown() {
        throw new UnsupportedOperationException();
    }
}
