// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.instar.core.config.Dns64Config;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.RouterEdge;
import org.instar.core.log.BindingLog;
import org.instar.core.path.PathCounters;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Ingress;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.service.Health;
import org.instar.core.session.ShardState;
import org.instar.core.shard.Shard;
import org.instar.core.snapshot.ShardChoice;
import org.instar.core.table.KeyedHash;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.Dns64Settings;
import org.instar.dns64.server.Dns64Server;
import org.instar.dns64.upstream.DnsjavaUpstream;
import org.instar.engine.translate.TranslatorSettings;
import org.instar.fastpath.FrameLoop;
import org.instar.fastpath.PacketSocket;
import org.instar.nat64d.bindinglog.BindingLogFile;
import org.instar.nat64d.state.KeptShard;
import org.instar.nat64d.state.StateKeeper;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.OpenFlowServer;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.SwitchPort;
import org.instar.openflow.pipeline.Pipeline;
import org.instar.openflow.pipeline.PipelineConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running nat64d: all parts made, wired, started and stopped here, and nowhere else. */
final class Nat64d implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Nat64d.class);
    private static final int BATCH = 64;
    private static final int FRAME_BYTES = 2048;
    private static final long STOP_TIMEOUT_SECONDS = 2;

    private final Nat64dConfig config;
    private final LiveConfig.Source source;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final PathCounters pathCounters = new PathCounters();
    private final EdgeCounters edgeCounters = new EdgeCounters();
    private final Dns64Counters dns64Counters = new Dns64Counters();
    private PacketSocket socket;
    private FrameLoop loop;
    private ShardWorker worker;
    private OpenFlowSessionRules rules;
    private SwitchAgent agent;
    private ShardService service;
    private LiveConfig liveConfig;
    private BindingLogFile logFile;
    private PoolDirectory pools;
    private PortAllocator ports;
    /** Null: sessions end with the process. */
    private StateKeeper keeper;

    /**
     * @param source where a changed configuration is read from
     */
    Nat64d(Nat64dConfig config, LiveConfig.Source source) {
        this.config = config;
        this.source = source;
    }

    /** Reads the configuration again; for signals. */
    void reload() {
        try {
            liveConfig.reload(false);
        } catch (ConfigRefusedException e) {
            LOG.error("the configuration was not changed: {}", e.getMessage());
        }
    }

    /**
     * Starts everything, or nothing.
     *
     * @throws StartException naming the part that can't start; what had started is stopped again
     */
    synchronized void start() throws StartException {
        try {
            open();
        } catch (StartException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open() throws StartException {
        RestServer rest = owned(RestServer.bind(config.restListen()));
        openFastPath();
        openDns64();
        openSwitches();
        restoreState();
        loop.start();
        if (keeper != null) {
            keeper.start();
        }
        InterfaceWatch watch = owned(new InterfaceWatch(liveConfig));
        watch.start();
        rest.serve(service, service);
        LOG.info("nat64d serves REST on {}, awaits a switch on {}", Addresses.text(config.restListen()),
                Addresses.text(config.openflowListen()));
    }

    /** The interface, the shard behind it and the thread of both. */
    private void openFastPath() throws StartException {
        try {
            socket = owned(PacketSocket.open(config.fastPathInterface(), BATCH, FRAME_BYTES));
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
        Nat64Config nat64 = config.nat64();
        if (socket.mtu() < TranslatorSettings.MIN_MTU6) {
            throw new StartException("fastPath.interface: " + config.fastPathInterface() + " has an MTU of "
                    + socket.mtu() + ", below IPv6's least of " + TranslatorSettings.MIN_MTU6, null);
        }
        TranslatorSettings settings = nat64.translation();
        settings = settings.withMtu6(Math.min(settings.mtu6(), socket.mtu()))
                .withMtu4(Math.min(settings.mtu4(), socket.mtu()));
        worker = new ShardWorker(socket, pathCounters);
        SecureRandom random = new SecureRandom();
        openBindingLog();
        pools = new PoolDirectory(nat64.pools(), 1, random::nextInt,
                new PoolAlarms(logFile == null ? PoolEvents.NONE : logFile));
        ShardState state = new ShardState(new KeyedHash(random::nextLong), nat64.prefixes(), nat64.rules(),
                System.nanoTime());
        ports = new PortAllocator(pools, 0, random::nextInt);
        Subscribers subscribers = new Subscribers(
                new SharedSubscribers(nat64.limits().subscriberPrefixLength()));
        SessionLifecycle lifecycle = new SessionLifecycle(nat64, state, pools, ports, subscribers,
                logFile == null ? BindingLog.NONE : logFile);
        rules = new OpenFlowSessionRules(nat64.timers(), worker::execute);
        RouterEdge edge = new RouterEdge(nat64.gateway(), worker::send, edgeCounters);
        Shard shard = new Shard(nat64, settings, state, lifecycle, pools, pathCounters, edge, rules,
                System::currentTimeMillis, System.nanoTime());
        worker.own(shard);
        agent = new SwitchAgent(config.fastPathPort(), this::pipelineConfig, new ShardEvents(worker, rules));
        liveConfig = new LiveConfig(config, source, pools, worker, agent::reconfigure);
        service = new ShardService(pools, state, liveConfig, worker, () -> loop.isAlive(), this::counters,
                () -> health(state.sessions().size()));
        if (config.state() != null) {
            // closed after the loop: by then the tables stand still
            keeper = owned(new StateKeeper(Path.of(config.state().file()), config.state().intervalSeconds(), nat64,
                    List.of(new KeptShard(state, ports, subscribers,
                            command -> worker.execute(unused -> command.run())))));
        }
        loop = new FrameLoop("shard-0", socket, worker,
                failure -> LOG.error("the fast path ended: {}", failure.getMessage()));
        owned(loop);
    }

    /** Takes up the sessions of before; the shard's thread must not run yet. */
    private void restoreState() throws StartException {
        if (keeper == null) {
            return;
        }
        for (PoolConfig pool : config.nat64().pools()) {
            pool.interfaceName().ifPresent(name -> setInterfaceAddress(pool.name(), name));
        }
        BindingLogFile.Restoring log = logFile == null ? null : logFile.restoring();
        try {
            boolean whole = keeper.restore(pools, ShardChoice.ONLY, log == null ? BindingLog.NONE : logFile);
            if (!whole && config.state().holdDownAfterLoss()) {
                LOG.warn("sessions may have been lost: pools give out no UDP ports and ICMP identifiers for their"
                        + " hold-down (state.holdDownAfterLoss)");
                ports.stateLost(System.nanoTime());
            }
        } catch (IOException e) {
            throw new StartException("state.file: " + e, e);
        } finally {
            if (log != null) {
                log.close();
            }
        }
    }

    /** The sessions of before need it at once; the watch follows it later. */
    private void setInterfaceAddress(String pool, String interfaceName) {
        try {
            pools.setInterfaceAddress(pool, InterfaceWatch.addressOf(interfaceName));
        } catch (SocketException e) {
            LOG.warn("pool '{}': {}", pool, e.getMessage());
        }
    }

    private void openBindingLog() throws StartException {
        if (config.bindingLog() != null) {
            try {
                logFile = owned(BindingLogFile.open(Path.of(config.bindingLog().file()),
                        config.bindingLog().sessions(), System.currentTimeMillis()));
            } catch (IOException e) {
                throw new StartException("bindingLog.file: " + e, e);
            }
        }
    }

    private void openDns64() throws StartException {
        if (config.nat64().dns64().isEmpty()) {
            return;
        }
        Dns64Config dns64 = config.nat64().dns64().get();
        Dns64Settings settings = Dns64Settings.builder().prefixes(List.of(dns64.prefix()))
                .upstreams(dns64.upstreams()).build();
        Dns64Responder responder = new Dns64Responder(settings, new DnsjavaUpstream(settings, dns64Counters),
                dns64Counters);
        Dns64Server server = owned(new Dns64Server(dns64.listen(), responder));
        try {
            server.start();
        } catch (IOException e) {
            throw new StartException("dns64.listen: " + e.getMessage(), e);
        }
    }

    private void openSwitches() throws StartException {
        OpenFlowServer server = owned(new OpenFlowServer(config.openflowListen(), agent));
        try {
            server.start();
        } catch (IOException e) {
            throw new StartException("openflow.listen: " + e.getMessage(), e);
        }
        owned(this::leaveSwitch);
    }

    private PipelineConfig pipelineConfig(int fastPathPort) {
        EdgeConfig gateway = config.nat64().gateway();
        return new PipelineConfig(fastPathPort, gateway.mac(), gateway.address6(), gateway.linkLocal(),
                gateway.address4(), config.nat64().prefixes(), liveConfig.poolPrefixes());
    }

    private Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>(pathCounters.byName());
        all.putAll(edgeCounters.snapshot());
        dns64Counters.asMap().forEach((name, value) -> all.put("dns64_" + name, value));
        if (logFile != null) {
            all.put("binding_log_lines", logFile.written());
            all.put("binding_log_lost", logFile.lost());
        }
        if (keeper != null) {
            all.putAll(keeper.counters());
        }
        all.put("fastpath_received", socket.received());
        all.put("fastpath_sent", socket.sent());
        all.put("fastpath_send_failures", socket.sendFailures());
        all.put("fastpath_oversized", socket.oversized());
        all.put("fastpath_kernel_drops", socket.kernelDrops());
        all.put("fastpath_partial_checksums", socket.partialChecksums());
        all.put("fastpath_link_downs", socket.linkDowns());
        all.put("fastpath_worker_failures", loop.workerFailures());
        return all;
    }

    private Health health(int sessions) {
        String fastPathProblem = fastPathProblem();
        String reason = fastPathProblem.isEmpty() ? agent.problem() : fastPathProblem;
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("switch", agent.describe());
        parts.put("fastPath", fastPathProblem.isEmpty() ? "up" : "down");
        parts.put("dns64", config.nat64().dns64().isPresent() ? "up" : "off");
        parts.put("state", keeper == null ? "off" : keeper.describe());
        parts.put("sessions", sessions);
        return new Health(reason.isEmpty(), reason, parts);
    }

    private String fastPathProblem() {
        if (!loop.isAlive()) {
            return "the fast path ended";
        }
        return socket.isLinkDown() ? "fastPath.interface " + config.fastPathInterface() + " is down" : "";
    }

    private <T extends AutoCloseable> T owned(T part) {
        started.push(part);
        return part;
    }

    /** Says goodbye to the hosts and takes all flows out of the switch: their sessions end with this process. */
    private void leaveSwitch() {
        OptionalInt port = agent.ready().map(ready -> OptionalInt.of(ready.fastPathPort())).orElse(OptionalInt.empty());
        Optional<SwitchConnection> connection = agent.retire();
        if (connection.isEmpty()) {
            return;
        }
        if (loop.isAlive()) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            worker.execute(shard -> {
                rules.use(null);
                // by the connection, on which it is in front of the clearing
                port.ifPresent(inPort -> worker.detour(
                        frame -> connection.get().packetOut(frame, inPort, SwitchPort.NORMAL)));
                shard.shutdown(System.nanoTime());
                worker.detour(null);
                done.complete(null);
            });
            await(done);
        }
        await(connection.get().install(Pipeline.clear()));
    }

    private static void await(CompletableFuture<Void> future) {
        try {
            future.get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("while stopping: {}", String.valueOf(e.getMessage()));
        }
    }

    /** Stops what was started, last first. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("while stopping {}: {}", part, e.getMessage());
            }
        }
    }

    /** What the switch tells, handed to the shard's thread. */
    private record ShardEvents(ShardWorker worker, OpenFlowSessionRules rules) implements SwitchAgent.Events {

        @Override
        public void packetIn(byte[] frame, Ingress ingress) {
            worker.packetIn(frame, ingress);
        }

        @Override
        public void sessionRuleRemoved(int ruleNumber, FlowRemoved.Reason reason) {
            worker.execute(shard -> rules.removed(shard, ruleNumber, reason));
        }

        @Override
        public CompletableFuture<Void> switchGone() {
            CompletableFuture<Void> done = new CompletableFuture<>();
            worker.execute(shard -> {
                rules.use(null);
                shard.allRulesLost();
                done.complete(null);
            });
            return done;
        }

        @Override
        public void switchReady(SwitchAgent.Ready ready) {
            worker.execute(shard -> rules.use(ready));
        }

        @Override
        public void staticFlowRemoved() {
            worker.execute(shard -> shard.staticFlowRemoved());
        }
    }
}
