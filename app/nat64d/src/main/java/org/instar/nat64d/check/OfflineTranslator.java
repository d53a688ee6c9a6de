// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Ingress;
import org.instar.core.session.ShardState;
import org.instar.core.table.KeyedHash;
import org.instar.engine.DropReason;

/**
 * Leads packets through the translator as nat64d's shard does, without links, neighbors and switch rules: time is what
 * the packets say, chance comes from a seed.
 */
final class OfflineTranslator implements PacketPath.Output {

    /** Packets that a router would treat otherwise: neither to a translation prefix nor to a pool. */
    static final String NOT_FOR_TRANSLATOR = "not_for_translator";

    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_STEPS = 100_000;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;

    private final Nat64Config config;
    private final PathCounters counters = new PathCounters();
    private final PacketPath path;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PcapReader.MAX_PACKET_LENGTH);
    private final List<TimedPacket> left = new ArrayList<>();
    private long notForTranslator;
    private long nowNanos;

    private OfflineTranslator(Nat64Config config, long seed, long startNanos) {
        this.config = config;
        this.nowNanos = startNanos;
        Random random = new Random(seed);
        PoolDirectory pools = new PoolDirectory(config.pools(), 1, random::nextInt, PoolEvents.NONE);
        ShardState state = new ShardState(new KeyedHash(random::nextLong), config.prefixes(), config.rules(),
                startNanos);
        SessionLifecycle lifecycle = new SessionLifecycle(config, state, pools,
                new PortAllocator(pools, 0, random::nextInt),
                new Subscribers(new SharedSubscribers(config.limits().subscriberPrefixLength())), BindingLog.NONE);
        path = new PacketPath(config, config.translation(), state, lifecycle, pools, counters, this);
    }

    /**
     * Translates packets of both sides.
     *
     * @param input in the order of their times
     * @param seed of what is drawn at random; the same seed brings the same ports
     */
    static CheckRun run(Nat64Config config, List<TimedPacket> input, long seed) {
        long startNanos = input.isEmpty() ? 0 : input.get(0).timeNanos();
        OfflineTranslator translator = new OfflineTranslator(config, seed, startNanos);
        input.forEach(translator::receive);
        Map<String, Long> values = new TreeMap<>(translator.counters.byName());
        values.put(NOT_FOR_TRANSLATOR, translator.notForTranslator);
        return new CheckRun(translator.left, values);
    }

    private void receive(TimedPacket packet) {
        expire(packet.timeNanos());
        int length = packet.bytes().length;
        buffer.clear().put(packet.bytes()).flip();
        switch (packet.version()) {
            case 6 -> receive6(length, packet.timeNanos());
            case 4 -> receive4(length, packet.timeNanos());
            default -> counters.drop(length == 0 ? DropReason.TRUNCATED : DropReason.BAD_VERSION);
        }
    }

    private void receive6(int length, long nowNanos) {
        if (length < IPV6_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        long high = buffer.getLong(24);
        long low = buffer.getLong(32);
        int prefix = path.prefixOf(high, low);
        if (prefix < 0) {
            notForTranslator++;
        } else if (!hasWay(path.prefix(prefix).extract(high, low))) {
            path.refuse6(PathDrop.NO_ROUTE, buffer, 0, length, nowNanos);
        } else {
            path.from6(buffer, 0, length, prefix, Ingress.UNKNOWN, nowNanos, TimeUnit.NANOSECONDS.toMillis(nowNanos));
        }
    }

    private void receive4(int length, long nowNanos) {
        if (length < IPV4_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
        } else if (!path.isPoolAddress(buffer.getInt(16))) {
            notForTranslator++;
        } else {
            path.from4(buffer, 0, length, nowNanos, TimeUnit.NANOSECONDS.toMillis(nowNanos));
        }
    }

    private boolean hasWay(int destination) {
        return path.isPoolAddress(destination) || config.gateway().hasRoute4(destination);
    }

    /** Lets time go by as it does where a clock ticks: what a timer does comes before what the next one does. */
    private void expire(long untilNanos) {
        long step = Math.max(STEP_NANOS, (untilNanos - nowNanos) / MAX_STEPS);
        while (nowNanos < untilNanos) {
            nowNanos = Math.min(nowNanos + step, untilNanos);
            path.expire(nowNanos, TimeUnit.NANOSECONDS.toMillis(nowNanos), session -> { });
        }
    }

    @Override
    public void to4(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    @Override
    public void to6(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    @Override
    public void turned(int session, long nowNanos) {
        // there are no rules to ask for
    }

    @Override
    public void answer4(ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    @Override
    public void answer6(ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    private void leave(ByteBuffer frame, int frameLength, long nowNanos) {
        byte[] packet = new byte[frameLength - PacketPath.HEADROOM];
        frame.get(PacketPath.HEADROOM, packet);
        left.add(new TimedPacket(nowNanos, packet));
    }
}
