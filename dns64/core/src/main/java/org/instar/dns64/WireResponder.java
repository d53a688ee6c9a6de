// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Ip6;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/**
 * Answers DNS queries as bytes. Answers are kept as ready messages, bounded by bytes, which a {@link Worker} sends
 * without waiting or making objects; the rest is read, answered by {@link Dns64Responder} and fitted into what the
 * client takes (RFC 1035 §4.2, RFC 6891 §6.2.5). The ready messages live and die with one responder, so that none is of
 * settings of before. For any kind of socket. Safe for use by several threads.
 */
public final class WireResponder {

    /** What a query came over. */
    public enum Transport { UDP, TCP }

    private static final Logger LOG = LoggerFactory.getLogger(WireResponder.class);

    private static final int PLAIN_UDP_BYTES = 512;   // RFC 1035 §4.2.1: for clients without EDNS
    private static final int MIN_QUESTION_BYTES = 5;
    private static final int MIN_RECORD_BYTES = 11;
    private static final int QR_BIT = 0x80;   // in the third byte of a message
    private static final int TC_BIT = 0x02;
    private static final int MAX_KEY_BYTES = 255 + 4 + 11;
    /** Of the cache's bytes, for ready messages; the rest is for answers of upstreams. */
    private static final int READY_SHARE = 4;

    private final Dns64Responder responder;
    private final Dns64Counters counters;
    private final QueryListener listener;
    private final LongSupplier nanoClock;
    private final int maxUdpBytes;
    private final int refreshPercent;
    private final Cache<ReadyKey, ReadyAnswer> ready;

    /**
     * @param listener null: nobody is told
     */
    public WireResponder(Dns64Responder responder, LongSupplier nanoClock, QueryListener listener) {
        this.responder = responder;
        this.counters = responder.counters();
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.maxUdpBytes = responder.settings().serving().maxUdpBytes();
        this.refreshPercent = responder.settings().cache().prefetchPercent();
        this.ready = Caffeine.newBuilder().maximumWeight(responder.settings().cache().sizeBytes() / READY_SHARE)
                .weigher((ReadyKey key, ReadyAnswer answer) -> answer.weight(key)).build();
    }

    public Dns64Responder responder() {
        return responder;
    }

    /** Forgets all ready messages; what is made of upstreams' answers of before may still come in. */
    public void flush() {
        ready.invalidateAll();
    }

    /** What ready messages weigh. */
    public long readyBytes() {
        ready.cleanUp();
        return ready.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
    }

    /** For one thread that answers queries. */
    public Worker worker() {
        return new Worker();
    }

    /** Answers from the ready messages; for one thread. */
    public final class Worker {

        private final WireQuery query = new WireQuery();
        private final ReadyKey key = new ReadyKey(MAX_KEY_BYTES);

        private Worker() {
        }

        /**
         * Answers a query if a ready message does.
         *
         * @param bytes the query, from 0 to length
         * @param clientHigh bits of the client's address, IPv4-mapped where it came over IPv4
         * @param out where the answer goes; over UDP one that is too small for it makes the answer truncated
         * @return bytes of the answer; 0: there is none ready, ask {@link WireResponder#answer}
         */
        public int answer(byte[] bytes, int length, long clientHigh, long clientLow, Transport transport,
                byte[] out) {
            if (!query.read(bytes, length)) {
                return 0;
            }
            ViewResponder view = responder.viewOf(clientHigh, clientLow);
            if (!isShared(view) || !view.isAllowed(clientHigh, clientLow)) {
                return 0;
            }
            query.into(key, bytes, view.view().index(), view.chooseFor(clientHigh, clientLow));
            ReadyAnswer answer = ready.getIfPresent(key);
            long now = nanoClock.getAsLong();
            if (answer == null || !answer.isFresh(now)
                    || transport == Transport.TCP && answer.maxBytes() > out.length) {
                return 0;
            }
            int max = transport == Transport.TCP ? Message.MAXLENGTH : Math.min(query.clientTakesBytes(), maxUdpBytes);
            int written = answer.write(bytes, false, query.hasOpt(), query.dnssecOk(), Math.min(max, out.length), now,
                    out);
            counters.increment(Dns64Counter.QUERIES);
            counters.increment(Dns64Counter.READY_HITS);
            count(answer.outcome(), answer.rcode(), out);
            if (listener != null) {
                tell(bytes, length, clientHigh, clientLow, view, transport, answer, now);
            }
            if (answer.claimRefresh(now)) {
                answerAnew(Arrays.copyOf(bytes, length), Ip6.of(clientHigh, clientLow), transport);
            }
            return written;
        }

        private void tell(byte[] bytes, int length, long clientHigh, long clientLow, ViewResponder view,
                Transport transport, ReadyAnswer answer, long startedNanos) {
            try {
                listener.answered(Ip6.of(clientHigh, clientLow), view.view().name(),
                        new Message(Arrays.copyOf(bytes, length)).getQuestion().getName(), query.type(), transport,
                        answer.rcode(), answer.outcome(), true, nanoClock.getAsLong() - startedNanos);
            } catch (IOException e) {
                throw new IllegalStateException(e);   // it was read before
            }
        }
    }

    /** Whether one client's answers are another's: not where they may depend on the client's own address. */
    private static boolean isShared(ViewResponder view) {
        return view.view().clientSubnet() == View.ClientSubnet.OFF;
    }

    /**
     * Answers one query; returns at once. Over UDP the answer has as many bytes as the client takes and settings allow,
     * 512 at most for clients without EDNS; over TCP 65 535 at most; TC is set when something had to be left out.
     *
     * @param query the bytes of a message, without the length that TCP puts before it
     * @param client IPv4-mapped where it came over IPv4
     * @return the bytes of the answer; empty for messages that get none: shorter than a DNS header, or responses.
     *         Never completes exceptionally
     */
    public CompletionStage<Optional<byte[]>> answer(byte[] query, Ip6 client, Transport transport) {
        if (query.length < Header.LENGTH) {
            return dropped(Dns64Counter.TOO_SHORT_DROPPED);
        }
        if ((query[2] & QR_BIT) != 0) {
            return dropped(Dns64Counter.RESPONSES_DROPPED);   // two servers must not talk to each other forever
        }
        counters.increment(Dns64Counter.QUERIES);
        return answerAnew(query, client, transport).thenApply(answer -> {
            count(answer.outcome, answer.rcode, answer.wire);
            return Optional.of(answer.wire);
        });
    }

    private CompletionStage<Optional<byte[]>> dropped(Dns64Counter counter) {
        counters.increment(counter);
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Bytes, and what is counted of them. */
    private static final class Answer {
        private final byte[] wire;
        private final Dns64Counter outcome;
        private final int rcode;

        private Answer(byte[] wire, Dns64Counter outcome, int rcode) {
            this.wire = wire;
            this.outcome = outcome;
            this.rcode = rcode;
        }
    }

    private CompletionStage<Answer> answerAnew(byte[] query, Ip6 client, Transport transport) {
        long started = nanoClock.getAsLong();
        ViewResponder view = responder.viewOf(client.high(), client.low());
        Message message;
        try {
            message = parse(query);
        } catch (IOException | RuntimeException e) {
            Answer malformed = new Answer(headerOnly(query, Rcode.FORMERR), Dns64Counter.MALFORMED, Rcode.FORMERR);
            tell(client, view, null, transport, malformed, started);
            return CompletableFuture.completedFuture(malformed);
        }
        long mask = view.chooseFor(client.high(), client.low());
        return responder.answer(message, client, view, mask)
                .thenApply(reply -> rendered(reply, new ClientQuery(message, client, mask), query, view, transport))
                .exceptionally(failure -> unrenderable(query, failure))
                .thenApply(answer -> {
                    tell(client, view, message.getQuestion(), transport, answer, started);
                    return answer;
                });
    }

    private static Message parse(byte[] query) throws IOException {
        Header header = new Header(query);
        int records = header.getCount(1) + header.getCount(2) + header.getCount(3);
        int minBytes = Header.LENGTH + MIN_QUESTION_BYTES * header.getCount(0) + MIN_RECORD_BYTES * records;
        if (minBytes > query.length) {
            // the parser makes room for what the counts announce
            throw new IOException("more records announced than " + query.length + " bytes hold");
        }
        return new Message(query);
    }

    private Answer rendered(Reply reply, ClientQuery query, byte[] bytes, ViewResponder view, Transport transport) {
        long now = nanoClock.getAsLong();
        ReadyAnswer answer = ReadyAnswer.of(reply, query, now, refreshPercent);
        if (reply.ttlSeconds() > 0 && isShared(view)) {
            keep(answer, query, bytes, view);
        }
        byte[] out = new byte[answer.maxBytes()];
        int length = answer.write(bytes, true, query.hasOpt(), query.dnssecOk(),
                maxBytes(query.message(), transport), now, out);
        int rcode = reply.rcode() > 15 && !query.hasOpt() ? Rcode.SERVFAIL : reply.rcode();
        return new Answer(Arrays.copyOf(out, length), reply.outcome(), rcode);
    }

    private void keep(ReadyAnswer answer, ClientQuery query, byte[] bytes, ViewResponder view) {
        WireQuery wire = new WireQuery();
        if (wire.read(bytes, bytes.length)) {
            ReadyKey key = new ReadyKey(MAX_KEY_BYTES);
            wire.into(key, bytes, view.view().index(), query.prefixMask());
            ready.put(key.copy(), answer);
        }
    }

    private int maxBytes(Message query, Transport transport) {
        if (transport == Transport.TCP) {
            return Message.MAXLENGTH;
        }
        OPTRecord opt = query.getOPT();
        int clientTakes = opt == null ? PLAIN_UDP_BYTES : Math.max(PLAIN_UDP_BYTES, opt.getPayloadSize());
        return Math.min(clientTakes, maxUdpBytes);
    }

    private void count(Dns64Counter outcome, int rcode, byte[] wire) {
        counters.increment(outcome);
        counters.increment(Dns64Counter.ofRcode(rcode));
        if ((wire[2] & TC_BIT) != 0) {
            counters.increment(Dns64Counter.TRUNCATED);
        }
    }

    private void tell(Ip6 client, ViewResponder view, Record question, Transport transport, Answer answer,
            long startedNanos) {
        if (listener != null) {
            listener.answered(client, view.view().name(), question == null ? null : question.getName(),
                    question == null ? 0 : question.getType(), transport, answer.rcode, answer.outcome, false,
                    nanoClock.getAsLong() - startedNanos);
        }
    }

    private static Answer unrenderable(byte[] query, Throwable failure) {
        LOG.warn("an answer could not be written", failure);
        return new Answer(headerOnly(query, Rcode.SERVFAIL), Dns64Counter.INTERNAL_ERRORS, Rcode.SERVFAIL);
    }

    /** An error without question section, for queries whose question is not known. */
    private static byte[] headerOnly(byte[] query, int rcode) {
        Header header = new Header((query[0] & 0xff) << 8 | query[1] & 0xff);
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        header.setOpcode(query[2] >> 3 & 0xf);
        if ((query[2] & 0x01) != 0) {
            header.setFlag(Flags.RD);
        }
        header.setRcode(rcode);
        return header.toWire();
    }
}
