// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.instar.core.Protocol;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.RouterEdge;
import org.instar.core.log.BindingLog;
import org.instar.core.path.PathCounters;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.path.ShardGroup;
import org.instar.core.path.ShardSelector;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Ingress;
import org.instar.core.session.ShardState;
import org.instar.core.shard.Shard;
import org.instar.core.table.KeyedHash;
import org.instar.engine.translate.TranslatorSettings;
import org.instar.fastpath.FanoutGroup;
import org.instar.fastpath.FrameLoop;
import org.instar.fastpath.PacketSocket;
import org.instar.nat64d.state.KeptShard;
import org.instar.openflow.FlowRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of the process, each with its packet socket, its thread, its view of the router edge and its flow rules.
 * They share the interface, the pools and what limits judge of subscribers.
 */
final class Shards implements ShardThreads, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
    private static final int BATCH = 64;
    private static final int FRAME_BYTES = 2048;

    /** One shard and what is its alone. */
    private static final class Part {

        private final PacketSocket socket;
        private final PathCounters counters = new PathCounters();
        private final EdgeCounters edgeCounters = new EdgeCounters();
        private ShardWorker worker;
        private FrameLoop loop;
        private ShardState state;
        private PortAllocator ports;
        private Subscribers subscribers;
        private OpenFlowSessionRules rules;

        Part(PacketSocket socket) {
            this.socket = socket;
        }
    }

    private final Nat64Config config;
    private final PoolDirectory pools;
    private final BindingLog log;
    private final ShardSelector selector;
    private final ShardFilter filter;
    private final SharedSubscribers subscribers;
    private final SecureRandom random = new SecureRandom();
    private final List<Part> parts = new ArrayList<>();

    private Shards(Nat64Config config, ShardSelector selector, PoolDirectory pools, BindingLog log) {
        this.config = config;
        this.selector = selector;
        this.pools = pools;
        this.log = log;
        this.filter = new ShardFilter(selector, pools.steering());
        this.subscribers = new SharedSubscribers(config.limits().subscriberPrefixLength());
    }

    /**
     * Opens the interface and makes the shards; their threads don't run yet.
     *
     * @throws StartException naming the field that is to blame; nothing is open then
     */
    static Shards open(Nat64dConfig config, ShardSelector selector, PoolDirectory pools, BindingLog log)
            throws StartException {
        Shards shards = new Shards(config.nat64(), selector, pools, log);
        try {
            shards.openSockets(config.fastPathInterface());
            shards.make();
            return shards;
        } catch (StartException | RuntimeException e) {
            shards.close();
            throw e;
        }
    }

    private void openSockets(String interfaceName) throws StartException {
        FanoutGroup group = config.shards() == 1 ? null : new FanoutGroup(filter.program());
        try {
            for (int i = 0; i < config.shards(); i++) {
                parts.add(new Part(PacketSocket.open(interfaceName, BATCH, FRAME_BYTES, group)));
            }
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
        if (first().socket.mtu() < TranslatorSettings.MIN_MTU6) {
            throw new StartException("fastPath.interface: " + interfaceName + " has an MTU of " + first().socket.mtu()
                    + ", below IPv6's least of " + TranslatorSettings.MIN_MTU6, null);
        }
    }

    private void make() {
        int mtu = first().socket.mtu();
        TranslatorSettings settings = config.translation();
        settings = settings.withMtu6(Math.min(settings.mtu6(), mtu)).withMtu4(Math.min(settings.mtu4(), mtu));
        ShardQueues queues = new ShardQueues(parts.size(), shard -> parts.get(shard).worker.wakeup());
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            part.worker = new ShardWorker(i, part.socket, part.counters, queues);
            part.loop = new FrameLoop("shard-" + i, part.socket, part.worker,
                    failure -> LOG.error("the fast path ended: {}", failure.getMessage()));
            part.rules = new OpenFlowSessionRules(config.timers(), part.worker::execute, i, parts.size());
            part.worker.own(shard(i, part, settings));
        }
    }

    private Shard shard(int number, Part part, TranslatorSettings settings) {
        part.state = new ShardState(new KeyedHash(random::nextLong), config.prefixes(), config.rules(),
                System.nanoTime(), number);
        part.ports = new PortAllocator(pools, number, random::nextInt);
        part.subscribers = new Subscribers(subscribers);
        SessionLifecycle lifecycle = new SessionLifecycle(config, part.state, pools, part.ports, part.subscribers, log);
        RouterEdge edge = new RouterEdge(config.gateway(), part.worker::send, part.edgeCounters, random::nextDouble,
                number == 0);
        return new Shard(config, settings, part.state, lifecycle, pools, part.counters, edge, part.rules,
                System::currentTimeMillis, System.nanoTime(), new ShardGroup(number, selector,
                        part.worker.handOver()));
    }

    /** The shards as those whose sessions outlive the process. */
    List<KeptShard> kept() {
        return parts.stream().map(part -> new KeptShard(part.state, part.ports, part.subscribers,
                command -> part.worker.execute(shard -> command.run()))).toList();
    }

    /** The shard that a session of before goes to; for {@link org.instar.core.snapshot.ShardChoice}. */
    int ofSession(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress, int poolPort,
            int before) {
        return selector.of(protocol, clientHigh, clientLow, clientPort);
    }

    /** Sessions of before may have been lost: ports rest as if they had ended now. Before the threads run. */
    void stateLost() {
        parts.forEach(part -> part.ports.stateLost(System.nanoTime()));
    }

    private Part first() {
        return parts.get(0);
    }

    /** Packets come from here on. */
    void start() {
        parts.forEach(part -> part.loop.start());
    }

    @Override
    public boolean isAlive() {
        return parts.stream().allMatch(part -> part.loop.isAlive());
    }

    /** Bytes; no packet of the fast path is longer. */
    int mtu() {
        return first().socket.mtu();
    }

    boolean isLinkDown() {
        return first().socket.isLinkDown();
    }

    @Override
    public int count() {
        return parts.size();
    }

    @Override
    public ShardState state(int shard) {
        return parts.get(shard).state;
    }

    /** Sessions of all shards. */
    int sessions() {
        return subscribers.sessions();
    }

    @Override
    public void execute(int shard, Consumer<Shard> command) {
        parts.get(shard).worker.execute(command);
    }

    @Override
    public CompletableFuture<Void> executeAll(Consumer<Shard> command) {
        return executeParts((part, shard) -> command.accept(shard));
    }

    private interface PartCommand {
        void run(Part part, Shard shard);
    }

    private CompletableFuture<Void> executeParts(PartCommand command) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Part part : parts) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            part.worker.execute(shard -> {
                try {
                    command.run(part, shard);
                    done.complete(null);
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** Hands a frame that the switch sent to the controller to the shard whose it most likely is. */
    void packetIn(byte[] frame, Ingress ingress) {
        int shard = parts.size() == 1 ? 0 : filter.ofPacketIn(frame);
        parts.get(shard).worker.packetIn(frame, ingress);
    }

    /** From now on this switch, which has no session rules, is used. */
    void useSwitch(SwitchAgent.Ready ready) {
        executeParts((part, shard) -> part.rules.use(ready));
    }

    /** There is no switch any more; completes when nobody sends it anything. */
    CompletableFuture<Void> forgetSwitch() {
        return executeParts((part, shard) -> {
            part.rules.use(null);
            shard.allRulesLost();
        });
    }

    /** The switch has removed a session rule. */
    void sessionRuleRemoved(int ruleNumber, FlowRemoved.Reason reason) {
        Part part = parts.get(OpenFlowSessionRules.shardOf(ruleNumber, parts.size()));
        part.worker.execute(shard -> part.rules.removed(shard, ruleNumber, reason));
    }

    /**
     * Says goodbye to the hosts.
     *
     * @param detour where the frames of that go; null: into the ring
     */
    CompletableFuture<Void> sayGoodbye(Consumer<byte[]> detour) {
        return executeParts((part, shard) -> {
            part.rules.use(null);
            part.worker.detour(detour);
            shard.shutdown(System.nanoTime());
            part.worker.detour(null);
        });
    }

    /** Adds the counters of all shards, summed up. */
    void addCounters(Map<String, Long> all) {
        for (Part part : parts) {
            part.counters.byName().forEach((name, value) -> all.merge(name, value, Long::sum));
            part.edgeCounters.snapshot().forEach((name, value) -> all.merge(name, value, Long::sum));
        }
        all.put("fastpath_received", sum(part -> part.socket.received()));
        all.put("fastpath_sent", sum(part -> part.socket.sent()));
        all.put("fastpath_send_failures", sum(part -> part.socket.sendFailures()));
        all.put("fastpath_oversized", sum(part -> part.socket.oversized()));
        all.put("fastpath_kernel_drops", sum(part -> part.socket.kernelDrops()));
        all.put("fastpath_partial_checksums", sum(part -> part.socket.partialChecksums()));
        all.put("fastpath_link_downs", first().socket.linkDowns());
        all.put("fastpath_worker_failures", sum(part -> part.loop.workerFailures()));
    }

    private long sum(ToLongFunction<Part> counter) {
        return parts.stream().mapToLong(counter).sum();
    }

    @Override
    public void close() {
        for (Part part : parts) {
            if (part.loop != null) {
                part.loop.close();
            } else {
                part.socket.close();
            }
        }
    }
}
