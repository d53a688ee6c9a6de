// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.instar.core.config.PoolConfig;

/** All pools of the process. Thread-safe. */
public final class PoolDirectory {

    /** No address, for {@link #setInterfaceAddress}. */
    public static final int NO_ADDRESS = 0;

    public PoolDirectory(List<PoolConfig> pools, int shards, IntUnaryOperator random, PoolEvents events) {
    }

    /** Whether the address is a pool's. */
    public boolean isPoolAddress(int address) {
        throw new UnsupportedOperationException();
    }

    /** The shard that has the port, -1 none. */
    public int ownerOf(int address, int port) {
        throw new UnsupportedOperationException();
    }

    /** The pool of that name, null when there is none. */
    public PoolView pool(String name) {
        throw new UnsupportedOperationException();
    }

    public List<PoolStatus> status() {
        throw new UnsupportedOperationException();
    }

    /**
     * @param drain whether addresses with live bindings may be taken away: they drain
     * @return null when done, else why not, and nothing was changed
     */
    public String reconfigure(List<PoolConfig> wanted, boolean drain) {
        throw new UnsupportedOperationException();
    }

    /** The same, refused when it takes away what has live bindings. */
    public String reconfigure(List<PoolConfig> wanted) {
        return reconfigure(wanted, false);
    }

    /** Says which address the interface of a pool has now. */
    public void setInterfaceAddress(String poolName, int address) {
        throw new UnsupportedOperationException();
    }
}
