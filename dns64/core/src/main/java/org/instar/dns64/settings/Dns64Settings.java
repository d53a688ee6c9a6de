// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;

/** All that a DNS64 is told; read by {@link SettingsReader}. Immutable. */
public final class Dns64Settings {

    private final List<InetSocketAddress> listen;
    private final List<InetSocketAddress> upstreams;
    private final UpstreamSettings upstream;
    private final CacheSettings cache;
    private final ServingSettings serving;
    private final DnssecSettings dnssec;
    private final View whole;
    private final List<View> views;
    private final List<TranslatorSettings> translators;
    private final String queryLogFile;
    private final InetSocketAddress adminListen;

    Dns64Settings(Options options, Prefix64 defaultPrefix) throws SettingsException {
        listen = options.list("listen", List.of(), Endpoints::parse);
        upstreams = ForwardZone.upstreams(options);
        upstream = UpstreamSettings.read(options);
        cache = CacheSettings.read(options.object("cache"));
        serving = ServingSettings.read(options);
        dnssec = DnssecSettings.read(options.object("dnssec"));
        whole = View.whole(options, defaultPrefix);
        views = View.readAll(options, whole);
        translators = TranslatorSettings.readAll(options);
        queryLogFile = options.get("query-log", null, text -> text);
        adminListen = options.get("admin-listen", null, Endpoints::parse);
        options.refuseUnknown();
    }

    /** Where clients are served; may be empty when there are no sockets to open here. */
    public List<InetSocketAddress> listen() {
        return listen;
    }

    /** Who is asked about what no {@link ForwardZone} has; at least one. */
    public List<InetSocketAddress> upstreams() {
        return upstreams;
    }

    public UpstreamSettings upstream() {
        return upstream;
    }

    public CacheSettings cache() {
        return cache;
    }

    public ServingSettings serving() {
        return serving;
    }

    public DnssecSettings dnssec() {
        return dnssec;
    }

    /** For clients in no view. */
    public View whole() {
        return whole;
    }

    /** All views, that for everyone else last. */
    public List<View> views() {
        List<View> all = new ArrayList<>(views);
        all.add(whole);
        return all;
    }

    /** The view a client is in (IPv4-mapped, where it came over IPv4). */
    public View viewOf(Ip6 client) {
        for (View view : views) {
            if (view.clients().matches(client)) {
                return view;
            }
        }
        return whole;
    }

    public List<TranslatorSettings> translators() {
        return translators;
    }

    /** Where each query is written to as a line of JSON. */
    public Optional<String> queryLogFile() {
        return Optional.ofNullable(queryLogFile);
    }

    /** Where metrics and the flushing of the cache are served over HTTP. */
    public Optional<InetSocketAddress> adminListen() {
        return Optional.ofNullable(adminListen);
    }
}
