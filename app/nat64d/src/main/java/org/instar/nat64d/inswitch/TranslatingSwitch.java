// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.OffloadConfig;
import org.instar.core.rule.Offloading;
import org.instar.core.rule.Rule;
import org.instar.core.shard.Shard;
import org.instar.core.shard.SwitchTranslation;
import org.instar.engine.translate.TranslatorSettings;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.PacketIn;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.inswitch.PipelineProbe;
import org.instar.openflow.inswitch.StaticTables;
import org.instar.openflow.inswitch.StrayPacket;
import org.instar.openflow.inswitch.TranslationConfig;
import org.instar.openflow.inswitch.TranslationCookies;
import org.instar.openflow.inswitch.TranslationTable;
import org.instar.openflow.pipeline.PipelineConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The switch of the moment as a translator: its tables go in, real packets show whether they do what they should, and
 * only then is it trusted with sessions. Where it isn't, all goes by the fast path, and one line in the log and the
 * health say why. Tables that somebody else changes are mended. Called on the connection's thread or the one that
 * changes the configuration.
 */
public final class TranslatingSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(TranslatingSwitch.class);

    /** The shards, as this needs them. */
    public interface Shards {

        int count();

        /** Has the thread of one shard do something. */
        void execute(int shard, Consumer<Shard> command);
    }

    private enum State { OFF, PREPARING, OPEN }

    private final Shards shards;
    private final int mostMtu;
    private final HostLocations locations = new HostLocations(this::moved);
    private volatile Nat64Config config;
    private volatile State state = State.OFF;
    private volatile String reason = "no switch has connected";
    private volatile List<SwitchSessions> sessions = List.of();
    private volatile SwitchNextHops nextHops;
    private SwitchConnection connection;
    private volatile StaticTables tables;
    private PipelineProbe probe;
    /** Counts what was begun, so that a late answer to something older is known. */
    private int generation;
    private boolean mending;
    private boolean mendAgain;
    private long mended;
    /** The most sessions for which the switch was opened. */
    private int openFor;

    /**
     * @param mostMtu bytes; no packets of the fast path are longer, whatever the configuration says
     */
    public TranslatingSwitch(Nat64Config config, Shards shards, int mostMtu) {
        this.config = config;
        this.mostMtu = mostMtu;
        this.shards = shards;
    }

    /** Whether the controller is to be shown at which ports hosts are. */
    public boolean wantsLocations() {
        return obstacle(config).isEmpty();
    }

    /** Whether sessions may go into a switch at all, by the configuration; empty, or why not. */
    private String obstacle(Nat64Config config) {
        OffloadConfig offload = config.offload();
        TranslatorSettings settings = config.translation();
        boolean byRule = config.rules().rules().stream().map(Rule::offloading).flatMap(Optional::stream)
                .anyMatch(when -> !when.equals(Offloading.NEVER));
        if (offload.when().equals(Offloading.NEVER) && !byRule) {
            return "offload.when is never";
        }
        if (settings.trafficClass6() != TranslatorSettings.COPY) {
            return "translation.trafficClass6: the switch only copies";
        }
        if (settings.typeOfService4() != TranslatorSettings.COPY) {
            return "translation.typeOfService4: the switch only copies";
        }
        if (Math.min(mostMtu, Math.max(settings.mtu6(), settings.mtu4())) > TranslationConfig.MAX_MTU) {
            return "translation.mtu6, translation.mtu4: the switch has tables for " + TranslationConfig.MAX_MTU
                    + " bytes at most";
        }
        if (offload.isStrict() && !settings.isAlwaysDontFragment()) {
            return "offload.strict: the switch always sets DF, which RFC 7915 5.1 wants clear up to 1260 bytes"
                    + " (translation.alwaysDontFragment)";
        }
        return "";
    }

    /** A switch is ready, its other flows are in: prepares it, as long as the configuration has use for that. */
    public synchronized void begin(SwitchConnection ready, PipelineConfig pipeline) {
        connection = ready;
        int mine = ++generation;
        String obstacle = obstacle(config);
        if (!obstacle.isEmpty()) {
            off(obstacle);
            return;
        }
        state = State.PREPARING;
        reason = "its tables are not confirmed yet";
        openFor = config.offload().maxSessions();
        TranslationConfig wanted = tablesFor(config, pipeline);
        tables = new StaticTables(wanted);
        nextHops = new SwitchNextHops(ready, pipeline.gatewayMac(), locations, this::refused);
        StaticTables mineTables = tables;
        ready.install(mineTables.inside()).whenComplete((done, failure) -> {
            if (failure == null) {
                runProbe(mine, wanted);
            } else {
                distrust(mine, "it refuses the tables: " + failure.getMessage());
            }
        });
    }

    private TranslationConfig tablesFor(Nat64Config wanted, PipelineConfig pipeline) {
        return new TranslationConfig(pipeline, Math.min(mostMtu, wanted.translation().mtu6()),
                Math.min(mostMtu, wanted.translation().mtu4()), wanted.offload().isStrict());
    }

    private synchronized void runProbe(int mine, TranslationConfig wanted) {
        if (mine == generation) {
            probe = new PipelineProbe(connection, tables, wanted);
            probe.run().whenComplete((verdict, failure) -> {
                if (failure == null && verdict.trusted()) {
                    open(mine, verdict.reason());
                } else {
                    distrust(mine, failure == null ? verdict.reason() : failure.getMessage());
                }
            });
        }
    }

    private synchronized void open(int mine, String proof) {
        if (mine != generation) {
            return;
        }
        connection.install(tables.entrance()).whenComplete((done, failure) -> {
            if (failure == null) {
                opened(mine, proof);
            } else {
                distrust(mine, "it refuses the entrance: " + failure.getMessage());
            }
        });
    }

    private synchronized void opened(int mine, String proof) {
        if (mine != generation) {
            return;
        }
        List<SwitchSessions> all = new ArrayList<>();
        int most = Math.max(1, openFor / shards.count());
        for (int i = 0; i < shards.count(); i++) {
            int shard = i;
            all.add(new SwitchSessions(connection, tables, nextHops,
                    command -> shards.execute(shard, command::accept), i, shards.count(), most));
        }
        sessions = List.copyOf(all);
        state = State.OPEN;
        reason = "";
        for (int i = 0; i < all.size(); i++) {
            SwitchSessions translation = all.get(i);
            shards.execute(i, shard -> shard.useTranslation(translation, System.nanoTime()));
        }
        LOG.info("switch {} translates sessions itself: {}", connection.datapathIdText(), proof);
    }

    private synchronized void distrust(int mine, String why) {
        if (mine != generation || !connection.isConnected()) {
            return;
        }
        LOG.warn("switch {} does not translate itself, all sessions go by the fast path: {}",
                connection.datapathIdText(), why);
        connection.install(StaticTables.clear());
        generation++;
        off(why);
    }

    private void refused(String what) {
        int mine;
        synchronized (this) {
            mine = generation;
        }
        stop();
        distrust(mine, "it refuses " + what);
    }

    private void off(String why) {
        state = State.OFF;
        reason = why;
        sessions = List.of();
        probe = null;
    }

    /** All shards' sessions are to be in the fast path from now on. */
    private void stop() {
        for (int i = 0; i < shards.count(); i++) {
            shards.execute(i, shard -> shard.useTranslation(SwitchTranslation.NONE, System.nanoTime()));
        }
    }

    /** The switch is gone, or is about to be cleared. What it translates it goes on to translate until it is. */
    public synchronized void gone() {
        generation++;
        locations.clear();
        off("no switch is connected");
    }

    /** The switch has been cleared: no session is there any more. */
    public void cleared() {
        stop();
    }

    /** From now on this is the configuration; {@link #changed} follows when a switch is ready. */
    public void configure(Nat64Config now) {
        config = now;
    }

    /** The configuration or the pools' addresses have changed; what the tables depend on makes them anew. */
    public synchronized void changed(PipelineConfig pipeline) {
        Nat64Config now = config;
        boolean same = tables != null && state != State.OFF && obstacle(now).isEmpty()
                && openFor == now.offload().maxSessions()
                && new StaticTables(tablesFor(now, pipeline)).changesFrom(tables).isEmpty();
        if (!same) {
            off("the tables are made anew");
            connection.install(StaticTables.clear());
            stop();
            begin(connection, pipeline);
        }
    }

    /**
     * Takes a packet-in.
     *
     * @return whether it was the translation's and nobody else's
     */
    public boolean onPacketIn(PacketIn packetIn) {
        PipelineProbe running = probe;
        if (running != null && running.onPacketIn(packetIn)) {
            return true;
        }
        if (!TranslationCookies.isRule(packetIn.cookie())) {
            locations.learn(packetIn.frame(), packetIn.inPort());
            return false;
        }
        StaticTables now = tables;
        List<SwitchSessions> all = sessions;
        if (now != null) {
            StrayPacket.of(packetIn, now).ifPresent(stray -> {
                for (int i = 0; i < all.size(); i++) {
                    SwitchSessions part = all.get(i);
                    if (!(stray instanceof StrayPacket.From4 from4) || from4.handle() % all.size() == i) {
                        shards.execute(i, shard -> part.strayed(shard, stray));
                    }
                }
            });
        }
        return true;
    }

    /**
     * Takes what the switch tells of a flow that left.
     *
     * @return whether the flow was the translation's
     */
    public boolean onFlowRemoved(FlowRemoved flow) {
        if (TranslationCookies.isSession(flow.cookie())) {
            List<SwitchSessions> all = sessions;
            int number = TranslationCookies.sessionNumber(flow.cookie());
            if (!all.isEmpty() && number != PipelineProbe.SESSION_NUMBER) {
                int owner = SwitchSessions.shardOf(number, all.size());
                shards.execute(owner, shard -> all.get(owner).removed(shard, flow));
            }
            return true;
        }
        if (!TranslationCookies.isRule(flow.cookie())) {
            return false;
        }
        if (state == State.OPEN && !(isNextHop(flow) && nextHops.isRemovalOfOurs())) {
            mend();
        }
        return true;
    }

    private static boolean isNextHop(FlowRemoved flow) {
        return flow.tableId() == TranslationTable.NEXT_HOP_4.id() || flow.tableId() == TranslationTable.NEXT_HOP_6.id();
    }

    /** Somebody else took a flow of the tables out: looks at all there are, and mends them. */
    public synchronized void mend() {
        if (state != State.OPEN || mending) {
            mendAgain = mending;
            return;
        }
        mending = true;
        mendAgain = false;
        int mine = generation;
        StaticTables wanted = tables;
        SwitchConnection at = connection;
        at.flows(OptionalInt.empty()).thenCompose(found -> {
            List<FlowMod> mods = wanted.verify(found, nextHops.flows()).mods();
            return at.install(mods).thenApply(done -> mods.size());
        }).whenComplete((flows, failure) -> mended(mine, flows, failure));
    }

    private synchronized void mended(int mine, Integer flows, Throwable failure) {
        mending = false;
        if (mine != generation) {
            return;
        }
        if (failure != null) {
            stop();
            distrust(mine, "its tables could not be mended: " + failure.getMessage());
        } else {
            mended += flows;
            if (flows > 0) {
                LOG.warn("somebody changed {} flows of the translation in switch {}: they are as before", flows,
                        connection.datapathIdText());
            }
            if (mendAgain) {
                mend();
            }
        }
    }

    private void moved(long mac, int vlan, int port) {
        SwitchNextHops hops = nextHops;
        if (hops != null && state == State.OPEN) {
            hops.moved(mac, vlan, port);
        }
    }

    /** For people: whether the switch translates, or why not, and how much it has. */
    public Map<String, Object> describe() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("state", state == State.OPEN ? "up" : state == State.OFF ? "off" : "preparing");
        description.put("reason", reason);
        description.put("when", config.offload().when().toString());
        description.put("sessions", sessions.stream().mapToInt(SwitchSessions::size).sum());
        description.put("maxSessions", config.offload().maxSessions());
        description.put("nextHops", state == State.OPEN ? nextHops.size() : 0);
        description.put("mendedFlows", mended);
        return description;
    }
}
