// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.instar.core.path.HandedPacket;
import org.instar.core.rule.Ingress;
import org.junit.jupiter.api.Test;

class ShardQueuesTest {

    private static final int PACKETS = 512;

    private final List<Integer> woken = new ArrayList<>();
    private final ShardQueues queues = new ShardQueues(3, woken::add);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(100);

    private boolean send(ShardQueues.Sender sender, int to, int number) {
        HandedPacket packet = sender.claim(to);
        if (packet == null) {
            return false;
        }
        packet.setFrame(frame.putInt(0, number), 0, 14, 60, Ingress.UNTAGGED_FRAME);
        sender.commit(to, packet);
        return true;
    }

    private static int numberIn(HandedPacket packet) {
        assertThat(packet.length()).isEqualTo(60);
        return packet.buffer().getInt(0);
    }

    @Test
    void eachReceiverGetsWhatIsItsAndIsWokenOnce() {
        ShardQueues.Sender sender = queues.sender(0);
        for (int i = 0; i < 10; i++) {
            send(sender, 1 + i % 2, i);
        }
        assertThat(woken).isEmpty();
        sender.flush();
        sender.flush();
        assertThat(woken).containsExactly(1, 2);
        List<Integer> received = new ArrayList<>();
        assertThat(queues.receive(2, 3, packet -> received.add(numberIn(packet)))).isEqualTo(3);
        assertThat(queues.receive(2, 100, packet -> received.add(numberIn(packet)))).isEqualTo(2);
        assertThat(received).containsExactly(1, 3, 5, 7, 9);
        assertThat(queues.receive(0, 100, packet -> received.add(-1))).isZero();
    }

    @Test
    void aFullQueueRefusesAndPacketsAreUsedAgain() {
        ShardQueues.Sender sender = queues.sender(0);
        Map<HandedPacket, Integer> all = new IdentityHashMap<>();
        for (int round = 0; round < 3; round++) {
            int sent = 0;
            while (send(sender, 1, sent)) {
                sent++;
            }
            assertThat(sent).isEqualTo(PACKETS);
            queues.receive(1, 2 * PACKETS, packet -> all.merge(packet, 1, Integer::sum));
        }
        assertThat(all).hasSize(PACKETS).allSatisfy((packet, times) -> assertThat(times).isEqualTo(3));
    }

    @Test
    void aPacketThatBreaksItsReceiverComesBackAllTheSame() {
        ShardQueues.Sender sender = queues.sender(0);
        for (int i = 0; i < 2 * PACKETS; i++) {
            assertThat(send(sender, 1, i)).isTrue();
            try {
                queues.receive(1, 1, packet -> {
                    throw new IllegalStateException("x");
                });
            } catch (IllegalStateException expected) {
                assertThat(expected).hasMessage("x");
            }
        }
    }

    @Test
    void twoThreadsLoseNothingAndKeepTheOrder() throws Exception {
        int count = 200_000;
        ShardQueues quiet = new ShardQueues(2, shard -> { });
        CompletableFuture<Integer> receiver = CompletableFuture.supplyAsync(() -> {
            int[] next = {0};
            while (next[0] < count) {
                quiet.receive(1, 64, packet -> {
                    if (numberIn(packet) != next[0]++) {
                        throw new AssertionError("not in order: " + numberIn(packet));
                    }
                });
            }
            return next[0];
        });
        ShardQueues.Sender sender = quiet.sender(0);
        for (int i = 0; i < count && !receiver.isDone(); ) {
            if (send(sender, 1, i)) {
                i++;
            } else {
                Thread.onSpinWait();
            }
        }
        assertThat(receiver.get(60, TimeUnit.SECONDS)).isEqualTo(count);
    }
}
