// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Test frames: made, sent through a socket, collected from one. */
final class Frames {
    private static final int ETHERTYPE_LOCAL_EXPERIMENTAL = 0x88b5;

    private Frames() {
    }

    /** A frame to an address that is nobody's, of a type no kernel answers, with bytes told by the seed. */
    static byte[] frame(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        frame.putShort(0, (short) 0x0200).putInt(2, seed);
        frame.putShort(6, (short) 0x0201).putInt(8, seed);
        frame.putShort(12, (short) ETHERTYPE_LOCAL_EXPERIMENTAL);
        return bytes;
    }

    static void send(PacketSocket socket, byte[] frame) throws IOException {
        int offset = socket.claim();
        if (offset < 0) {
            socket.flush();
            offset = socket.claim();
        }
        socket.transmitBuffer().put(offset, frame);
        socket.commit(frame.length);
    }

    /** Receives until {@code count} frames have come or 5 s have passed; an oversized one is null. */
    static List<byte[]> collect(PacketSocket socket, int count) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        List<byte[]> frames = new ArrayList<>();
        while (frames.size() < count && System.nanoTime() < deadline) {
            if (!takeAll(socket, frames)) {
                socket.await(deadline - System.nanoTime());
            }
        }
        takeAll(socket, frames);
        return frames;
    }

    private static boolean takeAll(PacketSocket socket, List<byte[]> frames) throws IOException {
        int received = socket.receive();
        for (int i = 0; i < received; i++) {
            byte[] frame = null;
            if (socket.receiveLength(i) >= 0) {
                frame = new byte[socket.receiveLength(i)];
                socket.receiveBuffer().get(socket.receiveOffset(i), frame);
            }
            frames.add(frame);
        }
        return received > 0;
    }
}
