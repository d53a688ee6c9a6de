// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.instar.engine.address.Ip6;

/** Socket addresses as the configuration writes them. */
final class Addresses {

    private Addresses() {
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress() instanceof Inet6Address
                ? "[" + Ip6.of(address.getAddress().getAddress()) + "]" : address.getAddress().getHostAddress();
        return host + ":" + address.getPort();
    }
}
