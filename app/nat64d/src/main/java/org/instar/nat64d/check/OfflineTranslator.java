// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.instar.core.binding.Bib;
import org.instar.core.binding.PoolAllocator;
import org.instar.core.config.Nat64Config;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.PathEvent;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TimerWheel;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;

/**
 * Leads packets through the translator as nat64d's shard does, without links, neighbors and switch rules: time is what
 * the packets say, chance comes from a seed.
 */
final class OfflineTranslator implements PacketPath.Output {

    /** Packets that a router would treat otherwise: neither to a translation prefix nor to a pool. */
    static final String NOT_FOR_TRANSLATOR = "not_for_translator";

    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;

    private final Nat64Config config;
    private final Bib bib;
    private final SessionTable sessions = new SessionTable();
    private final PathCounters counters = new PathCounters();
    private final TimerWheel<Session> wheel;
    private final PacketPath path;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PcapReader.MAX_PACKET_LENGTH);
    private final List<TimedPacket> left = new ArrayList<>();
    private long notForTranslator;

    private OfflineTranslator(Nat64Config config, long seed, long startNanos) {
        this.config = config;
        bib = new Bib(new PoolAllocator(config.pools(), new Random(seed)::nextInt));
        wheel = new TimerWheel<>(startNanos);
        path = new PacketPath(config, config.translation(), bib, sessions, wheel, counters, this);
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
        Prefix64 prefix = path.prefixOf(high, low);
        if (prefix == null) {
            notForTranslator++;
        } else if (!hasWay(prefix.extract(high, low))) {
            path.refuse6(PathDrop.NO_ROUTE, buffer, 0, length, nowNanos);
        } else {
            path.from6(buffer, 0, length, prefix, nowNanos, TimeUnit.NANOSECONDS.toMillis(nowNanos));
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

    /** Ends the sessions and forgets the fragments whose time is over. */
    private void expire(long nowNanos) {
        path.expire(nowNanos);
        wheel.advance(nowNanos, session -> {
            counters.count(PathEvent.SESSIONS_EXPIRED);
            if (sessions.remove(session)) {
                bib.remove(session.binding());
                counters.count(PathEvent.BINDINGS_REMOVED);
            }
        });
    }

    @Override
    public void to4(Session session, ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    @Override
    public void to6(Session session, ByteBuffer frame, int frameLength, long nowNanos) {
        leave(frame, frameLength, nowNanos);
    }

    @Override
    public void turned(Session session, long nowNanos) {
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
