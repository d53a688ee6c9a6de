// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.instar.dns64.UpstreamAnswer.Security;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/** Validation of answers by dnsjava (RFC 4035 §5), from trust anchors on. */
final class Validation {

    private final byte[] trustAnchors;
    private final Dns64Counters counters;
    private final Clock clock;

    /**
     * @param trustAnchors DS or DNSKEY records in master file form
     * @param clock the time that signatures must be valid at
     * @throws IOException when they are none
     */
    Validation(byte[] trustAnchors, Dns64Counters counters, Clock clock) throws IOException {
        this.trustAnchors = trustAnchors.clone();
        this.counters = counters;
        this.clock = clock;
        resolver(query -> CompletableFuture.failedFuture(new IOException("not asked")));
    }

    private ValidatingResolver resolver(Upstream upstream) throws IOException {
        ValidatingResolver resolver = new ValidatingResolver(new UpstreamResolver(upstream), clock);
        resolver.setAddReasonToAdditional(false);   // it is in the extended error
        resolver.loadTrustAnchors(new ByteArrayInputStream(trustAnchors));
        if (resolver.getTrustAnchors().items().isEmpty()) {
            throw new IOException("no DS or DNSKEY record in it");
        }
        return resolver;
    }

    /** What one upstream says, validated. Keys are kept between questions. */
    Validated over(Upstream upstream) {
        try {
            return new Validated(upstream);
        } catch (IOException e) {
            throw new IllegalStateException(e);   // the anchors were read before
        }
    }

    /** Answers of one upstream. */
    final class Validated {

        /** What the upstream said to questions that wait for validation, where it was an error. */
        private final Map<String, CompletableFuture<Message>> waiting = new ConcurrentHashMap<>();
        private final ValidatingResolver resolver;

        private Validated(Upstream upstream) throws IOException {
            resolver = resolver(query -> upstream.query(query).thenApply(response -> {
                CompletableFuture<Message> asker = waiting.get(key(query));
                if (asker != null) {
                    asker.complete(response);
                }
                return response;
            }));
        }

        private String key(Message query) {
            return query.getHeader().getID() + " " + query.getQuestion();
        }

        /**
         * The validated answer.
         *
         * @param dnssecOk whether signatures and proofs are wanted
         */
        CompletionStage<UpstreamAnswer> answer(Message query, boolean dnssecOk) {
            String key = key(query);
            CompletableFuture<Message> raw = new CompletableFuture<>();
            waiting.put(key, raw);
            CompletionStage<Message> validated;
            try {
                validated = resolver.sendAsync(query, Runnable::run);
            } catch (RuntimeException e) {
                validated = CompletableFuture.failedFuture(e);
            }
            return validated.whenComplete((message, failure) -> waiting.remove(key, raw))
                    .thenApply(message -> judged(message, raw, dnssecOk));
        }

        private UpstreamAnswer judged(Message message, CompletableFuture<Message> raw, boolean dnssecOk) {
            Message said = raw.getNow(message);
            if (said.getRcode() != Rcode.NOERROR && said.getRcode() != Rcode.NXDOMAIN) {
                return UpstreamAnswer.of(said, Security.UNCHECKED);   // an error is no data that could be bogus
            }
            if (message.getRcode() == Rcode.SERVFAIL) {
                counters.increment(Dns64Counter.BOGUS);
                return UpstreamAnswer.of(message, Security.BOGUS);
            }
            boolean secure = message.getHeader().getFlag(Flags.AD);
            if (secure) {
                counters.increment(Dns64Counter.SECURE);
            }
            UpstreamAnswer answer = UpstreamAnswer.of(message, secure ? Security.SECURE : Security.INSECURE);
            return dnssecOk ? answer : withoutProofs(answer, message.getQuestion().getType());
        }
    }

    /** RFC 4035 §3.2.1: not for those who didn't ask, unless they ask for just these. */
    private static UpstreamAnswer withoutProofs(UpstreamAnswer answer, int asked) {
        return answer.withSections(
                answer.answer().stream().filter(record -> !isProof(record) || record.getType() == asked
                        || asked == Type.ANY).collect(Collectors.toList()),
                answer.authority().stream().filter(record -> !isProof(record)).collect(Collectors.toList()),
                answer.additional().stream().filter(record -> !isProof(record)).collect(Collectors.toList()));
    }

    private static boolean isProof(Record record) {
        return record.getType() == Type.RRSIG || record.getType() == Type.NSEC || record.getType() == Type.NSEC3;
    }
}
