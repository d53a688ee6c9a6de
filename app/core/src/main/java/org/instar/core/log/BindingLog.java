// SPDX-License-Identifier: Apache-2.0
package org.instar.core.log;

import org.instar.core.Protocol;

/**
 * Takes note of BIB entries and sessions as they come and go (RFC 6888 REQ-12). Called on the shard's thread: it must
 * not block. All numbers are packed as everywhere in the core; times are milliseconds since 1970. Destinations are told
 * with sessions only: who logs them knows why (RFC 6888 §4).
 */
public interface BindingLog {

    /** Notes nothing. */
    BindingLog NONE = new BindingLog() { };

    /** A BIB entry was made: from now on the client has this transport address. */
    default void bindingCreated(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, long nowMillis) {
    }

    /** It is given up. */
    default void bindingRemoved(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, long nowMillis) {
    }

    /**
     * A BIB entry of before a restart is there again, as it was. Called before packets come, and may block; so may
     * {@link #sessionRestored}.
     */
    default void bindingRestored(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, long nowMillis) {
    }

    /** A session of before a restart is there again. */
    default void sessionRestored(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, int remoteAddress, int remotePort, long nowMillis) {
    }

    /** A session was made. */
    default void sessionCreated(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, int remoteAddress, int remotePort, long nowMillis) {
    }

    /** It ended. */
    default void sessionRemoved(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, int remoteAddress, int remotePort, long nowMillis) {
    }
}
