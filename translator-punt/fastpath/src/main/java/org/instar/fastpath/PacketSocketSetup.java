// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    /** A small frame is charged some 800 bytes: about 20 ms of small frames at a million a second. */
    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;
    private static final int SEND_BUFFER_BYTES = 4 << 20;

    private final SystemCalls calls;
    private final int fd;
    private final String name;

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
     */
    static void bind(SystemCalls calls, int fd, EthernetInterface link, boolean filterOutgoing) throws IOException {
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
            setup.require("bind", calls.bind(fd, address));
        }
    }

    private void ignoreOutgoing(Arena arena, boolean filterOutgoing) throws IOException {
        int result = filterOutgoing ? -Errno.ENOPROTOOPT : set(arena, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        if (result == -Errno.ENOPROTOOPT) {
            result = calls.setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, outgoingFilter(arena));
        }
        require("PACKET_IGNORE_OUTGOING", result);
    }

    /** Classic BPF for kernels before 4.20: sll_pkttype PACKET_OUTGOING is dropped, all else passes whole. */
    private static MemorySegment outgoingFilter(Arena arena) {
        MemorySegment code = arena.allocate(4 * 8, Long.BYTES);
        instruction(code, 0, 0x20, 0, 0, 0xfffff004);   // A = SKF_AD_OFF + SKF_AD_PKTTYPE
        instruction(code, 1, 0x15, 0, 1, 4);            // A == PACKET_OUTGOING: next, else skip one
        instruction(code, 2, 0x06, 0, 0, 0);            // return 0 bytes: drop
        instruction(code, 3, 0x06, 0, 0, 0xffffffff);   // return everything
        MemorySegment program = arena.allocate(16, Long.BYTES);
        program.set(JAVA_SHORT, 0, (short) 4);
        program.set(ADDRESS, 8, code);
        return program;
    }

    private static void instruction(MemorySegment code, int index, int opcode, int jumpTrue, int jumpFalse, int k) {
        code.set(JAVA_SHORT, index * 8L, (short) opcode);
        code.set(JAVA_BYTE, index * 8L + 2, (byte) jumpTrue);
        code.set(JAVA_BYTE, index * 8L + 3, (byte) jumpFalse);
        code.set(JAVA_INT, index * 8L + 4, k);
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
