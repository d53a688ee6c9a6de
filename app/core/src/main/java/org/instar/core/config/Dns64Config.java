// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Map;

/** The options of the DNS64, as they were read: what they mean is the DNS64's to say, and its errors. Immutable. */
public final class Dns64Config {

    private final Map<String, Object> options;

    private Dns64Config(Map<String, Object> options) {
        this.options = options;
    }

    static Dns64Config read(ConfigNode node) {
        return new Dns64Config(node.takeAll());
    }

    /** Maps, lists and scalars. */
    public Map<String, Object> options() {
        return options;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dns64Config && options.equals(((Dns64Config) other).options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }
}
