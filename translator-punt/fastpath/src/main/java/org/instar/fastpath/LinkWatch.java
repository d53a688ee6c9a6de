// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells an interface that is down, which comes back, from one that is gone, which does not.
 *
 * <p>The kernel reports ENETDOWN once for either, and removing an interface takes it down first: the report may be read
 * before the interface is gone, and no second one follows. So while the link counts as down, each look asks the socket
 * for the interface it is bound to, which is -1 once that has vanished (packet_notifier() in net/packet/af_packet.c).
 */
final class LinkWatch {
    private final SystemCalls calls;
    private final String name;
    private final MemorySegment address;
    private final MemorySegment addressLength;
    private final LongAdder downs = new LongAdder();
    private volatile boolean down;
    private boolean gone;

    LinkWatch(SystemCalls calls, String name) {
        this.calls = calls;
        this.name = name;
        Arena arena = Arena.ofAuto();
        this.address = arena.allocate(PacketSocketSetup.SOCKADDR_LL_BYTES, Integer.BYTES);
        this.addressLength = arena.allocate(JAVA_INT);
    }

    /** The kernel answered ENETDOWN. */
    void reportedDown(int fd) throws IOException {
        if (!down) {
            down = true;
            downs.increment();
        }
        look(fd);
    }

    /** The kernel answered that the socket has no interface (ENXIO, ENODEV). */
    IOException reportedGone() {
        gone = true;
        return vanished();
    }

    /** A frame passed: the link is up. */
    void passed() {
        if (down) {
            down = false;
        }
    }

    /** @throws IOException the interface has vanished; it will be thrown by every later look too */
    void look(int fd) throws IOException {
        if (!down && !gone) {
            return;
        }
        if (!gone) {
            addressLength.set(JAVA_INT, 0, PacketSocketSetup.SOCKADDR_LL_BYTES);
            int result = calls.getSocketName(fd, address, addressLength);
            gone = result >= 0 && address.get(JAVA_INT, PacketSocketSetup.SOCKADDR_LL_IFINDEX) < 0;
        }
        if (gone) {
            throw vanished();
        }
    }

    long downs() {
        return downs.sum();
    }

    boolean isDown() {
        return down;
    }

    String name() {
        return name;
    }

    private IOException vanished() {
        return EthernetInterface.fault(name + " has vanished");
    }
}
