// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.instar.core.binding.BibEntry;
import org.instar.core.edge.Hop;
import org.instar.core.path.PathEvent;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.session.Session;
import org.instar.core.shard.SwitchTranslation;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.inswitch.Handles;
import org.instar.openflow.inswitch.StaticTables;
import org.instar.openflow.inswitch.StrayPacket;
import org.instar.openflow.inswitch.TranslatedSession;
import org.instar.openflow.inswitch.TranslationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one shard in one switch, from its trust on until it is gone. For the shard's thread only.
 *
 * <p>Their counters are asked for in turn, all of them once a second as long as {@link #ASKED_PER_SECOND} are enough
 * for that. When the flow of one way was idle for so long that it left, the other's counters decide: one side idle is
 * not the session idle.
 */
final class SwitchSessions implements SwitchTranslation {

    private static final Logger LOG = LoggerFactory.getLogger(SwitchSessions.class);
    private static final int ASKED_PER_SECOND = 1000;
    private static final int SLICES_PER_SECOND = 20;
    private static final long SLICE_NANOS = 1_000_000_000L / SLICES_PER_SECOND;
    private static final int MAX_ASKED_AT_ONCE = 256;
    /** A session whose counters didn't grow by one in two seconds goes for any other. */
    private static final double IDLE_PACKETS_PER_SECOND = 0.5;
    /** An Open vSwitch tells of removed flows somewhat later than it has confirmed their removal. */
    private static final long LAST_COUNTERS_NANOS = 5_000_000_000L;
    private static final long SETTLING_NANOS = 20_000_000L;
    private static final int HANDLE_BITS = 20;
    private static final int GENERATIONS = 0xfff;

    /** Sessions whose first rules are gone, and when the others may go. */
    private record Stopped(List<SwitchSession> batch, long dueNanos) { }

    /** By what a packet tells that the switch saw too late that it can't translate it. */
    private record Remains(int protocol, int pool, int poolPort, int remote) { }

    private final SwitchConnection connection;
    private final StaticTables tables;
    private final SwitchNextHops nextHops;
    private final Consumer<Consumer<Listener>> shardThread;
    private final int maxSessions;
    private final int askedPerSlice;
    private final Handles handles;
    private final Map<Long, SwitchSession> bySession = new HashMap<>();
    private final Map<Integer, SwitchSession> byHandle = new HashMap<>();
    private final Map<Remains, SwitchSession> byRemains = new HashMap<>();
    private final Deque<SwitchSession> turns = new ArrayDeque<>();
    private final TreeSet<SwitchSession> byActivity = new TreeSet<>(Comparator
            .comparingDouble((SwitchSession session) -> session.packetsPerSecond)
            .thenComparingLong(session -> session.id));
    /** Those whose rules are gone, for whose last counters there is some time still. */
    private final Deque<SwitchSession> gone = new ArrayDeque<>();
    private final Deque<Stopped> forgetting = new ArrayDeque<>();
    private List<SwitchSession> joining = new ArrayList<>();
    private List<SwitchSession> leaving = new ArrayList<>();
    private int generation;
    private int askedNow;
    private long nextSliceNanos = Long.MAX_VALUE;
    private volatile int size;

    /**
     * @param shardThread runs something on the shard's thread
     * @param maxSessions of this shard
     */
    SwitchSessions(SwitchConnection connection, StaticTables tables, SwitchNextHops nextHops,
            Consumer<Consumer<Listener>> shardThread, int shard, int shards, int maxSessions) {
        this.connection = connection;
        this.tables = tables;
        this.nextHops = nextHops;
        this.shardThread = shardThread;
        this.maxSessions = maxSessions;
        this.askedPerSlice = Math.max(1, ASKED_PER_SECOND / shards / SLICES_PER_SECOND);
        this.handles = new Handles(shard, shards);
    }

    /** The shard whose session has this number, which its rules' cookies tell. */
    static int shardOf(int number, int shards) {
        return (number & Handles.MAX) % shards;
    }

    /** Sessions that have rules in the switch; any thread may ask. */
    int size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return connection.isConnected();
    }

    @Override
    public boolean join(Session session, Hop to6, Hop to4, int idleTimeoutSeconds, int packetsPerSecond) {
        BibEntry binding = session.binding();
        if (!tables.translatesTo(binding.poolAddress()) || bySession.containsKey(session.id())) {
            return false;
        }
        if (bySession.size() >= maxSessions) {
            makeRoom(packetsPerSecond);
            return false;
        }
        if (!nextHops.use(to6)) {
            return false;
        }
        long nowNanos = System.nanoTime();
        OptionalInt handle = nextHops.use(to4) ? handles.take(nowNanos) : OptionalInt.empty();
        if (handle.isEmpty()) {
            nextHops.release(to6, nowNanos);
            return false;
        }
        add(new SwitchSession(session.id(), rules(session, handle.getAsInt(), idleTimeoutSeconds), to6, to4,
                nowNanos));
        return true;
    }

    private TranslatedSession rules(Session session, int handle, int idleTimeoutSeconds) {
        BibEntry binding = session.binding();
        generation = (generation + 1) % GENERATIONS;
        return new TranslatedSession(generation << HANDLE_BITS | handle, handle, session.protocol().number(),
                binding.clientAddress(), binding.clientPort(), session.remoteAddress6(), session.remoteAddress(),
                session.remotePort(), binding.poolAddress(), binding.poolPort(), idleTimeoutSeconds);
    }

    private void add(SwitchSession session) {
        bySession.put(session.id, session);
        byHandle.put(session.rules.handle(), session);
        byRemains.put(remains(session), session);
        joining.add(session);
        size = bySession.size();
        if (nextSliceNanos == Long.MAX_VALUE) {
            nextSliceNanos = System.nanoTime() + SLICE_NANOS;
        }
    }

    private static Remains remains(SwitchSession session) {
        TranslatedSession rules = session.rules;
        return new Remains(rules.protocol(), rules.pool(), rules.poolPort(), rules.remote());
    }

    /** Has the least active session go, if it is less active than the one that wants in. */
    private void makeRoom(int packetsPerSecond) {
        SwitchSession least = byActivity.isEmpty() ? null : byActivity.first();
        if (least != null && least.packetsPerSecond < Math.max(packetsPerSecond, IDLE_PACKETS_PER_SECOND)) {
            byActivity.remove(least);
            shardThread.accept(shard -> shard.leaveSwitch(least.id, PathEvent.SWITCH_EVICTIONS));
        }
    }

    @Override
    public boolean goesBy(long sessionId, Hop to6, Hop to4) {
        SwitchSession session = bySession.get(sessionId);
        return session == null || session.to6.equals(to6) && session.to4.equals(to4);
    }

    @Override
    public CompletableFuture<Void> leave(long sessionId) {
        SwitchSession session = bySession.get(sessionId);
        if (session == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (session.state != SwitchSession.State.LEAVING) {
            takeOut(session);
        }
        return session.left;
    }

    private void takeOut(SwitchSession session) {
        byActivity.remove(session);
        session.state = SwitchSession.State.LEAVING;
        handles.leaving(session.rules.handle());
        leaving.add(session);
    }

    @Override
    public void flush() {
        if (!joining.isEmpty()) {
            List<SwitchSession> batch = joining;
            joining = new ArrayList<>();
            connection.install(rulesOf(batch)).whenComplete((done, failure) ->
                    shardThread.accept(shard -> joined(shard, batch, failure)));
        }
        if (!leaving.isEmpty()) {
            List<SwitchSession> batch = leaving;
            leaving = new ArrayList<>();
            stop(batch);
        }
    }

    private List<FlowMod> rulesOf(List<SwitchSession> batch) {
        List<FlowMod> mods = new ArrayList<>(3 * batch.size());
        batch.forEach(session -> mods.addAll(tables.install(session.rules)));
        return mods;
    }

    private void joined(Listener shard, List<SwitchSession> batch, Throwable failure) {
        if (failure != null && connection.isConnected()) {
            LOG.warn("the switch does not take the rules of {} sessions: {}", batch.size(), failure.getMessage());
        }
        for (SwitchSession session : batch) {
            if (session.state != SwitchSession.State.JOINING) {
                continue;   // it ended meanwhile, and is on its way out
            }
            if (failure == null) {
                session.state = SwitchSession.State.IN;
                turns.add(session);
                byActivity.add(session);
                shard.switchJoined(session.id, System.nanoTime());
            } else {
                takeOut(session);
                session.left.whenComplete((gone, lost) -> shard.switchJoinFailed(session.id, System.nanoTime()));
            }
        }
    }

    /**
     * Takes out the rules that packets come to first. Those behind follow somewhat later: what the datapath has made of
     * the first ones outlives them by some milliseconds.
     */
    private void stop(List<SwitchSession> batch) {
        List<FlowMod> stops = new ArrayList<>();
        batch.forEach(session -> stops.addAll(session.rules.stop()));
        connection.install(stops).whenComplete((done, failure) ->
                shardThread.accept(shard -> stopped(shard, batch, failure)));
    }

    private void stopped(Listener shard, List<SwitchSession> batch, Throwable failure) {
        if (failure != null) {
            notConfirmed(batch, failure);
            return;
        }
        for (SwitchSession session : batch) {
            bySession.remove(session.id);
            byRemains.remove(remains(session), session);
            shard.switchLeft(session.id);
        }
        size = bySession.size();
        forgetting.add(new Stopped(batch, System.nanoTime() + SETTLING_NANOS));
    }

    private void notConfirmed(List<SwitchSession> batch, Throwable failure) {
        // nobody knows which flows are left: when the switch comes back it is cleared
        connection.disconnect("a removal of flows was not confirmed");
        batch.forEach(session -> session.left.completeExceptionally(new FlowsNotConfirmedException(
                "the switch has not confirmed that the flows are gone: " + failure.getMessage())));
    }

    private void forget(List<SwitchSession> batch) {
        List<FlowMod> forgets = new ArrayList<>();
        batch.forEach(session -> forgets.addAll(session.rules.forget()));
        connection.install(forgets).whenComplete((done, failure) ->
                shardThread.accept(shard -> forgotten(batch, failure)));
    }

    private void forgotten(List<SwitchSession> batch, Throwable failure) {
        if (failure != null) {
            notConfirmed(batch, failure);
            return;
        }
        long nowNanos = System.nanoTime();
        for (SwitchSession session : batch) {
            handles.gone(session.rules.handle(), nowNanos);
            nextHops.release(session.to6, nowNanos);
            nextHops.release(session.to4, nowNanos);
            session.goneNanos = nowNanos;
            gone.add(session);
            session.left.complete(null);
        }
    }

    /** A rule left the switch; its last counters are known. */
    void removed(Listener shard, FlowRemoved flow) {
        int number = (int) flow.cookie();
        SwitchSession session = byHandle.get(number & Handles.MAX);
        if (session == null || session.rules.number() != number) {
            return;
        }
        count(shard, session, flow.tableId(), flow.packets(), flow.bytes());
        if (session.state != SwitchSession.State.IN) {
            return;
        }
        if (flow.reason() == FlowRemoved.Reason.IDLE_TIMEOUT) {
            session.idleRules++;
            ask(session);
        } else {
            shard.leaveSwitch(session.id, PathEvent.FLOWS_REMOVED_UNEXPECTEDLY);
        }
    }

    /** The switch lost a packet of a session as it can't translate it, and would lose the next ones. */
    void strayed(Listener shard, StrayPacket stray) {
        SwitchSession session = stray instanceof StrayPacket.From4 from4 ? byHandle.get(from4.handle())
                : byRemains.get(remains((StrayPacket.From6) stray));
        if (session != null) {
            shard.strayed(session.id);
        }
    }

    private static Remains remains(StrayPacket.From6 stray) {
        return new Remains(stray.protocol(), stray.pool(), stray.poolPort(), stray.remote());
    }

    @Override
    public void tick(long nowNanos) {
        while (!forgetting.isEmpty() && nowNanos - forgetting.peek().dueNanos >= 0) {
            forget(forgetting.poll().batch);
        }
        if (nowNanos - nextSliceNanos < 0 || nextSliceNanos == Long.MAX_VALUE) {
            return;
        }
        nextHops.sweep(nowNanos);
        int due = Math.min(askedPerSlice, (turns.size() + SLICES_PER_SECOND - 1) / SLICES_PER_SECOND);
        for (int i = 0; i < due && askedNow < MAX_ASKED_AT_ONCE && !turns.isEmpty(); i++) {
            SwitchSession session = turns.poll();
            if (session.state == SwitchSession.State.IN) {
                ask(session);
                turns.add(session);
            }
        }
        while (!gone.isEmpty() && nowNanos - gone.peek().goneNanos >= LAST_COUNTERS_NANOS) {
            SwitchSession session = gone.poll();
            byHandle.remove(session.rules.handle(), session);
        }
        nextSliceNanos = bySession.isEmpty() && gone.isEmpty() && forgetting.isEmpty() ? Long.MAX_VALUE
                : nowNanos + SLICE_NANOS;
    }

    @Override
    public long nextDeadlineNanos() {
        return forgetting.isEmpty() ? nextSliceNanos : Math.min(nextSliceNanos, forgetting.peek().dueNanos);
    }

    private void ask(SwitchSession session) {
        if (session.asked) {
            return;
        }
        session.asked = true;
        askedNow++;
        connection.flows(session.rules.cookie()).whenComplete((flows, failure) -> shardThread.accept(shard -> {
            askedNow--;
            session.asked = false;
            if (failure == null) {
                answered(shard, session, flows);
            }
        }));
    }

    private void answered(Listener shard, SwitchSession session, List<FlowEntry> flows) {
        long packets = 0;
        for (FlowEntry flow : flows) {
            packets += count(shard, session, flow.tableId(), flow.packets(), flow.bytes());
        }
        boolean ranked = byActivity.remove(session);
        session.active(packets, System.nanoTime());
        if (ranked) {
            byActivity.add(session);
        }
        if (session.state == SwitchSession.State.IN && session.idleRules > 0) {
            session.idleRules = 0;
            boolean live = flows.stream().anyMatch(flow -> flow.tableId() != TranslationTable.ADDRESSES_6.id());
            if (live) {
                // one way is idle, the session isn't
                connection.install(tables.install(session.rules));
            } else {
                shard.leaveSwitch(session.id, PathEvent.RULES_LOST);
            }
        }
    }

    /** Counts what a flow has counted since the last time; how many packets that is. */
    private static long count(Listener shard, SwitchSession session, int table, long packets, long bytes) {
        boolean up = table == TranslationTable.OFFER_6TO4.id();
        if (!up && table != TranslationTable.OFFER_4TO6.id() || packets < 0) {
            return 0;
        }
        int way = up ? SwitchSession.UP : SwitchSession.DOWN;
        long morePackets = session.newPackets(way, packets);
        if (morePackets > 0) {
            long moreBytes = session.newBytes(way, bytes, morePackets);
            shard.switchCounted(session.id, up ? morePackets : 0, up ? moreBytes : 0, up ? 0 : morePackets,
                    up ? 0 : moreBytes, System.nanoTime());
        }
        return morePackets;
    }
}
