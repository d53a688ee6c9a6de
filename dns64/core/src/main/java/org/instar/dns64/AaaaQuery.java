// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** The answer to an AAAA query (RFC 6147 §5.1): the real AAAA records, or ones made from A records. */
final class AaaaQuery {

    private final UpstreamLookup lookup;
    private final ExcludedAddresses excluded;
    private final Synthesis synthesis;
    private final Dns64Counters counters;

    AaaaQuery(UpstreamLookup lookup, ExcludedAddresses excluded, Synthesis synthesis, Dns64Counters counters) {
        this.lookup = lookup;
        this.excluded = excluded;
        this.synthesis = synthesis;
        this.counters = counters;
    }

    CompletionStage<Message> answer(ClientQuery query) {
        return lookup.followed(query, query.name(), Type.AAAA).thenCompose(aaaa -> afterAaaa(query, aaaa));
    }

    /** §5.1.1 to §5.1.4; any RCODE but 0 and 3 counts as an empty answer (§5.1.2). */
    private CompletionStage<Message> afterAaaa(ClientQuery query, UpstreamAnswer aaaa) {
        if (aaaa.rcode() == Rcode.NXDOMAIN) {
            return pass(query, aaaa);
        }
        if (aaaa.rcode() == Rcode.NOERROR && aaaa.has(Type.AAAA)) {
            if (!excluded.isAmong(aaaa)) {
                return pass(query, aaaa);
            }
            counters.increment(Dns64Counter.AAAA_EXCLUDED);
            UpstreamAnswer usable = excluded.removeFrom(aaaa);
            if (usable.has(Type.AAAA)) {
                return CompletableFuture.completedFuture(usable.toResponse(query));
            }
        }
        // always for the name in question: the answer then brings the chain that leads to its A records
        return lookup.followed(query, query.name(), Type.A).thenApply(a -> afterA(query, aaaa, a));
    }

    private CompletionStage<Message> pass(ClientQuery query, UpstreamAnswer answer) {
        counters.increment(Dns64Counter.PASSED);
        return CompletableFuture.completedFuture(answer.toResponse(query));
    }

    /** §5.1.6 and §5.4. */
    private Message afterA(ClientQuery query, UpstreamAnswer aaaa, UpstreamAnswer a) {
        if (a.rcode() == Rcode.NOERROR) {
            UpstreamAnswer synthesised = synthesis.synthesise(a, aaaa);
            if (synthesised.has(Type.AAAA)) {
                counters.increment(Dns64Counter.SYNTHESISED);
                return synthesised.toResponse(query);
            }
            counters.increment(Dns64Counter.NOTHING_TO_SYNTHESISE);
            boolean trulyEmpty = aaaa.rcode() == Rcode.NOERROR && !aaaa.has(Type.AAAA);
            return (trulyEmpty ? aaaa : synthesised).toResponse(query);
        }
        counters.increment(Dns64Counter.NOTHING_TO_SYNTHESISE);
        return a.toResponse(query);
    }
}
