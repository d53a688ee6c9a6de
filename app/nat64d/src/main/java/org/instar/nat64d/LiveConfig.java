// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.instar.core.config.ConfigDiff;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.rule.StaticBinding;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.shard.Shard;
import org.instar.dns64.server.Dns64Service;
import org.instar.engine.address.Prefix4;
import org.instar.nat64d.dns64.Dns64Options;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the moment, and how a new one takes its place: read and checked whole, compared, applied or
 * refused; never half. Sessions that the change doesn't touch live on.
 */
final class LiveConfig {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);
    private static final long APPLY_TIMEOUT_SECONDS = 10;

    /** Where a fresh configuration comes from. */
    interface Source {
        Nat64dConfig read() throws StartException;
    }

    private final Source source;
    private final PoolDirectory pools;
    private final ShardThreads shards;
    private final Consumer<Nat64Config> switchFollows;
    private final Map<String, Integer> interfaceAddresses = new HashMap<>();
    /** Null: none. */
    private Dns64Service dns64;
    private volatile Nat64dConfig current;
    /** What the switch and ARP know as ours: of the pools, those that drain, those of interfaces, static bindings. */
    private volatile List<Prefix4> poolPrefixes;

    /**
     * @param switchFollows has the switch follow the configuration and the addresses of the pools
     */
    LiveConfig(Nat64dConfig first, Source source, PoolDirectory pools, ShardThreads shards,
            Consumer<Nat64Config> switchFollows) {
        this.current = first;
        this.poolPrefixes = first.nat64().poolPrefixes();
        this.source = source;
        this.pools = pools;
        this.shards = shards;
        this.switchFollows = switchFollows;
    }

    /** Has the DNS64 follow the configuration. */
    synchronized void dns64(Dns64Service service) {
        dns64 = service;
    }

    Nat64dConfig current() {
        return current;
    }

    List<Prefix4> poolPrefixes() {
        return poolPrefixes;
    }

    /** Reads the file again and applies it. */
    synchronized void reload(boolean drain) throws ConfigRefusedException {
        try {
            apply(source.read(), drain);
            LOG.info("the configuration was read again and applied");
        } catch (StartException e) {
            throw new ConfigRefusedException(e.getMessage(), e);
        }
    }

    synchronized void addStaticBinding(StaticBinding binding) throws ConfigRefusedException {
        List<String> lines = lines();
        lines.add(binding.toString());
        apply(withStaticBindings(lines), false);
    }

    synchronized boolean removeStaticBinding(StaticBinding binding) throws ConfigRefusedException {
        List<String> lines = lines();
        if (!lines.remove(binding.toString())) {
            return false;
        }
        apply(withStaticBindings(lines), false);
        return true;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        current.nat64().staticBindings().forEach(binding -> lines.add(binding.toString()));
        return lines;
    }

    private Nat64dConfig withStaticBindings(List<String> lines) throws ConfigRefusedException {
        try {
            return current.withStaticBindings(lines);
        } catch (ConfigException e) {
            throw new ConfigRefusedException(e.getMessage(), e);
        }
    }

    private void apply(Nat64dConfig wanted, boolean drain) throws ConfigRefusedException {
        Nat64Config nat64 = wanted.nat64();
        List<String> fixed = new ArrayList<>(ConfigDiff.between(current.nat64(), nat64).notLive());
        fixed.addAll(current.fixedFieldsChanged(wanted));
        if (!fixed.isEmpty()) {
            throw new ConfigRefusedException("needs a restart: " + String.join(", ", fixed));
        }
        AtomicBoolean hasRoom = new AtomicBoolean(true);
        onShards(shard -> hasRoom.compareAndSet(true, shard.hasRoomFor(nat64.rules())));
        if (!hasRoom.get()) {
            throw new ConfigRefusedException("rules: sessions still go by too many rules of before");
        }
        Dns64Service.Change dns64Change = dns64Change(wanted.nat64());
        String refusal = pools.reconfigure(nat64.pools(), drain);
        if (refusal != null) {
            if (dns64Change != null) {
                dns64Change.discard();
            }
            throw new ConfigRefusedException(refusal);
        }
        pools.reserve(nat64.staticBindings());
        if (dns64Change != null) {
            dns64Change.apply();
        }
        current = wanted;
        takePoolAddresses();
    }

    /** What becomes of the DNS64; null: nothing. */
    private Dns64Service.Change dns64Change(Nat64Config wanted) throws ConfigRefusedException {
        if (dns64 == null || wanted.dns64().equals(current.nat64().dns64())) {
            return null;
        }
        try {
            return dns64.prepare(Dns64Options.read(wanted).orElseThrow());
        } catch (ConfigException e) {
            throw new ConfigRefusedException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigRefusedException("dns64." + e.getMessage(), e);
        }
    }

    /**
     * The interface that a pool follows has this address now.
     *
     * @param address packed, or {@link PoolDirectory#NO_ADDRESS}
     */
    synchronized void interfaceChanged(String poolName, int address) throws ConfigRefusedException {
        interfaceAddresses.put(poolName, address);
        pools.setInterfaceAddress(poolName, address);
        takePoolAddresses();
    }

    /** Has shard, ARP and switch follow the configuration and the addresses that interfaces have now. */
    private void takePoolAddresses() throws ConfigRefusedException {
        Nat64Config nat64 = current.nat64();
        List<Prefix4> before = poolPrefixes;
        List<Prefix4> now = new ArrayList<>(nat64.poolPrefixes());
        for (PoolConfig pool : nat64.pools()) {
            int address = interfaceAddresses.getOrDefault(pool.name(), PoolDirectory.NO_ADDRESS);
            if (pool.interfaceName().isPresent() && address != PoolDirectory.NO_ADDRESS) {
                now.add(Prefix4.of(address, Integer.SIZE));
            }
        }
        Set<Prefix4> there = new HashSet<>(now);
        before.stream().filter(prefix -> !there.contains(prefix) && pools.isPoolAddress(prefix.address()))
                .forEach(now::add);
        poolPrefixes = List.copyOf(now);
        onShards(shard -> shard.change(nat64, poolPrefixes));
        switchFollows.accept(nat64);
    }

    private void onShards(Consumer<Shard> action) throws ConfigRefusedException {
        try {
            shards.executeAll(action).get(APPLY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigRefusedException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new ConfigRefusedException("the shards did not take the change: " + e, e);
        }
    }
}
