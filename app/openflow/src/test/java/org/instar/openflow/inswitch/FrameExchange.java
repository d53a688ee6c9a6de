// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.instar.fastpath.PacketSocket;

/**
 * Sends frames into one port and takes what comes out of another, a window of them at a time. What comes out must be
 * what was expected, byte for byte, in whatever order: a packet that needs a new flow of the datapath may be passed by
 * one that doesn't.
 */
final class FrameExchange implements AutoCloseable {

    static final int WINDOW = 32;

    private static final int ADDRESSES_BYTES = 12;
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PacketSocket in;
    private final PacketSocket out;
    private final List<byte[]> waiting = new ArrayList<>(WINDOW);
    /** How often each frame is still to come, of those sent. */
    private final Map<ByteBuffer, Integer> expected = new HashMap<>();
    private int missing;
    private long exchanged;

    FrameExchange(PacketSocket in, PacketSocket out) {
        this.in = in;
        this.out = out;
    }

    /** Sends a frame, soon, of which this other one is to become. */
    void exchange(byte[] frame, byte[] becomes) throws IOException {
        waiting.add(frame);
        expected.merge(ByteBuffer.wrap(becomes), 1, Integer::sum);
        missing++;
        if (waiting.size() == WINDOW) {
            finish();
        }
    }

    /** Sends what waits and takes all that is to come of it. */
    void finish() throws IOException {
        for (byte[] frame : waiting) {
            in.transmitBuffer().put(in.claim(), frame);
            in.commit(frame.length);
        }
        if (in.flush() != waiting.size()) {
            throw new AssertionError("not sent: " + in.sendFailures() + " frames");
        }
        exchanged += waiting.size();
        waiting.clear();
        long deadline = System.nanoTime() + ANSWER_NANOS;
        while (missing > 0) {
            if (!out.await(deadline - System.nanoTime())) {
                throw new AssertionError("lost: " + missing + " frames, the first of them " + expected.keySet().stream()
                        .map(frame -> HexFormat.of().formatHex(frame.array())).findFirst().orElseThrow());
            }
            int received = out.receive();
            for (int i = 0; i < received; i++) {
                take(received(out, i));
            }
        }
    }

    private void take(byte[] frame) {
        Integer times = expected.get(ByteBuffer.wrap(frame));
        if (times == null) {
            throw new AssertionError("came out: " + HexFormat.of().formatHex(frame) + "\nexpected, of this length: "
                    + expected.keySet().stream().filter(other -> other.remaining() == frame.length)
                            .map(other -> HexFormat.of().formatHex(other.array())).toList());
        }
        expected.compute(ByteBuffer.wrap(frame), (same, before) -> times == 1 ? null : times - 1);
        missing--;
    }

    /** A frame as it was on the wire: the kernel hands its tag over apart. */
    static byte[] received(PacketSocket socket, int index) {
        byte[] frame = new byte[socket.receiveLength(index)];
        socket.receiveBuffer().get(socket.receiveOffset(index), frame);
        int vlan = socket.receiveVlan(index);
        return vlan < 0 ? frame : ByteBuffer.allocate(frame.length + Tag.BYTES).put(frame, 0, ADDRESSES_BYTES)
                .putShort((short) Tag.ETH_TYPE).putShort((short) vlan)
                .put(frame, ADDRESSES_BYTES, frame.length - ADDRESSES_BYTES).array();
    }

    /** Frames sent so far. */
    long exchanged() {
        return exchanged;
    }

    @Override
    public void close() {
        in.close();
        out.close();
    }
}
