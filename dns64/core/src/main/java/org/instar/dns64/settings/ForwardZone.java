// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/** A domain whose names are asked of upstreams of its own. Immutable. */
public final class ForwardZone {

    private final Name domain;
    private final List<InetSocketAddress> upstreams;

    private ForwardZone(Name domain, List<InetSocketAddress> upstreams) {
        this.domain = domain;
        this.upstreams = List.copyOf(upstreams);
    }

    /** Null where the option is absent. */
    static List<ForwardZone> readAll(Options options) throws SettingsException {
        List<Options> objects = options.objects("forward");
        if (objects == null) {
            return null;
        }
        List<ForwardZone> zones = new ArrayList<>();
        for (Options object : objects) {
            ForwardZone zone = new ForwardZone(object.required("domain", Names::domain), upstreams(object));
            object.refuseUnknown();
            if (zones.stream().anyMatch(other -> other.domain.equals(zone.domain))) {
                throw object.error("domain", zone.domain + " is there twice");
            }
            zones.add(zone);
        }
        return List.copyOf(zones);
    }

    static List<InetSocketAddress> upstreams(Options options) throws SettingsException {
        List<InetSocketAddress> upstreams = options.list("upstreams", List.of(), ForwardZone::upstream);
        if (upstreams.isEmpty()) {
            throw options.error("upstreams", "is missing: at least one is needed");
        }
        return upstreams;
    }

    private static InetSocketAddress upstream(String text) {
        InetSocketAddress address = Endpoints.parse(text);
        if (address.getPort() == 0 || address.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("not an address with a port to ask: '" + text + "'");
        }
        return address;
    }

    public Name domain() {
        return domain;
    }

    public List<InetSocketAddress> upstreams() {
        return upstreams;
    }
}
