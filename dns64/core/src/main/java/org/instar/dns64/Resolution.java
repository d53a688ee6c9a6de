// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.instar.dns64.cache.AnswerCache;
import org.instar.dns64.settings.ForwardZone;
import org.instar.dns64.settings.View;
import org.xbill.DNS.Name;

/**
 * Where answers come from: the cache, else the upstreams of the longest domain that the name is in, validated where
 * that is wanted. Never fails. Safe for use by several threads.
 */
final class Resolution {

    private final List<InetSocketAddress> upstreams;
    private final AnswerCache cache;
    private final Fetching fetching;
    private final Map<List<InetSocketAddress>, Fetching.Route> routes = new ConcurrentHashMap<>();

    Resolution(List<InetSocketAddress> upstreams, AnswerCache cache, Fetching fetching) {
        this.upstreams = upstreams;
        this.cache = cache;
        this.fetching = fetching;
    }

    CompletionStage<UpstreamAnswer> ask(View view, Question question) {
        List<InetSocketAddress> servers = serversFor(view, question.name());
        Fetching.Route route = routes.computeIfAbsent(servers, fetching::over);
        Question routed = servers == upstreams ? question : question.over(servers.toString());
        CompletionStage<UpstreamAnswer> asked;
        try {
            asked = cache.ask(routed, route::fetch);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        return asked.exceptionally(failure -> UpstreamAnswer.FAILED);
    }

    private List<InetSocketAddress> serversFor(View view, Name name) {
        List<InetSocketAddress> servers = upstreams;
        int labels = 0;
        for (ForwardZone zone : view.forward()) {
            if (zone.domain().labels() > labels && name.subdomain(zone.domain())) {
                servers = zone.upstreams();
                labels = zone.domain().labels();
            }
        }
        return servers;
    }
}
