// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/** Whether a pool's transport address is free for the remote endpoint at hand: no session has both. */
@FunctionalInterface
public interface RemoteTest {

    boolean test(int address, int port);
}
