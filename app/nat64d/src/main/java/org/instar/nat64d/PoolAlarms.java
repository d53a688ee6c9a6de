// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import org.instar.core.pool.PoolEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator, once, when a pool runs low, and once when it has enough again; passes all on.
 *
 * @param next who else is told
 */
record PoolAlarms(PoolEvents next) implements PoolEvents {

    private static final Logger LOG = LoggerFactory.getLogger(PoolAlarms.class);

    @Override
    public void blockAssigned(long high, long low, int prefixLength, int address, int firstPort, int lastPort,
            String pool) {
        next.blockAssigned(high, low, prefixLength, address, firstPort, lastPort, pool);
    }

    @Override
    public void blockReleased(long high, long low, int prefixLength, int address, int firstPort, int lastPort,
            String pool) {
        next.blockReleased(high, low, prefixLength, address, firstPort, lastPort, pool);
    }

    @Override
    public void alarm(String pool, boolean raised) {
        if (raised) {
            LOG.warn("pool '{}' runs out of ports (pools[].alarm.raisePercent, or a client was refused)", pool);
        } else {
            LOG.info("pool '{}' has enough ports again", pool);
        }
        next.alarm(pool, raised);
    }
}
