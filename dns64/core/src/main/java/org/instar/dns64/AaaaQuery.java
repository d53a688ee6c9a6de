// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.instar.dns64.UpstreamAnswer.Security;
import org.instar.dns64.settings.DomainPolicy;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** The answer to an AAAA query (RFC 6147 §5.1): the real AAAA records, or ones made from A records. */
final class AaaaQuery {

    private final DomainPolicy.Table domains;
    private final Lookup lookup;
    private final Blocks blocks;
    private final Synthesis synthesis;
    private final Dns64Counters counters;

    AaaaQuery(DomainPolicy.Table domains, Lookup lookup, Blocks blocks, Synthesis synthesis, Dns64Counters counters) {
        this.domains = domains;
        this.lookup = lookup;
        this.blocks = blocks;
        this.synthesis = synthesis;
        this.counters = counters;
    }

    /** AAAA and A are asked for at once (§5.1.8); the A records aren't waited for when they aren't needed. */
    CompletionStage<Reply> answer(ClientQuery query) {
        DomainPolicy policy = domains.of(query.name());
        CompletionStage<UpstreamAnswer> aaaa = lookup.followed(query, query.name(), Type.AAAA);
        if (policy.synthesis() == DomainPolicy.Synthesis.NEVER || blocks.of(query).isEmpty()) {
            return aaaa.thenApply(answer -> Reply.passed(query, answer, Dns64Counter.SYNTHESIS_OFF));
        }
        // always for the name in question: the answer then brings the chain that leads to its A records
        CompletionStage<UpstreamAnswer> a = lookup.followed(query, query.name(), Type.A);
        return aaaa.thenCompose(answer -> afterAaaa(query, policy, answer, a));
    }

    /** §5.1.1 to §5.1.4. */
    private CompletionStage<Reply> afterAaaa(ClientQuery query, DomainPolicy policy, UpstreamAnswer aaaa,
            CompletionStage<UpstreamAnswer> a) {
        if (aaaa.security() == Security.BOGUS || aaaa.rcode() == Rcode.NXDOMAIN) {
            return done(Reply.passed(query, aaaa, Dns64Counter.PASSED));
        }
        if (aaaa.isFailure() && !policy.errorPolicy().countsAsEmpty(aaaa.isSilent())) {
            return done(Reply.passed(query, aaaa, Dns64Counter.ERROR_PASSED));
        }
        boolean real = policy.synthesis() != DomainPolicy.Synthesis.ALWAYS;
        if (real && !aaaa.isFailure() && aaaa.has(Type.AAAA)) {
            if (!blocks.hasExcluded(query, aaaa)) {
                return done(Reply.passed(query, aaaa, Dns64Counter.PASSED));
            }
            UpstreamAnswer usable = blocks.withoutExcluded(query, aaaa);
            if (usable.has(Type.AAAA)) {
                return done(Reply.passed(query, usable, Dns64Counter.AAAA_EXCLUDED));
            }
            counters.increment(Dns64Counter.AAAA_EXCLUDED);
        }
        return a.thenApply(answer -> afterA(query, aaaa, answer));
    }

    private static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    /** §5.1.6, §5.4 and §5.5. */
    private Reply afterA(ClientQuery query, UpstreamAnswer aaaa, UpstreamAnswer a) {
        if (a.rcode() != Rcode.NOERROR) {
            return Reply.passed(query, a, Dns64Counter.NOTHING_TO_SYNTHESISE);
        }
        boolean signed = query.dnssecOk() && isSigned(aaaa, a);
        UpstreamAnswer synthesised = synthesis.synthesise(query, a, aaaa, signed).securedBy(aaaa);
        if (synthesised.has(Type.AAAA)) {
            return Reply.synthetic(query, synthesised, Dns64Counter.SYNTHESISED);
        }
        boolean trulyEmpty = aaaa.rcode() == Rcode.NOERROR && !aaaa.has(Type.AAAA);
        boolean kept = signed && a.has(Type.A) && trulyEmpty && !blocks.breakDnssec(query);
        return Reply.passed(query, trulyEmpty ? aaaa : synthesised,
                kept ? Dns64Counter.SIGNED_NOT_SYNTHESISED : Dns64Counter.NOTHING_TO_SYNTHESISE);
    }

    /** BIND's rule for clients with DO: data that is signed, or found secure, isn't changed unless break-dnssec. */
    private static boolean isSigned(UpstreamAnswer aaaa, UpstreamAnswer a) {
        return aaaa.security() == Security.SECURE || a.security() == Security.SECURE
                || aaaa.security() == Security.UNCHECKED && (aaaa.isSigned() || a.isSigned());
    }
}
