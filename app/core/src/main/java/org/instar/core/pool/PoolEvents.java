// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/**
 * Hears who has which ports, and when a pool runs low: enough for a log that answers who had an IPv4 transport
 * address at a time. Called while the directory is locked, so that the events of a block come in their order: a
 * listener takes the event down and returns, and must not call back. Deterministic pools have no block events: who
 * has what is computed.
 */
public interface PoolEvents {

    /** Hears nothing. */
    PoolEvents NONE = new PoolEvents() {
        @Override
        public void blockAssigned(long high, long low, int prefixLength, int address, int firstPort, int lastPort,
                String pool) {
        }

        @Override
        public void blockReleased(long high, long low, int prefixLength, int address, int firstPort, int lastPort,
                String pool) {
        }

        @Override
        public void alarm(String pool, boolean raised) {
        }
    };

    /**
     * From now on these ports of all protocols of the pool are the subscriber's.
     *
     * @param high the first 64 bits of the subscriber's prefix; 0, as the rest of the prefix, for a block that no one
     *     subscriber has: of endpoint-dependent bindings, or of addresses claimed without a subscriber
     */
    void blockAssigned(long high, long low, int prefixLength, int address, int firstPort, int lastPort, String pool);

    /** They are nobody's any more. */
    void blockReleased(long high, long low, int prefixLength, int address, int firstPort, int lastPort, String pool);

    /** The pool runs low, or has refused, or ({@code raised} false) has enough again. Only changes are told. */
    void alarm(String pool, boolean raised);
}
