// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacketSocketWaitTest {
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(20);

    private VethNamespace namespace;
    private PacketSocket socket;

    @BeforeEach
    void openLeft() throws IOException {
        Assumptions.assumeTrue(VethNamespace.available(), "root and veth");
        namespace = VethNamespace.create();
        socket = namespace.open(VethNamespace.LEFT, 8, 1514);
    }

    @AfterEach
    void removeAll() {
        if (namespace != null) {
            socket.close();
            namespace.close();
        }
    }

    @Test
    void awaitEndsByItsTime() {
        long start = System.nanoTime();
        assertThat(socket.await(30_000_000)).isFalse();
        assertThat(System.nanoTime() - start).isBetween(30_000_000L, LONG_NANOS);
        assertThat(socket.await(0)).isFalse();
        assertThat(socket.await(-1)).isFalse();
    }

    @Test
    void awaitEndsByAFrame() throws IOException {
        try (PacketSocket right = namespace.open(VethNamespace.RIGHT, 8, 1514)) {
            Frames.send(right, Frames.frame(60, 1));
            right.flush();
            assertThat(socket.await(LONG_NANOS)).isTrue();
            assertThat(socket.await(0)).as("not yet received").isTrue();
            assertThat(socket.receive()).isEqualTo(1);
            assertThat(socket.await(0)).isFalse();
        }
    }

    @Test
    void wakeupBeforeTheWaitIsRememberedOnce() {
        socket.wakeup();
        socket.wakeup();
        assertThat(socket.await(LONG_NANOS)).isTrue();
        assertThat(socket.await(0)).isFalse();
    }

    /** Each round is one hand-over: a wakeup lost between "nothing queued" and the wait would hang a round for 20 s. */
    @Test
    void noWakeupFromAnotherThreadIsLost() throws InterruptedException {
        int rounds = 20_000;
        AtomicInteger queued = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= rounds; i++) {
                queued.set(i);
                socket.wakeup();
                while (taken.get() < i && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }
        });
        long start = System.nanoTime();
        while (taken.get() < rounds) {
            assertThat(System.nanoTime() - start).isLessThan(LONG_NANOS);
            if (taken.get() == queued.get()) {
                socket.await(LONG_NANOS);
            }
            taken.set(queued.get());
        }
        producer.join();
    }

    @Test
    void interfaceThatVanishesIsAnErrorFromThenOn() throws IOException {
        namespace.ip("link", "delete", VethNamespace.LEFT);
        for (int i = 0; i < 3; i++) {
            assertThatIOException().isThrownBy(() -> receiveUntilFault())
                    .withMessage("fastPath.interface: left has vanished");
        }
        Frames.send(socket, Frames.frame(60, 1));
        assertThatIOException().isThrownBy(() -> socket.flush()).withMessage("fastPath.interface: left has vanished");
        assertThat(socket.sendFailures()).isEqualTo(1);
        assertThat(socket.await(0)).as("no spin").isFalse();
    }

    @Test
    void interfaceThatVanishesIsAnErrorForASenderToo() throws IOException {
        namespace.ip("link", "delete", VethNamespace.LEFT);
        Frames.send(socket, Frames.frame(60, 1));
        Frames.send(socket, Frames.frame(60, 2));
        assertThatIOException().isThrownBy(() -> socket.flush()).withMessage("fastPath.interface: left has vanished");
        assertThat(socket.sendFailures()).isEqualTo(2);
        assertThatIOException().isThrownBy(() -> socket.receive()).withMessage("fastPath.interface: left has vanished");
    }

    /** The removal is reported as "down" first; a reader that has seen that must still learn of the end. */
    @Test
    void interfaceThatVanishesAfterItWentDownIsAnError() throws IOException {
        namespace.ip("link", "set", VethNamespace.LEFT, "down");
        assertThat(socket.await(LONG_NANOS)).isTrue();
        assertThat(socket.receive()).isZero();
        assertThat(socket.receive()).isZero();
        namespace.ip("link", "delete", VethNamespace.LEFT);
        assertThatIOException().isThrownBy(() -> socket.receive()).withMessage("fastPath.interface: left has vanished");
    }

    @Test
    void interfaceThatWasDownGoesOn() throws IOException {
        try (PacketSocket right = namespace.open(VethNamespace.RIGHT, 8, 1514)) {
            namespace.ip("link", "set", VethNamespace.LEFT, "down");
            assertThat(socket.await(LONG_NANOS)).isTrue();
            assertThat(socket.receive()).isZero();
            assertThat(socket.await(0)).as("no spin").isFalse();
            Frames.send(socket, Frames.frame(60, 1));
            assertThat(socket.flush()).isZero();
            assertThat(socket.sendFailures()).isEqualTo(1);
            assertThat(socket.linkDowns()).isEqualTo(1);

            namespace.ip("link", "set", VethNamespace.LEFT, "up");
            Frames.send(socket, Frames.frame(60, 2));
            assertThat(socket.flush()).isEqualTo(1);
            assertThat(Frames.collect(right, 1)).containsExactly(Frames.frame(60, 2));
            Frames.send(right, Frames.frame(60, 3));
            assertThat(right.flush()).isEqualTo(1);
            assertThat(Frames.collect(socket, 1)).containsExactly(Frames.frame(60, 3));
        }
    }

    @Test
    void closedSocketRefusesAndCountsOn() throws IOException {
        Frames.send(socket, Frames.frame(60, 1));
        socket.flush();
        socket.close();
        socket.close();
        socket.wakeup();
        assertThatThrownBy(socket::receive).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(socket::flush).isInstanceOf(ClosedChannelException.class);
        assertThat(socket.await(0)).isTrue();
        assertThat(socket.await(0)).isFalse();
        assertThat(socket.sent()).isEqualTo(1);
        assertThat(socket.kernelDrops()).isZero();
    }

    private void receiveUntilFault() throws IOException {
        long deadline = System.nanoTime() + LONG_NANOS;
        while (System.nanoTime() < deadline) {
            socket.receive();
            socket.await(1_000_000);
        }
    }
}
