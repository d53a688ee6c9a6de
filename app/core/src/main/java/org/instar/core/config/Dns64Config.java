// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.net.InetSocketAddress;
import java.util.List;
import org.instar.engine.address.Prefix64;

/** The DNS64 responder: where it listens, whom it asks, which prefix it answers with. Immutable. */
public final class Dns64Config {

    private final List<InetSocketAddress> listen;
    private final List<InetSocketAddress> upstreams;
    private final Prefix64 prefix;

    private Dns64Config(List<InetSocketAddress> listen, List<InetSocketAddress> upstreams, Prefix64 prefix) {
        this.listen = listen;
        this.upstreams = upstreams;
        this.prefix = prefix;
    }

    static Dns64Config read(ConfigNode node, List<Prefix64> prefixes) throws ConfigException {
        List<InetSocketAddress> listen = node.list("listen", Endpoint::parse);
        List<InetSocketAddress> upstreams = node.list("upstreams", Endpoint::parse);
        Prefix64 prefix = node.optional("prefix", prefixes.get(0), Prefix64::parse);
        if (!prefixes.contains(prefix)) {
            throw node.error("prefix", prefix + " is not among prefixes: nothing would translate it");
        }
        node.refuseUnknown();
        return new Dns64Config(listen, upstreams, prefix);
    }

    public List<InetSocketAddress> listen() {
        return listen;
    }

    public List<InetSocketAddress> upstreams() {
        return upstreams;
    }

    public Prefix64 prefix() {
        return prefix;
    }
}
