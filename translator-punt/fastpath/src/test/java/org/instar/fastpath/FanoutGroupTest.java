// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanoutGroupTest {

    private static final int ETHER_TYPE = 0x88b5;

    private VethNamespace namespace;

    @BeforeEach
    void createNamespace() throws IOException {
        Assumptions.assumeTrue(VethNamespace.available(), "root and veth");
        namespace = VethNamespace.create();
    }

    @AfterEach
    void removeNamespace() {
        if (namespace != null) {
            namespace.close();
        }
    }

    /** The first byte behind the Ethernet header tells the socket; frames of another EtherType are the first one's. */
    private static FilterProgram byFirstByte() {
        FilterProgram program = new FilterProgram();
        FilterProgram.Label other = program.label();
        return program.loadEtherType().jumpUnless(ETHER_TYPE, other).loadByte(0).returnAccumulator()
                .place(other).returnValue(0);
    }

    private static byte[] frameFor(int socket, int seed) {
        byte[] frame = Frames.frame(60, seed);
        frame[14] = (byte) socket;
        return frame;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachFrameGoesToTheSocketThatTheProgramTells(boolean filterOutgoing) throws IOException {
        FanoutGroup group = new FanoutGroup(byFirstByte());
        List<PacketSocket> sockets = new ArrayList<>();
        try (PacketSocket sender = namespace.open(VethNamespace.RIGHT, 64, 1514)) {
            for (int i = 0; i < 3; i++) {
                sockets.add(namespace.inside(
                        () -> PacketSocket.open(VethNamespace.LEFT, 64, 1514, filterOutgoing, group)));
            }
            for (int i = 0; i < 30; i++) {
                Frames.send(sender, frameFor(i % 3, i));
            }
            sender.flush();
            for (int socket = 0; socket < 3; socket++) {
                List<byte[]> frames = Frames.collect(sockets.get(socket), 10);
                assertThat(frames).hasSize(10);
                for (byte[] frame : frames) {
                    assertThat(frame[14]).isEqualTo((byte) socket);
                }
            }
            Frames.send(sockets.get(1), frameFor(2, 99));
            sockets.get(1).flush();
            assertThat(Frames.collect(sender, 1)).as("each sends on its own").hasSize(1);
            assertThat(sockets.get(2).receive()).as("what one sends none receives").isZero();
        } finally {
            sockets.forEach(PacketSocket::close);
        }
    }

    @Test
    void twoGroupsOnOneInterfaceDoNotMeet() throws IOException {
        try (PacketSocket sender = namespace.open(VethNamespace.RIGHT, 64, 1514);
                PacketSocket one = openIn(new FanoutGroup(byFirstByte()));
                PacketSocket other = openIn(new FanoutGroup(byFirstByte()))) {
            Frames.send(sender, frameFor(0, 1));
            sender.flush();
            assertThat(Frames.collect(one, 1)).hasSize(1);
            assertThat(Frames.collect(other, 1)).hasSize(1);
        }
    }

    private PacketSocket openIn(FanoutGroup group) throws IOException {
        return namespace.inside(() -> PacketSocket.open(VethNamespace.LEFT, 64, 1514, group));
    }

    @Test
    void arithmeticIsTheKernels() throws IOException {
        FilterProgram program = new FilterProgram();
        program.loadHalf(0).multiply(0x10001).store(0).loadWord(2).shiftRight(8).addStored(0).modulo(7)
                .returnAccumulator();
        FanoutGroup group = new FanoutGroup(program);
        List<PacketSocket> sockets = new ArrayList<>();
        try (PacketSocket sender = namespace.open(VethNamespace.RIGHT, 64, 1514)) {
            for (int i = 0; i < 7; i++) {
                sockets.add(openIn(group));
            }
            int[] expected = new int[7];
            for (int seed = 0; seed < 40; seed++) {
                byte[] frame = Frames.frame(60, seed);
                ByteBuffer view = ByteBuffer.wrap(frame);
                int sum = (view.getShort(14) & 0xffff) * 0x10001 + (view.getInt(16) >>> 8);
                expected[Integer.remainderUnsigned(sum, 7)]++;
                Frames.send(sender, frame);
            }
            sender.flush();
            for (int i = 0; i < 7; i++) {
                assertThat(Frames.collect(sockets.get(i), expected[i])).as("socket %d", i).hasSize(expected[i]);
            }
        } finally {
            sockets.forEach(PacketSocket::close);
        }
    }

    @Test
    void aLabelMustLieAhead() {
        FilterProgram program = new FilterProgram();
        FilterProgram.Label nowhere = program.label();
        program.jump(nowhere).returnValue(0);
        try (Arena arena = Arena.ofConfined()) {
            assertThatIllegalStateException().isThrownBy(() -> program.encode(arena))
                    .withMessage("instruction 0 can't jump to -1");
        }
    }
}
