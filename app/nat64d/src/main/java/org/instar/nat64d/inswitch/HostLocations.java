// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * At which port of the switch a MAC address is, by the frames that the switch shows the controller: first packets, and
 * copies of what tells of neighbors. The longest unheard-of are forgotten when there are too many. Thread safe.
 */
public final class HostLocations {

    private static final int MAX = 1 << 16;
    private static final int ETHERNET_HEADER = 14;
    private static final int TYPE_OFFSET = 12;
    private static final int TYPE_VLAN = 0x8100;
    private static final int VLAN_IDENTIFIER = 0xfff;
    private static final long GROUP_BIT = 1L << 40;

    private record Host(long mac, int vlan) { }

    /** Who is told when a host is at another port than before. */
    interface Listener {
        void moved(long mac, int vlan, int port);
    }

    private final Map<Host, Integer> ports = new LinkedHashMap<>(256, 0.75f, true) {

        @Override
        protected boolean removeEldestEntry(Map.Entry<Host, Integer> eldest) {
            return size() > MAX;
        }
    };
    private final Listener listener;

    HostLocations(Listener listener) {
        this.listener = listener;
    }

    /** The sender of this frame is at this port. */
    void learn(byte[] frame, int port) {
        if (frame.length < ETHERNET_HEADER + 4 || port <= 0) {
            return;   // port numbers above 0x7fffffff are no places where hosts are
        }
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        long mac = buffer.getLong(6) >>> 16;
        boolean tagged = (buffer.getShort(TYPE_OFFSET) & 0xffff) == TYPE_VLAN;
        int vlan = tagged ? buffer.getShort(ETHERNET_HEADER) & VLAN_IDENTIFIER : 0;
        if (mac == 0 || (mac & GROUP_BIT) != 0) {
            return;
        }
        Integer before;
        synchronized (this) {
            before = ports.put(new Host(mac, vlan), port);
        }
        if (before != null && before != port) {
            listener.moved(mac, vlan, port);
        }
    }

    /**
     * The port of a host.
     *
     * @param vlan 0: untagged
     */
    synchronized OptionalInt port(long mac, int vlan) {
        Integer port = ports.get(new Host(mac, vlan));
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    synchronized void clear() {
        ports.clear();
    }
}
