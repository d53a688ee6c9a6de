// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.rule.StaticBinding;

/**
 * All pools of the process: which addresses they have, and which blocks of them are leased to which shard. Shards come
 * here once a block; what is asked for every packet needs no lock. Thread-safe.
 */
public final class PoolDirectory {

    /** What {@link #setInterfaceAddress} takes for an interface without an IPv4 address. */
    public static final int NO_ADDRESS = 0;

    private static final int MOST_SHARDS = 64;

    private final Object lock = new Object();
    private final int shards;
    private final PortSteering steering;
    private final AddressRegistry addresses = new AddressRegistry();
    private final BlockLeases leases;
    private final Reservations reservations;
    private final Map<String, PoolView> views = new LinkedHashMap<>();
    private volatile Map<String, PoolView> activeViews = Map.of();

    /**
     * @param shards 1 to 64
     * @param random a number from 0 to below its argument, not to be foretold; used by one thread at a time
     * @throws IllegalArgumentException when the pools can't be used together or with so many shards
     */
    public PoolDirectory(List<PoolConfig> pools, int shards, IntUnaryOperator random, PoolEvents events) {
        if (shards < 1 || shards > MOST_SHARDS) {
            throw new IllegalArgumentException("1 to " + MOST_SHARDS + " shards, not " + shards);
        }
        this.shards = shards;
        this.steering = new PortSteering(pools, shards);
        this.leases = new BlockLeases(lock, addresses, steering, random, events, pool -> views.remove(pool.name()));
        this.reservations = new Reservations(lock, addresses, () -> views.values().forEach(leases::clearAlarm));
        String refusal = reconfigure(pools, true);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
    }

    public int shards() {
        return shards;
    }

    /** How a filter in front of the shards deals out pool ports; it stays as it was at first. */
    public PortSteering steering() {
        return steering;
    }

    /** Whether the address is a pool's, also one that only waits for its last bindings to end. No lock. */
    public boolean isPoolAddress(int address) {
        return addresses.find(address) != null;
    }

    /**
     * The shard that a packet to this transport address is for, of whatever protocol; -1: no shard has a block there.
     * In a deterministic pool always one, binding or not. No lock.
     */
    public int ownerOf(int address, int port) {
        AddressSlot slot = addresses.find(address);
        return slot == null ? -1 : slot.owner(port);
    }

    /** Whether some pool may give out that transport address. No lock. */
    public boolean has(Protocol protocol, int address, int port) {
        AddressSlot slot = addresses.find(address);
        if (slot != null) {
            for (PoolAddress place : slot.places()) {
                if (place.pool().config().protocols().contains(protocol) && place.pool().grid().hasPort(port)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether some shard has given out that transport address, or somebody claimed it there. No lock: of other shards'
     * ports the answer may be an instant old.
     */
    public boolean isTaken(Protocol protocol, int address, int port) {
        AddressSlot slot = addresses.find(address);
        if (slot != null) {
            for (PoolAddress place : slot.places()) {
                Grid grid = place.pool().grid();
                Block block = place.blockAt(port, grid.isDeterministic() ? grid.stripe(port) : 0);
                if (block != null && block.serves(protocol.ordinal()) && block.owns(port) && block.isTaken(
                        protocol.ordinal(), port)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether a client may have that transport address: in a deterministic pool only one of its subscriber's ports
     * (RFC 7422), elsewhere any. No lock.
     */
    public boolean mayHave(int address, int port, long clientHigh, long clientLow) {
        AddressSlot slot = addresses.find(address);
        PoolAddress place = slot == null ? null : slot.only();
        DeterministicMap fixed = place == null ? null : place.pool().deterministic();
        return fixed == null || fixed.reverse(address, port)
                .filter(subscriber -> subscriber.contains(clientHigh, clientLow)).isPresent();
    }

    /** How long a transport address rests after its release; 0 when no pool has it. No lock. */
    long holdDownNanos(Protocol protocol, int address, int port) {
        AddressSlot slot = addresses.find(address);
        if (slot != null) {
            for (PoolAddress place : slot.places()) {
                PoolView pool = place.pool();
                if (pool.config().protocols().contains(protocol) && pool.grid().hasPort(port)) {
                    return pool.holdDownNanos();
                }
            }
        }
        return 0;
    }

    /** The pool of that name; null when there is none. */
    public PoolView pool(String name) {
        return activeViews.get(name);
    }

    /** All pools, also those removed that still have bindings. */
    public List<PoolStatus> status() {
        synchronized (lock) {
            return views.values().stream().map(PoolStatus::new).collect(Collectors.toList());
        }
    }

    /**
     * Makes the pools be as wanted: adds, removes, grows and shrinks them. Addresses and ports that are taken away give
     * out nothing from now on; what has bindings there lives on, and they go when the last one has ended.
     *
     * @param drain whether such things may be taken away that have bindings. Also holds for each pool that is
     * configured to drain, before or now
     * @return null when it is done; otherwise why not, naming the pool, and nothing was changed
     */
    public String reconfigure(List<PoolConfig> wanted, boolean drain) {
        synchronized (lock) {
            if (isAsWanted(wanted)) {
                return null;
            }
            String refusal = new ReconfigurationCheck(addresses, views, shards).refusal(wanted, drain);
            if (refusal == null) {
                apply(wanted);
            }
            return refusal;
        }
    }

    /** Whether nothing would change: then no shard need wait for its blocks until all addresses have been seen to. */
    private boolean isAsWanted(List<PoolConfig> wanted) {
        return wanted.equals(views.values().stream().filter(view -> !view.isRemoved()).map(PoolView::config)
                .collect(Collectors.toList()));
    }

    /** The same without draining: refused where bindings would have to end. */
    public String reconfigure(List<PoolConfig> wanted) {
        return reconfigure(wanted, false);
    }

    private void apply(List<PoolConfig> wanted) {
        Map<String, PoolView> before = new LinkedHashMap<>(views);
        Map<String, PoolView> active = new LinkedHashMap<>();
        views.clear();
        for (PoolConfig pool : wanted) {
            PoolView view = before.remove(pool.name());
            active.put(pool.name(), view == null ? new PoolView(pool, shards) : view);
        }
        for (PoolView view : before.values()) {
            view.remove();
            keepOnly(view, new PoolAddresses(List.of()));
            if (!view.addresses().isEmpty()) {
                views.put(view.name(), view);
            }
            leases.clearAlarm(view);
        }
        for (PoolConfig pool : wanted) {
            reshape(active.get(pool.name()), pool);
        }
        active.putAll(views);
        views.clear();
        views.putAll(active);
        addresses.publish();
        publishViews();
    }

    private void reshape(PoolView view, PoolConfig pool) {
        PoolAddresses wanted = pool.interfaceName().isPresent()
                ? PoolAddresses.activeOf(view) : new PoolAddresses(pool.prefixes());
        if (ReconfigurationCheck.isRecut(view.config(), pool)) {
            List.copyOf(view.addresses().values()).forEach(addresses::drop);
        }
        view.configure(pool);
        keepOnly(view, wanted);
        wanted.forEach(address -> addresses.place(view, address).drain(false));
        settle(view);
    }

    /** Lets go of all addresses but these, at once or when they have drained. */
    private void keepOnly(PoolView view, PoolAddresses wanted) {
        for (PoolAddress place : List.copyOf(view.addresses().values())) {
            if (!wanted.contains(place.address())) {
                if (place.leased() == 0) {
                    addresses.drop(place);
                } else {
                    place.drain(true);
                }
            }
        }
    }

    /**
     * Keeps what these static bindings hold, and only that, from being leased and given out. Ports that are taken stay
     * so until they are released. Takes its time, so that shards needn't wait for their blocks meanwhile; not for the
     * thread of a shard that has packets. The blocks that a shard has follow in the next calls of
     * {@link PortAllocator#tick}.
     */
    public void reserve(List<StaticBinding> bindings) {
        reservations.change(bindings);
    }

    private void settle(PoolView view) {
        view.addresses().values().forEach(
                place -> place.reserve(reservations.of(place.address())));
        view.addresses().values().forEach(view::updateRoom);
        view.countLeasedBlocks();
        leases.clearAlarm(view);
    }

    private void publishViews() {
        activeViews = views.values().stream().filter(view -> !view.isRemoved())
                .collect(Collectors.toUnmodifiableMap(PoolView::name, view -> view));
    }

    /**
     * Says which address the interface of a pool has now. The one before drains.
     *
     * @param address {@link #NO_ADDRESS} for none
     * @return null when it is done; otherwise why not, and nothing was changed
     */
    public String setInterfaceAddress(String poolName, int address) {
        synchronized (lock) {
            PoolView view = pool(poolName);
            if (view == null || !view.config().interfaceName().isPresent()) {
                return "pool '" + poolName + "' follows no interface";
            }
            AddressSlot slot = addresses.find(address);
            for (PoolAddress place : slot == null ? new PoolAddress[0] : slot.places()) {
                if (place.pool().grid().isDeterministic()) {
                    return "pool '" + poolName + "': its address is one of the deterministic pool '"
                            + place.pool().name() + "'";
                }
            }
            PoolAddresses wanted = PoolAddresses.one(address);
            keepOnly(view, wanted);
            wanted.forEach(one -> addresses.place(view, one).drain(false));
            settle(view);
            addresses.publish();
            return null;
        }
    }

    AddressSlot slot(int address) {
        return addresses.find(address);
    }

    BlockLeases leases() {
        return leases;
    }

    Reservations reservations() {
        return reservations;
    }

    List<PoolView> views() {
        synchronized (lock) {
            return new ArrayList<>(views.values());
        }
    }

    List<PoolAddress> placesOf(PoolView view) {
        synchronized (lock) {
            return new ArrayList<>(view.addresses().values());
        }
    }
}
