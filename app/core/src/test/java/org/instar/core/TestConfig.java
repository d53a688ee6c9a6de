// SPDX-License-Identifier: Apache-2.0
package org.instar.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Nat64Config;

/** Configurations for tests. */
public final class TestConfig {

    public static final long GATEWAY_MAC = 0x02005e006401L;

    private TestConfig() {
    }

    /** A whole configuration tree whose top level may be changed. */
    public static Map<String, Object> tree() {
        Map<String, Object> tree = new HashMap<>();
        tree.put("prefixes", List.of("64:ff9b:1::/96"));
        tree.put("pools", List.of(Map.of("name", "main", "prefixes", List.of("192.0.2.64/28"))));
        tree.put("gateway", Map.of(
                "mac", "02:00:5e:00:64:01",
                "ipv6", Map.of("address", "2001:db8:6::1/64"),
                "ipv4", Map.of("address", "192.0.2.1/24")));
        return tree;
    }

    public static Nat64Config standard() {
        return of(Map.of());
    }

    /** The standard one with some of its top level replaced. */
    public static Nat64Config of(Map<String, ?> changes) {
        Map<String, Object> tree = tree();
        tree.putAll(changes);
        try {
            return ConfigReader.read(tree);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    public static Nat64Config withPools(Object... pools) throws ConfigException {
        Map<String, Object> tree = tree();
        tree.put("pools", List.of(pools));
        return ConfigReader.read(tree);
    }
}
