// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** Socket addresses in text. */
final class Endpoints {

    private Endpoints() {
    }

    /** {@code 192.0.2.1:53}, {@code [2001:db8::1]:53}; no names: they are never looked up. */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not ADDRESS:PORT: '" + text + "'");
        }
        return new InetSocketAddress(address(text.substring(0, colon), text), port(text.substring(colon + 1), text));
    }

    private static InetAddress address(String host, String text) {
        try {
            if (host.startsWith("[") && host.endsWith("]")) {
                return InetAddress.getByAddress(Ip6.parse(host.substring(1, host.length() - 1)).toBytes());
            }
            if (host.indexOf(':') >= 0) {
                throw new IllegalArgumentException("an IPv6 address with a port is [ADDRESS]:PORT: '" + text + "'");
            }
            return InetAddress.getByAddress(ByteBuffer.allocate(Integer.BYTES).putInt(Ip4.parse(host)).array());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: '" + text + "'", e);
        }
    }

    private static int port(String digits, String text) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 0xffff) {
            throw new IllegalArgumentException("not a port from 0 to 65535: '" + text + "'");
        }
        return Integer.parseInt(digits);
    }
}
