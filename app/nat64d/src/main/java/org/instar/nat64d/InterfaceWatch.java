// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.service.ConfigRefusedException;
import org.instar.engine.address.Ip4;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the addresses of the interfaces that pools are (pf's {@code (eth0)}): asks the kernel once a second. The
 * first IPv4 address of an interface is the pool's; an interface that is gone or has none leaves the pool empty.
 */
final class InterfaceWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InterfaceWatch.class);
    private static final long INTERVAL_MILLIS = 1000;

    private final LiveConfig config;
    private final Map<String, Integer> known = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("interface-watch").daemon().factory());

    InterfaceWatch(LiveConfig config) {
        this.config = config;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (PoolConfig pool : config.current().nat64().pools()) {
            pool.interfaceName().ifPresent(name -> follow(pool.name(), name));
        }
    }

    private void follow(String poolName, String interfaceName) {
        try {
            int address = addressOf(interfaceName);
            if (known.getOrDefault(poolName, PoolDirectory.NO_ADDRESS) != address) {
                config.interfaceChanged(poolName, address);
                known.put(poolName, address);
                LOG.info("pool '{}': {} has {}", poolName, interfaceName,
                        address == PoolDirectory.NO_ADDRESS ? "no IPv4 address" : Ip4.toString(address));
            }
        } catch (SocketException | ConfigRefusedException | RuntimeException e) {
            LOG.warn("pool '{}': {}", poolName, e.getMessage());
        }
    }

    /** The first IPv4 address of an interface, packed, or {@link PoolDirectory#NO_ADDRESS}. */
    static int addressOf(String interfaceName) throws SocketException {
        NetworkInterface found = NetworkInterface.getByName(interfaceName);
        return found == null ? PoolDirectory.NO_ADDRESS : found.inetAddresses()
                .filter(Inet4Address.class::isInstance)
                .map(address -> Ip4.parse(address.getHostAddress()))
                .findFirst().orElse(PoolDirectory.NO_ADDRESS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
