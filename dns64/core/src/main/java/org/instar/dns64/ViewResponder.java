// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.instar.dns64.choice.PrefixChooser;
import org.instar.dns64.settings.View;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * The steps of answering for one view: class, access, local names, CD bit, AAAA, PTR, everything else. Keeps nothing
 * between queries but the prefixes of clients. Safe for use by several threads.
 */
final class ViewResponder {

    private final View view;
    private final PrefixChooser chooser;
    private final Lookup lookup;
    private final Ipv4OnlyArpa ipv4OnlyArpa;
    private final AaaaQuery aaaaQuery;
    private final PtrQuery ptrQuery;

    ViewResponder(View view, PrefixChooser chooser, Resolution resolution, Dns64Counters counters) {
        this.view = view;
        this.chooser = chooser;
        lookup = new Lookup(resolution, view);
        Blocks blocks = new Blocks(view, chooser);
        ipv4OnlyArpa = new Ipv4OnlyArpa(blocks);
        long maxTtl = chooser.isChoosing() ? view.prefixChoice().maxTtlSeconds() : Long.MAX_VALUE;
        aaaaQuery = new AaaaQuery(view.domains(), lookup, blocks, new Synthesis(blocks, maxTtl, counters), counters);
        ptrQuery = new PtrQuery(view, blocks, lookup);
    }

    View view() {
        return view;
    }

    /** The blocks for a client, as {@link PrefixChooser#choose} has them. */
    long chooseFor(long clientHigh, long clientLow) {
        return chooser.choose(clientHigh, clientLow);
    }

    boolean isAllowed(long clientHigh, long clientLow) {
        return view.allowQuery().matches(clientHigh, clientLow);
    }

    CompletionStage<Reply> answer(ClientQuery query) {
        if (!isAllowed(query.client().high(), query.client().low())) {
            return CompletableFuture.completedFuture(Reply.bare(Rcode.REFUSED, Dns64Counter.CLIENT_REFUSED));
        }
        if (query.dclass() != DClass.IN) {
            return pass(query, Dns64Counter.OTHER_CLASS);
        }
        if (view.isIpv4onlyEnable() && ipv4OnlyArpa.owns(query)) {
            return CompletableFuture.completedFuture(ipv4OnlyArpa.answer(query));
        }
        if (query.checkingDisabled()) {
            return pass(query, Dns64Counter.CHECKING_DISABLED);
        }
        if (query.type() == Type.AAAA) {
            return aaaaQuery.answer(query);
        }
        Optional<CompletionStage<Reply>> reverse = query.type() == Type.PTR ? ptrQuery.answer(query) : Optional.empty();
        return reverse.orElseGet(() -> pass(query, Dns64Counter.PASSED));
    }

    /** RFC 6147 §5.3.3: everything else is returned unchanged. */
    private CompletionStage<Reply> pass(ClientQuery query, Dns64Counter outcome) {
        return lookup.asIs(query, query.name(), query.type()).thenApply(answer -> Reply.passed(query, answer, outcome));
    }
}
