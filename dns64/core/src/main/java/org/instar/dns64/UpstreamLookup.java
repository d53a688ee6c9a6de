// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** Asks the upstream and never fails; follows chains of CNAME and DNAME to their end (RFC 6147 §5.1.5). */
final class UpstreamLookup {

    /** Questions asked for one chain at most. Recursive upstreams need one: they send the chain whole. */
    private static final int MAX_LINKS = 8;

    private final Upstream upstream;

    UpstreamLookup(Upstream upstream) {
        this.upstream = upstream;
    }

    /** The answer as it comes, chains not followed. */
    CompletionStage<UpstreamAnswer> asIs(ClientQuery query, Name name, int type) {
        CompletionStage<UpstreamAnswer> asked;
        try {
            asked = upstream.query(query.upstreamQuery(name, type)).thenApply(UpstreamAnswer::of);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        return asked.exceptionally(failure -> UpstreamAnswer.FAILED);
    }

    /** The answer with its whole chain; RCODE and the sections other than the answer are those of the last link. */
    CompletionStage<UpstreamAnswer> followed(ClientQuery query, Name name, int type) {
        return follow(query, name, type, List.of(), MAX_LINKS);
    }

    private CompletionStage<UpstreamAnswer> follow(ClientQuery query, Name name, int type, List<Record> chain,
            int linksLeft) {
        return asIs(query, name, type).thenCompose(link -> {
            List<Record> records = new ArrayList<>(chain);
            records.addAll(link.answer());
            UpstreamAnswer sofar = link.withAnswer(records);
            Name end = AliasChain.end(name, link.answer());
            if (end == null) {
                return CompletableFuture.completedFuture(UpstreamAnswer.FAILED);
            }
            if (!query.recursionDesired() || end.equals(name) || terminated(link, type)) {
                return CompletableFuture.completedFuture(sofar);
            }
            return linksLeft > 1 ? follow(query, end, type, records, linksLeft - 1)
                    : CompletableFuture.completedFuture(UpstreamAnswer.FAILED);
        });
    }

    /** A chain has ended where there is data, an error, or a SOA record that says that there is no data. */
    private static boolean terminated(UpstreamAnswer link, int type) {
        return link.rcode() != Rcode.NOERROR || link.has(type) || link.hasSoa();
    }
}
