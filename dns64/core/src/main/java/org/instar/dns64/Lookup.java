// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.instar.dns64.settings.View;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** What a view asks others for; never fails. Follows chains of CNAME and DNAME to their end (RFC 6147 §5.1.5). */
final class Lookup {

    /** Questions asked for one chain at most. Recursive upstreams need one: they send the chain whole. */
    private static final int MAX_LINKS = 8;

    private final Resolution resolution;
    private final View view;
    private final SubnetPolicy subnets;

    Lookup(Resolution resolution, View view) {
        this.resolution = resolution;
        this.view = view;
        this.subnets = new SubnetPolicy(view.clientSubnet());
    }

    /** The answer as it comes, chains not followed. */
    CompletionStage<UpstreamAnswer> asIs(ClientQuery query, Name name, int type) {
        ClientSubnetOption subnet = subnets.of(query);
        return resolution.ask(view, new Question(query, subnet).about(name, type));
    }

    /** The answer with its whole chain; RCODE and the sections other than the answer are those of the last link. */
    CompletionStage<UpstreamAnswer> followed(ClientQuery query, Name name, int type) {
        return follow(query, name, type, null, MAX_LINKS);
    }

    private CompletionStage<UpstreamAnswer> follow(ClientQuery query, Name name, int type, UpstreamAnswer before,
            int linksLeft) {
        return asIs(query, name, type).thenCompose(link -> {
            UpstreamAnswer sofar = before == null ? link : joined(before, link);
            Name end = AliasChain.end(name, link.answer());
            if (end == null) {
                return CompletableFuture.completedFuture(UpstreamAnswer.FAILED);
            }
            if (!query.recursionDesired() || end.equals(name) || terminated(link, type)) {
                return CompletableFuture.completedFuture(sofar);
            }
            return linksLeft > 1 ? follow(query, end, type, sofar, linksLeft - 1)
                    : CompletableFuture.completedFuture(UpstreamAnswer.FAILED);
        });
    }

    private static UpstreamAnswer joined(UpstreamAnswer before, UpstreamAnswer link) {
        List<Record> records = new ArrayList<>(before.answer());
        records.addAll(link.answer());
        return link.withAnswer(records).securedBy(before);
    }

    /** A chain has ended where there is data, an error, or a SOA record that says that there is no data. */
    private static boolean terminated(UpstreamAnswer link, int type) {
        return link.rcode() != Rcode.NOERROR || link.has(type) || link.hasSoa();
    }
}
