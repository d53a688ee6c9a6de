// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.instar.dns64.cache.AnswerCache;
import org.instar.dns64.choice.PrefixChooser;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Ip6;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * Answers DNS queries as a DNS64 in recursive-resolver mode (RFC 6147 §5) that forwards. The way of a query: screen,
 * view of the client, and then {@link ViewResponder}'s. Safe for use by several threads.
 */
public final class Dns64Responder {

    private static final Logger LOG = LoggerFactory.getLogger(Dns64Responder.class);

    private final Dns64Settings settings;
    private final Dns64Counters counters;
    private final QueryScreen screen;
    private final List<ViewResponder> views;
    private final ViewResponder whole;

    /**
     * @param context what outlives settings: cache, upstreams, load of translators, clocks
     * @throws IOException when the trust anchors can't be read
     */
    public Dns64Responder(Dns64Settings settings, Dns64Context context) throws IOException {
        this.settings = settings;
        this.counters = context.counters();
        this.screen = new QueryScreen();
        AnswerCache cache = context.cacheFor(settings);
        Resolution resolution = new Resolution(settings.upstreams(), cache,
                new Fetching(context.upstreamsFor(settings), context.validationFor(settings)));
        this.views = settings.views().stream().map(view -> responder(view, resolution, context))
                .collect(Collectors.toList());
        this.whole = views.get(views.size() - 1);
    }

    private ViewResponder responder(View view, Resolution resolution, Dns64Context context) {
        PrefixChooser chooser = new PrefixChooser(view, context.loads(), new Random(), context.nanoClock());
        return new ViewResponder(view, chooser, resolution, counters);
    }

    public Dns64Settings settings() {
        return settings;
    }

    public Dns64Counters counters() {
        return counters;
    }

    /** The view of a client, by its address' bits; IPv4-mapped where it came over IPv4. */
    ViewResponder viewOf(long clientHigh, long clientLow) {
        for (ViewResponder view : views) {
            if (view == whole || view.view().clients().matches(clientHigh, clientLow)) {
                return view;
            }
        }
        return whole;
    }

    /**
     * Answers one query; returns at once.
     *
     * @param message any message with QR clear ({@link WireResponder} keeps responses away); not changed
     * @return what to tell the client. Never completes exceptionally: what goes wrong is SERVFAIL
     */
    CompletionStage<Reply> answer(Message message, Ip6 client, ViewResponder view, long prefixMask) {
        ClientQuery query = new ClientQuery(message, client, prefixMask);
        CompletionStage<Reply> reply;
        try {
            Reply refusal = screen.refusal(message);
            reply = refusal == null ? view.answer(query) : CompletableFuture.completedFuture(refusal);
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        return reply.exceptionally(this::internalError);
    }

    private Reply internalError(Throwable failure) {
        LOG.warn("a DNS query could not be answered", failure);
        return Reply.bare(Rcode.SERVFAIL, Dns64Counter.INTERNAL_ERRORS);
    }
}
