// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.log.BindingLog;
import org.instar.core.path.ShardSelector;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.rule.Ingress;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.service.Health;
import org.instar.core.shard.Shard;
import org.instar.dns64.server.Dns64Service;
import org.instar.engine.address.Prefix4;
import org.instar.nat64d.bindinglog.BindingLogFile;
import org.instar.nat64d.dns64.Dns64Options;
import org.instar.nat64d.dns64.OwnLoad;
import org.instar.nat64d.inswitch.TranslatingSwitch;
import org.instar.nat64d.state.ShardKeys;
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
    private static final long STOP_TIMEOUT_SECONDS = 2;

    private final Nat64dConfig config;
    private final LiveConfig.Source source;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    /** Null: none. */
    private Dns64Service dns64;
    private Shards shards;
    private SwitchAgent agent;
    private TranslatingSwitch translating;
    private ShardService service;
    private LiveConfig liveConfig;
    private BindingLogFile logFile;
    private PoolDirectory pools;
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
        openShards();
        openDns64();
        openSwitches();
        restoreState();
        shards.start();
        if (keeper != null) {
            keeper.start();
        }
        InterfaceWatch watch = owned(new InterfaceWatch(liveConfig));
        watch.start();
        rest.serve(service, service);
        LOG.info("nat64d serves REST on {}, awaits a switch on {}", Addresses.text(config.restListen()),
                Addresses.text(config.openflowListen()));
    }

    /** The pools and the shards, whose threads don't run yet. */
    private void openShards() throws StartException {
        openBindingLog();
        Nat64Config nat64 = config.nat64();
        pools = new PoolDirectory(nat64.pools(), nat64.shards(), new SecureRandom()::nextInt,
                new PoolAlarms(logFile == null ? PoolEvents.NONE : logFile));
        ShardSelector selector = new ShardSelector(nat64.shards(), shardKeys());
        shards = Shards.open(config, selector, pools, logFile == null ? BindingLog.NONE : logFile);
        if (config.state() != null) {
            // closed after the shards: by then the tables stand still
            keeper = owned(new StateKeeper(Path.of(config.state().file()), config.state().intervalSeconds(), nat64,
                    shards.kept()));
        }
        owned(shards);
        translating = new TranslatingSwitch(nat64, shards, shards.mtu());
        agent = new SwitchAgent(config.fastPathPort(), this::pipelineConfig, new ShardEvents(shards), translating);
        liveConfig = new LiveConfig(config, source, pools, shards, agent::reconfigure);
        service = new ShardService(pools, liveConfig, shards, this::counters, this::health);
    }

    /** What deals clients out to shards; the same as before where sessions outlive the process. */
    private IntSupplier shardKeys() throws StartException {
        if (config.state() == null || config.nat64().shards() == 1) {
            return new SecureRandom()::nextInt;
        }
        try {
            return ShardKeys.of(Path.of(config.state().file()));
        } catch (IOException e) {
            throw new StartException("state.file: " + e.getMessage(), e);
        }
    }

    /** Takes up the sessions of before; the shards' threads must not run yet. */
    private void restoreState() throws StartException {
        if (keeper == null) {
            return;
        }
        for (PoolConfig pool : config.nat64().pools()) {
            pool.interfaceName().ifPresent(name -> setInterfaceAddress(pool.name(), name));
        }
        BindingLogFile.Restoring log = logFile == null ? null : logFile.restoring();
        try {
            boolean whole = keeper.restore(pools, shards::ofSession, log == null ? BindingLog.NONE : logFile);
            if (!whole && config.state().holdDownAfterLoss()) {
                LOG.warn("sessions may have been lost: pools give out no UDP ports and ICMP identifiers for their"
                        + " hold-down (state.holdDownAfterLoss)");
                shards.stateLost();
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
        try {
            OwnLoad own = new OwnLoad(Set.copyOf(config.nat64().prefixes()), () -> fastPathProblem().isEmpty(),
                    shards::sessions, service::pools, System::nanoTime);
            dns64 = owned(new Dns64Service(own));
            dns64.start(Dns64Options.read(config.nat64()).orElseThrow());
            liveConfig.dns64(dns64);
        } catch (IOException e) {
            throw new StartException("dns64." + e.getMessage(), e);
        } catch (ConfigException e) {
            throw new StartException(e.getMessage(), e);
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

    /** The gateway's addresses on further IPv4 links are to the switch what pool addresses are: asked for by ARP. */
    private PipelineConfig pipelineConfig(int fastPathPort) {
        EdgeConfig gateway = config.nat64().gateway();
        List<Prefix4> own4 = new ArrayList<>(liveConfig.poolPrefixes());
        gateway.links4().stream().skip(1).map(link -> Prefix4.of(link.address(), Integer.SIZE)).forEach(own4::add);
        return new PipelineConfig(fastPathPort, gateway.mac(), gateway.address6(), gateway.linkLocal(),
                gateway.address4(), config.nat64().prefixes(), own4, translating.wantsLocations());
    }

    private Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>();
        shards.addCounters(all);
        if (dns64 != null) {
            dns64.counters().forEach((name, value) -> all.put("dns64_" + name, value));
        }
        if (logFile != null) {
            all.put("binding_log_lines", logFile.written());
            all.put("binding_log_lost", logFile.lost());
        }
        if (keeper != null) {
            all.putAll(keeper.counters());
        }
        return all;
    }

    private Health health() {
        String fastPathProblem = fastPathProblem();
        String reason = fastPathProblem.isEmpty() ? agent.problem() : fastPathProblem;
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("switch", agent.describe());
        parts.put("fastPath", fastPathProblem.isEmpty() ? "up" : "down");
        parts.put("offload", translating.describe());
        parts.put("dns64", config.nat64().dns64().isPresent() ? "up" : "off");
        parts.put("state", keeper == null ? "off" : keeper.describe());
        parts.put("shards", shards.count());
        parts.put("sessions", shards.sessions());
        return new Health(reason.isEmpty(), reason, parts);
    }

    private String fastPathProblem() {
        if (!shards.isAlive()) {
            return "the fast path ended";
        }
        return shards.isLinkDown() ? "fastPath.interface " + config.fastPathInterface() + " is down" : "";
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
        if (shards.isAlive()) {
            // by the connection, on which it is in front of the clearing
            await(shards.sayGoodbye(port.isEmpty() ? null : frame ->
                    connection.get().packetOut(frame, port.getAsInt(), SwitchPort.NORMAL)));
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

    /** What the switch tells, handed to the threads of the shards. */
    private record ShardEvents(Shards shards) implements SwitchAgent.Events {

        @Override
        public void packetIn(byte[] frame, Ingress ingress) {
            shards.packetIn(frame, ingress);
        }

        @Override
        public void sessionRuleRemoved(int ruleNumber, FlowRemoved.Reason reason) {
            shards.sessionRuleRemoved(ruleNumber, reason);
        }

        @Override
        public CompletableFuture<Void> switchGone() {
            return shards.forgetSwitch();
        }

        @Override
        public void switchReady(SwitchAgent.Ready ready) {
            shards.useSwitch(ready);
        }

        @Override
        public void staticFlowRemoved() {
            shards.execute(0, Shard::staticFlowRemoved);
        }
    }
}
