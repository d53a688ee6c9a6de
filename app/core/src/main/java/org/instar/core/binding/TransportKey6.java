// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import org.instar.core.Protocol;

/** Key of a BIB by IPv6 transport address. Mutable only so that one instance serves all look-ups of a thread. */
final class TransportKey6 {

    private Protocol protocol;
    private long high;
    private long low;
    private int port;

    TransportKey6 set(Protocol newProtocol, long newHigh, long newLow, int newPort) {
        protocol = newProtocol;
        high = newHigh;
        low = newLow;
        port = newPort;
        return this;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TransportKey6)) {
            return false;
        }
        TransportKey6 key = (TransportKey6) other;
        return low == key.low && port == key.port && high == key.high && protocol == key.protocol;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((high * 31 + low) * 31 + port) * 31 + protocol.number();
    }
}
