// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Opens the {@code AF_PACKET} socket (packet(7)). It is made with protocol 0, which receives nothing, and told its
 * protocol only by the bind at the end: no frame of another interface and none of before the options slips in.
 */
final class PacketSocketSetup {
    static final int SOL_PACKET = 263;
    static final int PACKET_AUXDATA = 8;
    static final int SOCKADDR_LL_BYTES = 20;
    static final int SOCKADDR_LL_IFINDEX = 4;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int ETH_P_ALL = 3;

    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_MR_PROMISC = 1;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int PACKET_OUTGOING = 4;
    private static final int PACKET_FANOUT = 18;
    private static final int PACKET_FANOUT_DATA = 22;
    /** PACKET_FANOUT_CBPF: a program of classic BPF tells the socket. */
    private static final int FANOUT_PROGRAM = 6;
    /** The same, with PACKET_FANOUT_FLAG_UNIQUEID: a new group, whose identifier the kernel finds. */
    private static final int FANOUT_UNIQUE_ID = 0x2000 | FANOUT_PROGRAM;

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    /** A small frame is charged some 800 bytes: about 20 ms of small frames at a million a second. */
    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;
    private static final int SEND_BUFFER_BYTES = 4 << 20;

    private final SystemCalls calls;
    private final int fd;
    private final String name;
    /** What is let through in the end; null: everything. */
    private FilterProgram passing;

    private PacketSocketSetup(SystemCalls calls, int fd, String name) {
        this.calls = calls;
        this.fd = fd;
        this.name = name;
    }

    /** @return the descriptor of a socket that receives nothing yet */
    static int socket(SystemCalls calls, String name) throws IOException {
        int fd = calls.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd == -Errno.EPERM || fd == -Errno.EACCES) {
            throw EthernetInterface.fault(name + " needs CAP_NET_RAW");
        }
        if (fd < 0) {
            throw EthernetInterface.fault(name + ": no packet socket: " + Errno.name(-fd));
        }
        return fd;
    }

    /**
     * Sets all options and binds: frames arrive from here on.
     *
     * @param filterOutgoing keep outgoing frames away by a socket filter even where the kernel has an option for it
     * @param group to be joined; null: none
     */
    static void bind(SystemCalls calls, int fd, EthernetInterface link, boolean filterOutgoing, FanoutGroup group)
            throws IOException {
        PacketSocketSetup setup = new PacketSocketSetup(calls, fd, link.name());
        try (Arena arena = Arena.ofConfined()) {
            setup.ignoreOutgoing(arena, filterOutgoing);
            setup.require("PACKET_AUXDATA", setup.set(arena, SOL_PACKET, PACKET_AUXDATA, 1));
            setup.require("PACKET_QDISC_BYPASS", setup.set(arena, SOL_PACKET, PACKET_QDISC_BYPASS, 1));
            setup.bufferSize(arena, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            setup.bufferSize(arena, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BUFFER_BYTES);
            setup.promiscuous(arena, link.index());
            MemorySegment address = arena.allocate(SOCKADDR_LL_BYTES, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) ETH_P_ALL);
            address.set(JAVA_INT, SOCKADDR_LL_IFINDEX, link.index());
            if (group == null) {
                setup.require("bind", calls.bind(fd, address));
            } else {
                setup.require("SO_ATTACH_FILTER", setup.attach(arena, new FilterProgram().returnValue(0)));
                setup.require("bind", calls.bind(fd, address));
                setup.join(arena, group);
                setup.require("SO_ATTACH_FILTER", setup.passing == null
                        ? setup.set(arena, SOL_SOCKET, SO_DETACH_FILTER, 0) : setup.attach(arena, setup.passing));
            }
        }
    }

    private void ignoreOutgoing(Arena arena, boolean filterOutgoing) throws IOException {
        int result = filterOutgoing ? -Errno.ENOPROTOOPT : set(arena, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        if (result == -Errno.ENOPROTOOPT) {
            passing = outgoingFilter();
            result = attach(arena, passing);
        }
        require("PACKET_IGNORE_OUTGOING", result);
    }

    /** For kernels before 4.20: frames that leave are dropped, all others pass whole. */
    private static FilterProgram outgoingFilter() {
        FilterProgram program = new FilterProgram();
        FilterProgram.Label other = program.label();
        return program.loadPacketType().jumpUnless(PACKET_OUTGOING, other).returnValue(0)
                .place(other).returnValue(-1);
    }

    private int attach(Arena arena, FilterProgram program) {
        return calls.setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, program.encode(arena));
    }

    /**
     * Joins a fanout group: each frame goes to one of its sockets, numbered as they joined. A bound socket receives
     * until it has joined, so nothing is let through before.
     */
    private void join(Arena arena, FanoutGroup group) throws IOException {
        if (group.isEmpty()) {
            require("PACKET_FANOUT", set(arena, SOL_PACKET, PACKET_FANOUT, FANOUT_UNIQUE_ID << 16));
            require("PACKET_FANOUT_DATA", calls.setSocketOption(fd, SOL_PACKET, PACKET_FANOUT_DATA,
                    group.program().encode(arena)));
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            require("PACKET_FANOUT", calls.getSocketOption(fd, SOL_PACKET, PACKET_FANOUT, value, length));
            group.identifier(value.get(JAVA_INT, 0) & 0xffff);
        } else {
            require("PACKET_FANOUT", set(arena, SOL_PACKET, PACKET_FANOUT, FANOUT_PROGRAM << 16 | group.identifier()));
        }
    }

    private void promiscuous(Arena arena, int interfaceIndex) throws IOException {
        MemorySegment membership = arena.allocate(16, Integer.BYTES);
        membership.set(JAVA_INT, 0, interfaceIndex);
        membership.set(JAVA_SHORT, 4, (short) PACKET_MR_PROMISC);
        require("PACKET_ADD_MEMBERSHIP", calls.setSocketOption(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership));
    }

    /** Beyond the system's limit with CAP_NET_ADMIN, up to it without. */
    private void bufferSize(Arena arena, int forceOption, int option, int bytes) throws IOException {
        if (set(arena, SOL_SOCKET, forceOption, bytes) < 0) {
            require("socket buffer", set(arena, SOL_SOCKET, option, bytes));
        }
    }

    private int set(Arena arena, int level, int option, int value) {
        return calls.setSocketOption(fd, level, option, arena.allocateFrom(JAVA_INT, value));
    }

    private void require(String what, int result) throws IOException {
        if (result < 0) {
            throw EthernetInterface.fault(name + ": " + what + ": " + Errno.name(-result));
        }
    }
}
