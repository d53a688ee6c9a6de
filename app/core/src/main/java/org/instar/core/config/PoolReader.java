// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/** Reads one pool of the configuration. */
final class PoolReader {

    /** A pool's addresses are kept one by one, so their number is bounded: a /16. */
    static final long MAX_ADDRESSES = 1 << 16;

    private static final int MAX_HOLD_DOWN_SECONDS = 86_400;
    private static final int MAX_DETERMINISTIC_BITS = 28;

    private PoolReader() {
    }

    static PoolConfig read(ConfigNode node) throws ConfigException {
        PoolConfigBuilder pool = PoolConfig.builder(node.required("name", PoolReader::name));
        addresses(node, pool);
        PortRange ports = node.optional("ports", PoolConfig.DEFAULT_PORTS, PortRange::parse);
        if (ports.last() == 0) {
            throw node.error("ports", "port 0 alone can't be given out");
        }
        pool.ports(ports.first(), ports.last());
        if (node.has("protocols")) {
            pool.protocols(EnumSet.copyOf(node.list("protocols", Protocol::parse)));
        }
        pool.blockSize(node.optional("blockSize", PoolConfigBuilder.DEFAULT_BLOCK_SIZE, PoolReader::blockSize));
        pool.holdDownSeconds(node.integer("holdDownSeconds", PoolConfigBuilder.DEFAULT_HOLD_DOWN_SECONDS, 0,
                MAX_HOLD_DOWN_SECONDS));
        pool.holdDownMaxPorts(node.integer("holdDownMaxPorts", 0, 0, Integer.MAX_VALUE));
        pool.pairing(node.optional("pairing", Pairing.SOFT, Pairing::parse));
        alarm(node.optionalObject("alarm"), pool);
        pool.drain(node.flag("drain", false));
        deterministic(node, pool);
        node.refuseUnknown();
        return pool.build();
    }

    private static void addresses(ConfigNode node, PoolConfigBuilder pool) throws ConfigException {
        if (node.has("interface")) {
            if (node.has("prefixes")) {
                throw node.error("interface", "a pool has either prefixes or an interface");
            }
            pool.followInterface(node.required("interface", PoolReader::interfaceName));
            return;
        }
        List<Prefix4> prefixes = node.list("prefixes", PoolReader::unicast);
        for (int i = 0; i < prefixes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (prefixes.get(i).overlaps(prefixes.get(j))) {
                    throw node.error("prefixes[" + i + "]", prefixes.get(i) + " overlaps " + prefixes.get(j));
                }
            }
            pool.prefix(prefixes.get(i));
        }
        if (pool.build().addressCount() > MAX_ADDRESSES) {
            throw node.error("prefixes", "more than " + MAX_ADDRESSES + " addresses");
        }
    }

    private static void alarm(Optional<ConfigNode> node, PoolConfigBuilder pool) throws ConfigException {
        if (node.isPresent()) {
            int raise = node.get().integer("raisePercent", PoolConfigBuilder.DEFAULT_RAISE_PERCENT, 1, 100);
            int clear = node.get().integer("clearPercent",
                    Math.min(PoolConfigBuilder.DEFAULT_CLEAR_PERCENT, raise - 1), 0, 99);
            if (clear >= raise) {
                throw node.get().error("clearPercent", clear + " is not below raisePercent " + raise);
            }
            node.get().refuseUnknown();
            pool.alarm(raise, clear);
        }
    }

    private static void deterministic(ConfigNode node, PoolConfigBuilder pool) throws ConfigException {
        if (!node.has("deterministic")) {
            return;
        }
        if (pool.interfaceName != null) {
            throw node.error("deterministic", "needs prefixes: the address of an interface may change");
        }
        ConfigNode fields = node.object("deterministic");
        Prefix6 clients = fields.required("clients", Prefix6::parse);
        int length = fields.integer("subscriberLength", 64, clients.length(), 128);
        if (length - clients.length() > MAX_DETERMINISTIC_BITS) {
            throw fields.error("subscriberLength", "more than 2^" + MAX_DETERMINISTIC_BITS + " subscribers");
        }
        fields.refuseUnknown();
        pool.deterministic(clients, length);
        PoolConfig config = pool.build();
        if (config.portsPerSubscriber() < PoolConfig.LEAST_PORTS_PER_SUBSCRIBER) {
            throw node.error("deterministic", config.deterministic().get().subscribers() + " subscribers on "
                    + config.addressCount() + " addresses leave less than " + PoolConfig.LEAST_PORTS_PER_SUBSCRIBER
                    + " ports each");
        }
    }

    private static Prefix4 unicast(String text) {
        Prefix4 prefix = Prefix4.parse(text);
        int first = prefix.address() >>> 24;
        if (prefix.length() < 8 || first == 0 || first == 127 || first >= 224) {
            throw new IllegalArgumentException("not addresses that hosts can have: '" + text + "'");
        }
        return prefix;
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException("not a name of letters, digits, '_', '.', '-': '" + text + "'");
        }
        return text;
    }

    private static String interfaceName(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}")) {
            throw new IllegalArgumentException("not an interface name: '" + text + "'");
        }
        return text;
    }

    private static int blockSize(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("not a power of two from 16 to 65536: '" + text + "'");
        }
        int size = Integer.parseInt(text);
        new PoolConfigBuilder("").blockSize(size);
        return size;
    }
}
