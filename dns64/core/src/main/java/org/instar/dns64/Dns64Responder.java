// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Answers DNS queries as a DNS64 in recursive-resolver mode (RFC 6147 §5) that forwards and doesn't validate. The way
 * of a query: screen, class, ipv4only.arpa, CD bit, AAAA, PTR, everything else. Keeps no state between queries.
 * Safe for use by several threads.
 */
public final class Dns64Responder {

    private static final Logger LOG = LoggerFactory.getLogger(Dns64Responder.class);

    private final Dns64Counters counters;
    private final QueryScreen screen;
    private final UpstreamLookup lookup;
    private final Ipv4OnlyArpa ipv4OnlyArpa;
    private final AaaaQuery aaaaQuery;
    private final PtrQuery ptrQuery;

    public Dns64Responder(Dns64Settings settings, Upstream upstream, Dns64Counters counters) {
        this.counters = counters;
        PrefixChoice prefixes = new PrefixChoice(settings.prefixes());
        screen = new QueryScreen(counters);
        lookup = new UpstreamLookup(upstream);
        ipv4OnlyArpa = new Ipv4OnlyArpa(prefixes);
        aaaaQuery = new AaaaQuery(lookup, new ExcludedAddresses(settings.excludedPrefixes()),
                new Synthesis(prefixes, counters), counters);
        ptrQuery = new PtrQuery(prefixes, lookup, counters);
    }

    public Dns64Counters counters() {
        return counters;
    }

    /**
     * Answers one query; returns at once.
     *
     * @param query any message with QR clear ({@link WireResponder} keeps responses away); not changed
     * @return the response, with the query's id and question. Never completes exceptionally: what goes wrong is
     *         SERVFAIL. Its size is not bounded here
     */
    public CompletionStage<Message> answer(Message query) {
        counters.increment(Dns64Counter.QUERIES);
        ClientQuery clientQuery = new ClientQuery(query);
        CompletionStage<Message> response;
        try {
            response = dispatch(clientQuery, query);
        } catch (RuntimeException e) {
            response = CompletableFuture.failedFuture(e);
        }
        return response
                .exceptionally(failure -> internalError(clientQuery, failure))
                .thenApply(this::countServfail);
    }

    private CompletionStage<Message> dispatch(ClientQuery query, Message message) {
        int refusal = screen.refusal(message);
        if (refusal != QueryScreen.ACCEPTED) {
            return CompletableFuture.completedFuture(query.response(refusal));
        }
        if (query.dclass() != DClass.IN) {
            counters.increment(Dns64Counter.OTHER_CLASS);
            return pass(query);
        }
        if (ipv4OnlyArpa.owns(query)) {
            counters.increment(Dns64Counter.IPV4ONLY_ARPA);
            return CompletableFuture.completedFuture(ipv4OnlyArpa.answer(query));
        }
        if (query.checkingDisabled()) {
            counters.increment(Dns64Counter.CHECKING_DISABLED);
            return pass(query);
        }
        if (query.type() == Type.AAAA) {
            return aaaaQuery.answer(query);
        }
        Optional<CompletionStage<Message>> reverse = query.type() == Type.PTR ? ptrQuery.answer(query)
                : Optional.empty();
        return reverse.orElseGet(() -> pass(query));
    }

    /** RFC 6147 §5.3.3: everything else is returned unchanged. */
    private CompletionStage<Message> pass(ClientQuery query) {
        return lookup.asIs(query, query.name(), query.type()).thenApply(answer -> {
            if (answer != UpstreamAnswer.FAILED) {
                counters.increment(Dns64Counter.PASSED);
            }
            return answer.toResponse(query);
        });
    }

    private Message internalError(ClientQuery query, Throwable failure) {
        counters.increment(Dns64Counter.INTERNAL_ERRORS);
        LOG.warn("a DNS query could not be answered", failure);
        return query.response(Rcode.SERVFAIL);
    }

    private Message countServfail(Message response) {
        if (response.getHeader().getRcode() == Rcode.SERVFAIL) {
            counters.increment(Dns64Counter.SERVFAIL);
        }
        return response;
    }
}
