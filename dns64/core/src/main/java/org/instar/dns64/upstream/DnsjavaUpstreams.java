// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Upstream;
import org.instar.dns64.Upstreams;
import org.instar.dns64.settings.UpstreamSettings;

/**
 * Name servers by address; one that stands in several lists is one, with one health. Safe for use by several
 * threads.
 */
public final class DnsjavaUpstreams implements Upstreams {

    private final UpstreamSettings settings;
    private final Dns64Counters counters;
    private final Map<InetSocketAddress, NameServer> servers = new ConcurrentHashMap<>();

    public DnsjavaUpstreams(UpstreamSettings settings, Dns64Counters counters) {
        this.settings = settings;
        this.counters = counters;
    }

    @Override
    public Upstream of(List<InetSocketAddress> addresses) {
        return new DnsjavaUpstream(addresses.stream()
                .map(address -> servers.computeIfAbsent(address, a -> new NameServer(a, settings, counters)))
                .collect(Collectors.toList()), settings.tries());
    }

    /** Each name server with its health: "192.0.2.53:53 up, 12 ms". */
    public List<String> describe() {
        List<String> texts = new ArrayList<>();
        servers.values().forEach(server -> texts.add(server.toString()));
        return texts;
    }
}
