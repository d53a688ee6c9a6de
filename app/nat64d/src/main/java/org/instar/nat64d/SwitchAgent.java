// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.instar.core.config.Nat64Config;
import org.instar.core.rule.Ingress;
import org.instar.nat64d.inswitch.TranslatingSwitch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.OpenFlowError;
import org.instar.openflow.PacketIn;
import org.instar.openflow.PortStatus;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.SwitchListener;
import org.instar.openflow.SwitchPort;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.Pipeline;
import org.instar.openflow.pipeline.PipelineConfig;
import org.instar.openflow.pipeline.StaticRule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the one switch that nat64d controls: puts the static flows in when it connects, passes on what it
 * tells, and knows whether it is fit for use. Its methods run on the connection's thread; what others read is
 * volatile.
 */
final class SwitchAgent implements SwitchListener {

    /** A switch whose static flows are in. */
    record Ready(SwitchConnection connection, int fastPathPort) { }

    /** What the agent tells the rest of nat64d. */
    interface Events {

        /** A frame that the switch handed to the controller, and where it came in. */
        void packetIn(byte[] frame, Ingress ingress);

        /** A session's rule left the switch. */
        void sessionRuleRemoved(int ruleNumber, FlowRemoved.Reason reason);

        /** The switch may not be used any more, and all session rules are lost. Completes when nobody uses it. */
        CompletableFuture<Void> switchGone();

        /** The switch is fit for use, without any session rule. */
        void switchReady(Ready ready);

        /** A static flow was taken out by somebody else. */
        void staticFlowRemoved();
    }

    private static final Logger LOG = LoggerFactory.getLogger(SwitchAgent.class);

    private final String fastPathPortName;
    private final PipelineSource pipeline;
    private final Events events;
    private final TranslatingSwitch translating;
    private volatile SwitchConnection current;
    private volatile Ready ready;
    private volatile String problem = "no switch has connected";
    /** The port that the static flows in place, or on their way, were made for. */
    private OptionalInt configuredPort = OptionalInt.empty();
    /** The static flows in place, or on their way. */
    private List<FlowMod> staticFlows = List.of();
    /** Static flows that we take out: the switch tells of them too. */
    private int removalsOfOurs;
    private boolean mending;
    private boolean mendAgain;
    /** When the switch was begun to be cleared: what is older is not of this process's making, or meant to go. */
    private volatile long clearedNanos;
    /** Counts what was begun with the switch, so that a late answer to something older is known. */
    private int generation;

    /** Makes the pipeline's parameters for the number that the fast path's port has. */
    interface PipelineSource {
        PipelineConfig config(int fastPathPort);
    }

    SwitchAgent(String fastPathPortName, PipelineSource pipeline, Events events, TranslatingSwitch translating) {
        this.fastPathPortName = fastPathPortName;
        this.pipeline = pipeline;
        this.events = events;
        this.translating = translating;
    }

    /** The switch, once it is fit for use. */
    Optional<Ready> ready() {
        return Optional.ofNullable(ready);
    }

    /** Gives the switch up: what happens in it from now on is nobody's concern. Empty when none is connected. */
    Optional<SwitchConnection> retire() {
        ready = null;
        problem = "nat64d is stopping";
        return Optional.ofNullable(current).filter(SwitchConnection::isConnected);
    }

    /** Why the switch isn't fit for use; empty when it is. */
    String problem() {
        return problem;
    }

    /** For people: the switch and whether it is connected. */
    Map<String, Object> describe() {
        Map<String, Object> description = new LinkedHashMap<>();
        SwitchConnection connection = current;
        description.put("datapathId", connection == null ? null : connection.datapathIdText());
        description.put("connected", connection != null);
        return description;
    }

    @Override
    public void onConnected(SwitchConnection connection) {
        if (current != null && current.isConnected()) {
            LOG.warn("refused switch {}: {} is connected, and nat64d controls one", connection.datapathIdText(),
                    current.datapathIdText());
            connection.disconnect("another switch is under control");
            return;
        }
        current = connection;
        configure(connection);
    }

    /**
     * Brings the static flows up to date after the pools changed: new ones go in, then those that are no more leave.
     * Session rules stay.
     */
    synchronized void reconfigure(Nat64Config config) {
        translating.configure(config);
        Ready now = ready;
        if (now == null) {
            return;   // what is on its way, or comes when the switch does, is made of the new pools
        }
        PipelineConfig changed = pipeline.config(now.fastPathPort());
        List<FlowMod> wanted = Pipeline.staticFlows(changed);
        List<FlowMod> mods = new ArrayList<>(wanted);
        mods.removeAll(staticFlows);
        List<FlowMod> gone = new ArrayList<>(staticFlows);
        gone.removeAll(wanted);
        for (FlowMod flow : gone) {
            mods.add(FlowMod.deleteStrict(flow.tableId()).priority(flow.priority()).match(flow.match()).build());
        }
        removalsOfOurs += gone.size();
        staticFlows = wanted;
        now.connection().install(mods).whenComplete((done, failure) -> {
            if (failure != null) {
                problem = "switch " + now.connection().datapathIdText() + " refused the flows of the changed pools: "
                        + failure.getMessage();
                LOG.error("{}", problem);
            }
        });
        translating.changed(changed);
    }

    /** Puts the static flows in for the number that the fast path's port has now, after clearing what there was. */
    private synchronized void configure(SwitchConnection connection) {
        ready = null;
        translating.gone();
        int mine = ++generation;
        configuredPort = connection.port(fastPathPortName);
        if (configuredPort.isEmpty()) {
            problem = "switch " + connection.datapathIdText() + " has no port '" + fastPathPortName
                    + "' (openflow.fastPathPort)";
            LOG.warn("{}", problem);
            events.switchGone();
            return;
        }
        problem = "static flows are not confirmed yet";
        clearedNanos = System.nanoTime();
        int port = configuredPort.getAsInt();
        List<FlowMod> mods = new ArrayList<>(Pipeline.clear());
        staticFlows = Pipeline.staticFlows(pipeline.config(port));
        removalsOfOurs = 0;
        mods.addAll(staticFlows);
        // nobody may add session flows for the old port behind the clearing
        events.switchGone().thenRun(() -> connection.install(mods).whenComplete(
                (done, failure) -> configured(connection, mine, port, failure)));
    }

    private synchronized void configured(SwitchConnection connection, int begun, int port, Throwable failure) {
        if (connection != current || begun != generation) {
            return;
        }
        if (failure != null) {
            problem = "switch " + connection.datapathIdText() + " refused the static flows: " + failure.getMessage();
            LOG.error("{}", problem);
            return;
        }
        Ready now = new Ready(connection, port);
        ready = now;
        problem = "";
        translating.cleared();
        events.switchReady(now);
        LOG.info("switch {} has its static flows, the fast path is on port {} ({})", connection.datapathIdText(), port,
                fastPathPortName);
        translating.begin(connection, pipeline.config(port));
    }

    @Override
    public void onDisconnected(SwitchConnection connection, String reason) {
        if (connection == current) {
            current = null;
            ready = null;
            translating.gone();
            problem = "switch " + connection.datapathIdText() + " is gone: " + reason;
            LOG.warn("{}", problem);
            events.switchGone();
        }
    }

    @Override
    public void onPacketIn(SwitchConnection connection, PacketIn packetIn) {
        if (connection != current || translating.onPacketIn(packetIn)) {
            return;
        }
        if (!StaticRule.ofCookie(packetIn.cookie()).map(StaticRule::isLocating).orElse(false)) {
            events.packetIn(packetIn.frame(), ingress(connection, packetIn.inPort()));
        }
    }

    /** Frames with a VLAN tag carry it themselves. */
    private static Ingress ingress(SwitchConnection connection, int inPort) {
        for (SwitchPort port : connection.ports()) {
            if (port.number() == inPort) {
                return Ingress.of(port.name(), Ingress.UNTAGGED);
            }
        }
        return Ingress.UNTAGGED_FRAME;
    }

    @Override
    public void onFlowRemoved(SwitchConnection connection, FlowRemoved flow) {
        if (ready == null || connection != current || flow.durationNanos() > System.nanoTime() - clearedNanos) {
            return;   // our own clearing when the switch connected; Open vSwitch may tell of it after the barrier
        }
        if (translating.onFlowRemoved(flow)) {
            return;
        }
        if (Cookies.isSession(flow.cookie())) {
            events.sessionRuleRemoved(Cookies.ruleNumber(flow.cookie()), flow.reason());
        } else if (Cookies.isInstar(flow.cookie()) && !isRemovalOfOurs()) {
            events.staticFlowRemoved();
            mend(connection, flow.tableId());
        }
    }

    /** Somebody else took a static flow out: puts all of them in again, once for as many as go at the same time. */
    private synchronized void mend(SwitchConnection connection, int tableId) {
        if (mending) {
            mendAgain = true;
            return;
        }
        mending = true;
        mendAgain = false;
        int mine = generation;
        problem = "a static flow of table " + tableId + " was removed from switch " + connection.datapathIdText();
        LOG.error("{}; putting all in again", problem);
        connection.install(staticFlows).whenComplete((done, failure) -> mended(connection, tableId, mine, failure));
    }

    private synchronized void mended(SwitchConnection connection, int tableId, int begun, Throwable failure) {
        mending = false;
        if (begun != generation || connection != current) {
            return;
        }
        if (failure != null) {
            problem = "switch " + connection.datapathIdText() + " refused the static flows: " + failure.getMessage();
            LOG.error("{}", problem);
        } else {
            problem = "";
            LOG.info("switch {} has all its static flows again", connection.datapathIdText());
            translating.mend();
            if (mendAgain) {
                mend(connection, tableId);
            }
        }
    }

    private synchronized boolean isRemovalOfOurs() {
        if (removalsOfOurs == 0) {
            return false;
        }
        removalsOfOurs--;
        return true;
    }

    @Override
    public void onError(SwitchConnection connection, OpenFlowError error) {
        LOG.warn("switch {}: {}", connection.datapathIdText(), error);
    }

    @Override
    public void onPortStatus(SwitchConnection connection, PortStatus status) {
        if (connection != current) {
            return;
        }
        if (!connection.port(fastPathPortName).equals(configuredPort)) {
            configure(connection);
        }
    }
}
