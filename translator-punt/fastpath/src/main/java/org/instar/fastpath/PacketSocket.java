// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Linux packet socket on one Ethernet interface, with a receive ring and a transmit ring of {@code batchSize} frames
 * each: one {@code recvmmsg} or {@code sendmmsg} moves up to a batch. It receives every frame that arrives on the
 * interface (promiscuous), whoever it is for, and none that leaves by it.
 *
 * <pre>
 * int n = socket.receive();
 * for (int i = 0; i &lt; n; i++) {
 *     if (socket.receiveLength(i) &gt; 0) { ... socket.receiveBuffer() from socket.receiveOffset(i) ... }
 * }
 * int offset = socket.claim();          // -1: ring full, flush() first
 * ... write the frame to socket.transmitBuffer() from offset ...
 * socket.commit(length);
 * socket.flush();
 * </pre>
 *
 * <p>An interface that goes down is waited for: nothing is received, frames to it count as {@link #sendFailures()}. One
 * that vanishes fails every {@link #receive()}, and every {@link #flush()} that has frames, from then on.
 *
 * <p>NOT thread safe: one thread at a time owns it. Any thread may call {@link #wakeup()} and read the counters. Close
 * it from the owner, or after the owner has ended. Moving frames and waiting
 * allocate nothing.
 */
public final class PacketSocket implements AutoCloseable {

    /** Added to the VLAN identifier of an IEEE 802.1ad tag, type 0x88a8. */
    public static final int PROVIDER_TAG = 1 << 12;
    private static final int MAXIMUM_BATCH = 1024;
    private static final int MINIMUM_FRAME_BYTES = 64;
    private static final int MAXIMUM_FRAME_BYTES = 1 << 17;
    private static final int PACKET_STATISTICS = 6;

    private final SystemCalls calls;
    private final EthernetInterface link;
    private final LinkWatch watch;
    private final Waiter waiter;
    private final ReceiveRing receiveRing;
    private final TransmitRing transmitRing;

    private final Object statisticsLock = new Object();
    private final SystemCalls statisticsCalls = new SystemCalls();
    private final LongAdder kernelDrops = new LongAdder();
    private volatile int fd;

    private PacketSocket(SystemCalls calls, int fd, EthernetInterface link, int batchSize, int frameBytes)
            throws IOException {
        this.calls = calls;
        this.fd = fd;
        this.link = link;
        this.watch = new LinkWatch(calls, link.name());
        this.receiveRing = new ReceiveRing(calls, watch, batchSize, frameBytes);
        this.waiter = new Waiter(calls, fd);
        this.transmitRing = new TransmitRing(calls, watch, waiter, batchSize, frameBytes);
    }

    /**
     * Opens the socket; frames arrive from here on.
     *
     * @param interfaceName an Ethernet interface of the calling thread's network namespace
     * @param batchSize frames per ring, 1..1024
     * @param frameBytes longest frame, Ethernet header included, without its check sequence; 64..131072
     * @throws IOException the interface is missing, down, not Ethernet, the process lacks CAP_NET_RAW, or a frame of
     *         the interface's MTU exceeds {@code frameBytes}; the message begins {@code fastPath.interface:} and names
     *         it
     * @throws IllegalArgumentException {@code batchSize} or {@code frameBytes} out of range
     */
    public static PacketSocket open(String interfaceName, int batchSize, int frameBytes) throws IOException {
        return open(interfaceName, batchSize, frameBytes, false, null);
    }

    /**
     * Opens one of several sockets that share the frames of an interface.
     *
     * @throws IOException as {@link #open(String, int, int)}, and where the kernel has no such groups
     */
    public static PacketSocket open(String interfaceName, int batchSize, int frameBytes, FanoutGroup group)
            throws IOException {
        return open(interfaceName, batchSize, frameBytes, false, group);
    }

    static PacketSocket open(String interfaceName, int batchSize, int frameBytes, boolean filterOutgoing,
            FanoutGroup group) throws IOException {
        requireRange("batchSize", batchSize, 1, MAXIMUM_BATCH);
        requireRange("frameBytes", frameBytes, MINIMUM_FRAME_BYTES, MAXIMUM_FRAME_BYTES);
        if (!System.getProperty("os.name").equals("Linux") || ADDRESS.byteSize() != Long.BYTES) {
            throw EthernetInterface.fault(interfaceName + " needs a 64-bit Linux");
        }
        SystemCalls calls = new SystemCalls();
        int fd = PacketSocketSetup.socket(calls, interfaceName);
        PacketSocket opened = null;
        try {
            EthernetInterface link = EthernetInterface.lookUp(calls, fd, interfaceName);
            int longest = link.mtuBytes() + EthernetInterface.HEADER_BYTES;
            if (longest > frameBytes) {
                throw EthernetInterface.fault("frame size " + longest + " of " + interfaceName + " (MTU "
                        + link.mtuBytes() + ") exceeds the " + frameBytes + " bytes of a ring slot");
            }
            opened = new PacketSocket(calls, fd, link, batchSize, frameBytes);
            PacketSocketSetup.bind(calls, fd, link, filterOutgoing, group);
            return opened;
        } catch (IOException | RuntimeException | Error failure) {
            if (opened != null) {
                opened.close();
            } else {
                calls.close(fd);
            }
            throw failure;
        }
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is not in " + least + ".." + most);
        }
    }

    public String interfaceName() {
        return link.name();
    }

    /** The interface's MTU in bytes when the socket was opened. */
    public int mtu() {
        return link.mtuBytes();
    }

    /** The interface's MAC address when the socket was opened, in the low 48 bits. */
    public long hardwareAddress() {
        return link.hardwareAddress();
    }

    /**
     * Receives what is there, up to a batch, without waiting. The frames of the call before are gone.
     *
     * @return frames received, 0 if none
     * @throws IOException the interface has vanished, or the socket is closed
     */
    public int receive() throws IOException {
        return receiveRing.receive(openFd());
    }

    /** The receive ring: direct, big endian, always the same. Read it by absolute index only. */
    public ByteBuffer receiveBuffer() {
        return receiveRing.buffer();
    }

    /** Where a frame of the last {@link #receive()} begins: its Ethernet header. */
    public int receiveOffset(int frame) {
        return receiveRing.offset(frame);
    }

    /** Bytes of a frame of the last {@link #receive()}; -1 if it was longer than {@code frameBytes}, and is lost. */
    public int receiveLength(int frame) {
        return receiveRing.length(frame);
    }

    /**
     * Whether the frame's TCP or UDP checksum is yet to be completed: a veth peer with transmit offload left it to the
     * receiver. Such a checksum field holds the sum of the pseudo header only.
     */
    public boolean receiveChecksumPartial(int frame) {
        return receiveRing.checksumPartial(frame);
    }

    /**
     * The VLAN identifier, 0..4095, of the tag the kernel took off the frame; -1 if it had none. With
     * {@link #PROVIDER_TAG} added if that wasn't an IEEE 802.1Q tag of type 0x8100.
     */
    public int receiveVlan(int frame) {
        return receiveRing.vlan(frame);
    }

    /** The transmit ring: direct, big endian, always the same. Write it by absolute index only. */
    public ByteBuffer transmitBuffer() {
        return transmitRing.buffer();
    }

    /** @return where the next frame is to be written; the same until {@link #commit}; -1 if the ring is full */
    public int claim() {
        return transmitRing.claim();
    }

    /**
     * Queues the frame written at {@link #claim()} for the next {@link #flush()}.
     *
     * @param length bytes from the Ethernet header on
     * @throws IllegalArgumentException not in 1..{@code frameBytes}
     * @throws IllegalStateException the ring is full
     */
    public void commit(int length) {
        transmitRing.commit(length);
    }

    /**
     * Sends the committed frames in order and empties the ring. A frame the kernel refuses for itself (too long for the
     * MTU, shorter than a header) is skipped. If the kernel has no room it waits at most 2 ms in all, then gives the
     * rest up. Whatever is not sent counts as {@link #sendFailures()}.
     *
     * @return frames sent
     * @throws IOException the interface has vanished, or the socket is closed
     */
    public int flush() throws IOException {
        return transmitRing.flush(openFd());
    }

    /**
     * Waits for a frame, a {@link #wakeup()} since the last wait, or a fault that {@link #receive()} will report.
     *
     * @param timeoutNanos 0 or less: only looks
     * @return false if the time passed without any
     */
    public boolean await(long timeoutNanos) {
        return waiter.await(timeoutNanos);
    }

    /** Ends the owner's present or next {@link #await}. Any thread; a system call only while the owner waits. */
    public void wakeup() {
        waiter.wakeup();
    }

    /** Frames received whole. */
    public long received() {
        return receiveRing.received.sum();
    }

    /** Frames handed to the interface. */
    public long sent() {
        return transmitRing.sent.sum();
    }

    /** Frames committed but not sent. */
    public long sendFailures() {
        return transmitRing.sendFailures.sum();
    }

    /** Frames received longer than {@code frameBytes} (jumbo or unsegmented large send); not in {@link #received()}. */
    public long oversized() {
        return receiveRing.oversized.sum();
    }

    /** Frames received with a partial checksum, see {@link #receiveChecksumPartial}. */
    public long partialChecksums() {
        return receiveRing.partialChecksums.sum();
    }

    /** Frames received whose VLAN tag the kernel took off, see {@link #receiveVlan}. */
    public long vlanTagged() {
        return receiveRing.vlanTagged.sum();
    }

    /** Times the interface was found down. */
    public long linkDowns() {
        return watch.downs();
    }

    /** Whether the interface was found down and no frame has passed since; any thread may ask. */
    public boolean isLinkDown() {
        return watch.isDown();
    }

    /** Frames the kernel dropped because this socket's receive buffer was full (PACKET_STATISTICS). */
    public long kernelDrops() {
        synchronized (statisticsLock) {
            if (fd >= 0) {
                addKernelDrops();
            }
            return kernelDrops.sum();
        }
    }

    /** The kernel's count starts anew with every reading. */
    private void addKernelDrops() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(2 * JAVA_INT.byteSize(), Integer.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) statistics.byteSize());
            int result = statisticsCalls.getSocketOption(fd, PacketSocketSetup.SOL_PACKET, PACKET_STATISTICS,
                    statistics, length);
            if (result >= 0) {
                kernelDrops.add(Integer.toUnsignedLong(statistics.get(JAVA_INT, Integer.BYTES)));
            }
        }
    }

    private int openFd() throws ClosedChannelException {
        int open = fd;
        if (open < 0) {
            throw new ClosedChannelException();
        }
        return open;
    }

    /** Closes the socket; frames committed but not flushed are lost. A second call does nothing. */
    @Override
    public void close() {
        synchronized (statisticsLock) {
            if (fd < 0) {
                return;
            }
            addKernelDrops();
            waiter.close();
            calls.close(fd);
            fd = -1;
        }
    }
}
