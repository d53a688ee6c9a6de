// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.instar.core.Protocol;
import org.instar.core.config.Pairing;
import org.instar.core.config.PoolConfig;
import org.instar.core.config.PoolConfigBuilder;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Prefix6;

/** What the pools should be like, kept the simple way, beside the real ones. */
final class PoolModel {

    static final int SHARDS = 3;
    static final int HOLD_DOWN_SECONDS = 10;

    private static final Prefix6 CLIENTS = Prefix6.parse("2001:db8:100::/60");
    private static final List<List<PoolConfig>> CONFIGS = List.of(
            List.of(main("192.0.2.0/30", 1000, 1150).build(), reserve(Pairing.SOFT), fixed(), follower()),
            List.of(main("192.0.2.0/31", 1000, 1150).build(), reserve(Pairing.HARD), fixed(), follower()),
            List.of(main("192.0.2.2/31", 1010, 1100).build(), reserve(Pairing.HARD), follower()),
            List.of(main("192.0.2.0/29", 1000, 1150).drain(true).build(), fixed(), follower()),
            List.of(main("192.0.2.0/30", 1000, 1150).protocols(Set.of(Protocol.TCP)).build(), reserve(Pairing.SOFT)),
            List.of(pool("successor", "192.0.2.0/30").ports(1000, 1200).blockSize(32)
                    .holdDownSeconds(HOLD_DOWN_SECONDS).build(), fixed(), follower()));
    private static final List<StaticBinding> BINDINGS = Stream.of("proto tcp to 192.0.2.1 port 1010-1100",
            "proto udp to 192.0.2.2 port 1030", "to 192.0.2.3", "proto tcp to 198.51.100.1 port 1-150",
            "proto udp to 203.0.113.0 port 1024-1100")
            .map(to -> StaticBinding.parse("rdr64 " + to + " -> 2001:db8:1::1"))
            .collect(Collectors.toList());
    private static final List<String> NAMES = List.of("main", "reserve", "fixed", "(eth0)", "successor");

    /** A binding that was given out. */
    private static final class Binding {

        private final int shard;
        private final Protocol protocol;
        private final String client;
        private final long allocated;
        /** -1: the port is the binding's alone. */
        private final int remote;

        Binding(int shard, Protocol protocol, String client, long allocated, int remote) {
            this.shard = shard;
            this.protocol = protocol;
            this.client = client;
            this.allocated = allocated;
            this.remote = remote;
        }

        String transportAddress() {
            return protocol + " " + allocated;
        }
    }

    private final PoolFixture real = new PoolFixture(SHARDS, 64, CONFIGS.get(0).toArray(new PoolConfig[0]));
    private final List<Binding> bindings = new ArrayList<>();
    private final Map<String, Long> freedAtNanos = new HashMap<>();
    private List<StaticBinding> bound = List.of();

    private static PoolConfigBuilder main(String prefix, int first, int last) {
        return pool("main", prefix).ports(first, last).blockSize(16).holdDownSeconds(HOLD_DOWN_SECONDS);
    }

    private static PoolConfig reserve(Pairing pairing) {
        return pool("reserve", "198.51.100.0/31").ports(1, 200).blockSize(32).pairing(pairing)
                .holdDownSeconds(HOLD_DOWN_SECONDS).alarm(50, 30).build();
    }

    private static PoolConfig fixed() {
        return pool("fixed", "203.0.113.0/31").ports(1024, 1800).holdDownSeconds(HOLD_DOWN_SECONDS)
                .deterministic(CLIENTS, 64).build();
    }

    private static PoolConfig follower() {
        return PoolConfig.builder("(eth0)").followInterface("eth0").ports(1024, 1100).blockSize(16)
                .holdDownSeconds(HOLD_DOWN_SECONDS).build();
    }

    void allocate(int shard, Protocol protocol, int client, int clientPort, int pools, int remote) {
        String address = client(client);
        List<PoolView> views = views(pools);
        Subscriber subscriber = real.subscriber(shard, address);
        int before = subscriber.ports();
        long allocated = remote < 0
                ? real.allocators[shard].allocate(views, protocol, subscriber, clientPort, 40, real.nowNanos)
                : real.allocators[shard].allocateShared(views, protocol, subscriber, clientPort, 40,
                        (ip, port) -> !isBound(protocol, PortAllocator.pack(ip, port))
                                && bindings.stream().noneMatch(binding -> binding.protocol == protocol
                                && binding.remote == remote && binding.allocated == PortAllocator.pack(ip, port)),
                        real.nowNanos);
        assertThat(subscriber.ports()).isEqualTo(allocated < 0 ? before : before + 1);
        if (allocated >= 0) {
            assertThat(isBound(protocol, allocated)).as("bound by hand").isFalse();
            add(new Binding(shard, protocol, address, allocated, remote));
        }
    }

    private void add(Binding binding) {
        for (Binding other : bindings) {
            if (other.allocated == binding.allocated && other.protocol == binding.protocol) {
                assertThat(binding.remote).as("given out twice").isNotNegative().isNotEqualTo(other.remote);
                assertThat(other.remote).isNotNegative();
            }
        }
        Long freedAt = freedAtNanos.remove(binding.transportAddress());
        if (freedAt != null && binding.client != null) {
            assertThat(real.nowNanos - freedAt).as("held down")
                    .isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(HOLD_DOWN_SECONDS));
        }
        bindings.add(binding);
    }

    void claim(int shard, Protocol protocol, int pool, int port) {
        int address = ip(List.of("192.0.2.0", "192.0.2.3", "198.51.100.1", "203.0.113.1").get(pool));
        if (real.allocators[shard].take(protocol, address, port)) {
            add(new Binding(shard, protocol, null, PortAllocator.pack(address, port), -1));
        }
    }

    void release(int number) {
        if (!bindings.isEmpty()) {
            Binding binding = bindings.remove(number % bindings.size());
            Subscriber subscriber = binding.client == null ? null : real.subscriber(binding.shard, binding.client);
            boolean rests = binding.remote < 0 && !isInSharedBlock(binding);
            real.allocators[binding.shard].release(binding.protocol, PortAllocator.address(binding.allocated),
                    PortAllocator.port(binding.allocated), subscriber, real.nowNanos);
            if (rests) {
                freedAtNanos.put(binding.transportAddress(), real.nowNanos);
            }
        }
    }

    /** What is claimed in a block of endpoint-dependent bindings doesn't rest, no more than they do. */
    private boolean isInSharedBlock(Binding binding) {
        for (PoolAddress place : real.directory.slot(PortAllocator.address(binding.allocated)).places()) {
            Block block = place.blockAt(PortAllocator.port(binding.allocated), binding.shard);
            if (block != null && block.isShared() && block.serves(binding.protocol.ordinal())) {
                return true;
            }
        }
        return false;
    }

    void pass(int seconds) {
        real.passSeconds(seconds);
    }

    void reconfigure(int config, boolean drain) {
        List<String> before = status();
        if (real.directory.reconfigure(CONFIGS.get(config), drain) != null) {
            assertThat(status()).as("a refusal changes nothing").isEqualTo(before);
        }
    }

    /** Binds ports of a pool by hand, of which bits tell; bits 0: none any more. */
    void bindByHand(int bits) {
        bound = new ArrayList<>();
        for (int i = 0; i < BINDINGS.size(); i++) {
            if ((bits >>> i & 1) != 0) {
                bound.add(BINDINGS.get(i));
            }
        }
        real.directory.reserve(bound);
    }

    private boolean isBound(Protocol protocol, long allocated) {
        return bound.stream().anyMatch(binding -> binding.protocols().contains(protocol)
                && binding.poolAddress() == PortAllocator.address(allocated)
                && binding.firstPoolPort() <= PortAllocator.port(allocated)
                && PortAllocator.port(allocated) <= binding.lastPoolPort());
    }

    void followInterface(int address) {
        real.directory.setInterfaceAddress("(eth0)", address == 0 ? 0 : ip("192.0.2.128") + address);
    }

    private List<String> status() {
        return real.directory.status().stream().map(status -> status.config() + " " + status.addresses() + " "
                + status.drainingAddresses() + " " + status.leasedBlocks()).collect(Collectors.toList());
    }

    private List<PoolView> views(int bits) {
        List<PoolView> views = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if ((bits >>> i & 1) != 0) {
                views.add(real.directory.pool(NAMES.get(i)));
            }
        }
        return views.stream().filter(Objects::nonNull).collect(Collectors.toList());
    }

    private static String client(int number) {
        return "2001:db8:100:" + Integer.toHexString(number) + "::1";
    }

    void check() {
        assertThat(real.violations()).isEmpty();
        for (Protocol protocol : Protocol.values()) {
            Set<Long> distinct = new HashSet<>();
            for (Binding binding : bindings) {
                assertThat(real.directory.ownerOf(PortAllocator.address(binding.allocated),
                        PortAllocator.port(binding.allocated))).isEqualTo(binding.shard);
                if (binding.protocol == protocol) {
                    distinct.add(binding.allocated);
                }
            }
            long taken = 0;
            for (PoolStatus status : real.directory.status()) {
                taken += status.taken(protocol);
                assertThat(status.free(protocol)).isBetween(0L, status.capacityPerProtocol());
                assertThat(status.leasedBlocks()).isBetween(0, status.blocks());
            }
            assertThat(taken).isEqualTo(distinct.size());
        }
        for (PoolView view : real.directory.views()) {
            int blocks = view.blocks();
            int leased = view.leasedBlocks();
            view.countLeasedBlocks();
            assertThat(view.isRemoved() || blocks == view.blocks() && leased == view.leasedBlocks())
                    .as("%s and %s of %s counted anew: %s and %s", blocks, leased, view, view.blocks(),
                            view.leasedBlocks()).isTrue();
        }
        Map<String, Integer> ports = new HashMap<>();
        bindings.stream().filter(binding -> binding.client != null)
                .forEach(binding -> ports.merge(binding.client, 1, Integer::sum));
        ports.forEach((client, count) -> assertThat(real.subscriber(0, client).ports()).isEqualTo(count));
    }

    /** Ends everything; nothing may be left. */
    void end() {
        while (!bindings.isEmpty()) {
            release(0);
        }
        check();
        bindByHand(0);
        real.passSeconds(HOLD_DOWN_SECONDS);
        for (int client = 0; client < 16; client++) {
            assertThat(real.subscriber(0, client(client)).shared().paired()).isEmpty();
        }
        real.passSeconds(0);
        for (PortAllocator allocator : real.allocators) {
            assertThat(allocator.heldDown()).isZero();
        }
        for (PoolStatus status : real.directory.status()) {
            assertThat(status.leasedBlocks()).isZero();
            assertThat(status.drainingAddresses()).isZero();
            assertThat(status.alarmRaised() && status.blocks() > 0).isFalse();
            Arrays.stream(Protocol.values()).forEach(
                    protocol -> assertThat(status.free(protocol)).isEqualTo(status.capacityPerProtocol()));
        }
        assertThat(real.sharedSubscribers.size()).isZero();
        assertThat(real.directory.reconfigure(List.of())).isNull();
        assertThat(real.directory.status()).isEmpty();
        checkEvents();
    }

    /** Every block is assigned and released in turn, every alarm raised and cleared. */
    private void checkEvents() {
        Set<String> on = new HashSet<>();
        for (String event : real.events) {
            if (event.startsWith("alarm")) {
                String alarm = event.substring(0, event.lastIndexOf(' '));
                assertThat(event.endsWith("raised") ? on.add(alarm) : on.remove(alarm)).as(event).isTrue();
            } else {
                assertThat(event.startsWith("+") ? on.add(event.substring(2)) : on.remove(event.substring(2)))
                        .as(event).isTrue();
            }
        }
        assertThat(on).isEmpty();
    }
}
