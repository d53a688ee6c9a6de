// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * One Ethernet interface as it was when looked up.
 *
 * @param index kernel's interface index
 * @param mtuBytes largest payload of a frame
 * @param hardwareAddress 48 bits
 */
record EthernetInterface(String name, int index, int mtuBytes, long hardwareAddress) {
    static final int HEADER_BYTES = 14;

    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int IFF_UP = 1;
    private static final int ARPHRD_ETHER = 1;

    private static final int NAME_BYTES = 16;
    private static final int IFREQ_BYTES = 40;
    private static final int HARDWARE_ADDRESS_OFFSET = NAME_BYTES + 2;

    /**
     * Looks the interface up in the network namespace of the socket.
     *
     * <p>{@link java.net.NetworkInterface} would not do: it lists only interfaces that have an IP address.
     *
     * @throws IOException it does not exist, is down or is not Ethernet
     */
    static EthernetInterface lookUp(SystemCalls calls, int fd, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= NAME_BYTES || name.indexOf('\0') >= 0) {
            throw fault("no such interface: " + name);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, Long.BYTES);
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
            query(calls, fd, SIOCGIFINDEX, request, name);
            int index = request.get(JAVA_INT, NAME_BYTES);
            query(calls, fd, SIOCGIFHWADDR, request, name);
            if (request.get(JAVA_SHORT, NAME_BYTES) != ARPHRD_ETHER) {
                throw fault(name + " is not an Ethernet interface");
            }
            long hardwareAddress = 0;
            for (int i = 0; i < 6; i++) {
                hardwareAddress = hardwareAddress << 8 | request.get(JAVA_BYTE, HARDWARE_ADDRESS_OFFSET + i) & 0xff;
            }
            query(calls, fd, SIOCGIFMTU, request, name);
            int mtuBytes = request.get(JAVA_INT, NAME_BYTES);
            query(calls, fd, SIOCGIFFLAGS, request, name);
            if ((request.get(JAVA_SHORT, NAME_BYTES) & IFF_UP) == 0) {
                throw fault(name + " is down");
            }
            return new EthernetInterface(name, index, mtuBytes, hardwareAddress);
        }
    }

    /** The error of this interface's configuration field, {@code fastPath.interface}. */
    static IOException fault(String message) {
        return new IOException("fastPath.interface: " + message);
    }

    private static void query(SystemCalls calls, int fd, long code, MemorySegment request, String name)
            throws IOException {
        int result = calls.ioctl(fd, code, request);
        if (result == -Errno.ENODEV) {
            throw fault("no such interface: " + name);
        }
        if (result < 0) {
            throw fault(name + " cannot be queried: " + Errno.name(-result));
        }
    }
}
