// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.instar.core.path.HandOver;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.rule.Ingress;
import org.instar.core.shard.Shard;
import org.instar.fastpath.FrameLoop;
import org.instar.fastpath.PacketSocket;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the shard on the fast path's thread: frames of the ring, packet-ins of the switch and commands of everybody else
 * reach it here, one after the other. {@link #execute} and {@link #packetIn} may be called from any thread.
 */
final class ShardWorker implements FrameLoop.Worker {

    /** A packet-in. */
    private record Arrived(byte[] frame, Ingress ingress) { }

    private static final Logger LOG = LoggerFactory.getLogger(ShardWorker.class);
    /** Packet-ins that may wait. More is a flood, and dropped under a counter. */
    private static final int MAX_PACKET_INS = 4096;
    /** Work of one turn, so that a flood of packet-ins can't starve the ring. */
    private static final int MAX_PER_TURN = 256;
    private static final int COMMAND_CHUNK = 1024;
    private static final int MAX_FRAME = 1 << 16;

    private final PacketSocket socket;
    private final PathCounters counters;
    private final int number;
    private final ShardQueues queues;
    private final ShardQueues.Sender sender;
    private final MpscArrayQueue<Arrived> packetIns = new MpscArrayQueue<>(MAX_PACKET_INS);
    private final MpscUnboundedArrayQueue<Consumer<Shard>> commands = new MpscUnboundedArrayQueue<>(COMMAND_CHUNK);
    private final ByteBuffer packetInBuffer = ByteBuffer.allocateDirect(MAX_FRAME);
    /** Frames that come by the ring don't tell their port. */
    private final Ingress[] ingressOfVlan = new Ingress[Ingress.MAX_VLAN + 1];
    private Shard shard;
    /** Where frames go instead of the ring; null: the ring. */
    private Consumer<byte[]> detour;

    ShardWorker(int number, PacketSocket socket, PathCounters counters, ShardQueues queues) {
        this.number = number;
        this.socket = socket;
        this.counters = counters;
        this.queues = queues;
        this.sender = queues.sender(number);
    }

    /** The shard's ways to the others. */
    HandOver handOver() {
        return sender;
    }

    /** Has the thread look at what was handed over to it. */
    void wakeup() {
        socket.wakeup();
    }

    /** Before the thread starts: the shard needs this worker's output first. */
    void own(Shard newShard) {
        shard = newShard;
    }

    /** Has the shard's thread do something. */
    void execute(Consumer<Shard> command) {
        commands.add(command);
        socket.wakeup();
    }

    /** Hands a frame that the switch sent to the controller to the shard. */
    void packetIn(byte[] frame, Ingress ingress) {
        if (frame.length > MAX_FRAME || !packetIns.offer(new Arrived(frame, ingress))) {
            counters.dropElsewhere(PathDrop.PACKET_IN_QUEUE_FULL);
        } else {
            socket.wakeup();
        }
    }

    /** Has frames go elsewhere than into the ring; for the shard's thread. */
    void detour(Consumer<byte[]> elsewhere) {
        detour = elsewhere;
    }

    /** Copies a frame into the transmit ring; for the shard's thread. */
    void send(ByteBuffer frame, int offset, int length) {
        if (detour != null) {
            byte[] copy = new byte[length];
            frame.get(offset, copy);
            detour.accept(copy);
            return;
        }
        try {
            int slot = socket.claim();
            if (slot < 0) {
                socket.flush();
                slot = socket.claim();
            }
            socket.transmitBuffer().put(slot, frame, offset, length);
            socket.commit(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void burst(int frames) {
        if (!shard.wantsAnnouncements()) {
            return;
        }
        for (int i = 0; i < frames; i++) {
            if (socket.receiveLength(i) > 0) {
                shard.announce(socket.receiveBuffer(), socket.receiveOffset(i), socket.receiveLength(i));
            }
        }
        shard.readAhead();
    }

    @Override
    public void frame(ByteBuffer ring, int offset, int length) {
        shard.receive(ring, offset, length, System.nanoTime());
    }

    @Override
    public boolean vlanFrame(ByteBuffer ring, int offset, int length, int vlan) {
        if (vlan >= PacketSocket.PROVIDER_TAG) {
            counters.drop(PathDrop.VLAN_STACKED);
        } else if (vlan > Ingress.MAX_VLAN) {
            counters.drop(PathDrop.VLAN_NOT_SERVED);
        } else {
            if (ingressOfVlan[vlan] == null) {
                ingressOfVlan[vlan] = Ingress.of("", vlan);
            }
            shard.receive(ring, offset, length, ingressOfVlan[vlan], System.nanoTime());
        }
        return true;
    }

    /** Translation carries a checksum over by its difference: a wrong one would stay wrong. */
    @Override
    public boolean partialChecksumFrame(ByteBuffer ring, int offset, int length, int vlan) {
        if (counters.get(PathDrop.PARTIAL_CHECKSUM) == 0) {
            LOG.warn("frames with unfinished checksums arrive on {} and are dropped: turn transmit offloads off on the"
                    + " other end (ethtool -K IF tx off)", socket.interfaceName());
        }
        counters.drop(PathDrop.PARTIAL_CHECKSUM);
        return true;
    }

    @Override
    public int turn(long nowNanos) {
        try {
            return work(nowNanos);
        } finally {
            shard.endTurn();
            sender.flush();
        }
    }

    private int work(long nowNanos) {
        int work = 0;
        for (Consumer<Shard> command; work < MAX_PER_TURN && (command = commands.relaxedPoll()) != null; work++) {
            command.accept(shard);
        }
        work += queues.receive(number, MAX_PER_TURN, handed -> shard.handed(handed, System.nanoTime()));
        for (Arrived next; work < MAX_PER_TURN && (next = packetIns.relaxedPoll()) != null; work++) {
            packetInBuffer.put(0, next.frame);
            shard.receive(packetInBuffer, 0, next.frame.length, next.ingress, System.nanoTime());
        }
        if (nowNanos - shard.nextDeadlineNanos() >= 0) {
            shard.tick(System.nanoTime());
        }
        return work;
    }

    @Override
    public long nextDeadlineNanos() {
        return shard.nextDeadlineNanos();
    }
}
