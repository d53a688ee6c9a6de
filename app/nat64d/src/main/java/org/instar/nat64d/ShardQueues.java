// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.instar.core.path.HandOver;
import org.instar.core.path.HandedPacket;
import org.jctools.queues.SpscArrayQueue;

/**
 * What shards hand over to one another: a queue for each pair, with one sender and one receiver, and another by which
 * the packets come back empty. No packet is allocated once as many are there as ever wait at the same time.
 */
final class ShardQueues {

    /** Packets that may be on their way between two shards. */
    private static final int PACKETS = 512;

    /** From one shard to another. */
    private static final class Queue {

        private final SpscArrayQueue<HandedPacket> full = new SpscArrayQueue<>(PACKETS);
        private final SpscArrayQueue<HandedPacket> empty = new SpscArrayQueue<>(PACKETS);
        /** How many packets there are; the sender's. */
        private int made;

        HandedPacket claim() {
            HandedPacket packet = empty.relaxedPoll();
            if (packet != null || made == PACKETS) {
                return packet;
            }
            made++;
            return new HandedPacket();
        }
    }

    private final Queue[][] queues;
    private final IntConsumer wakeup;

    /**
     * @param wakeup wakes the thread of a shard
     */
    ShardQueues(int shards, IntConsumer wakeup) {
        this.wakeup = wakeup;
        queues = new Queue[shards][shards];
        for (int from = 0; from < shards; from++) {
            for (int to = 0; to < shards; to++) {
                queues[from][to] = from == to ? null : new Queue();
            }
        }
    }

    /** A shard's ways to the others. */
    Sender sender(int from) {
        return new Sender(queues[from], wakeup);
    }

    /**
     * Takes what the others handed over to a shard.
     *
     * @param most packets from each of them
     * @return how many there were
     */
    int receive(int to, int most, Consumer<HandedPacket> receiver) {
        int received = 0;
        for (Queue[] from : queues) {
            Queue queue = from[to];
            for (int i = 0; queue != null && i < most; i++) {
                HandedPacket packet = queue.full.relaxedPoll();
                if (packet == null) {
                    break;
                }
                try {
                    receiver.accept(packet);
                } finally {
                    queue.empty.relaxedOffer(packet);
                }
                received++;
            }
        }
        return received;
    }

    /** For the thread of one shard. */
    static final class Sender implements HandOver {

        private final Queue[] queues;
        private final IntConsumer wakeup;
        private final boolean[] sentTo;
        private boolean sent;

        private Sender(Queue[] queues, IntConsumer wakeup) {
            this.queues = queues;
            this.wakeup = wakeup;
            this.sentTo = new boolean[queues.length];
        }

        @Override
        public HandedPacket claim(int shard) {
            return queues[shard].claim();
        }

        @Override
        public void commit(int shard, HandedPacket packet) {
            // there is room: no more packets were made than the queue holds
            queues[shard].full.relaxedOffer(packet);
            sentTo[shard] = true;
            sent = true;
        }

        /** Wakes those who were sent something since the last time: once for all of a turn. */
        void flush() {
            if (!sent) {
                return;
            }
            sent = false;
            for (int shard = 0; shard < sentTo.length; shard++) {
                if (sentTo[shard]) {
                    sentTo[shard] = false;
                    wakeup.accept(shard);
                }
            }
        }
    }
}
