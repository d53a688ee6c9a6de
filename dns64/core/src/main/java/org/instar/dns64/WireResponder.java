// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;

/**
 * Answers DNS queries as bytes: reads them, has {@link Dns64Responder} answer, and fits the answer into what the
 * client takes (RFC 1035 §4.2, RFC 6891 §6.2.5). For any kind of socket. Safe for use by several threads.
 */
public final class WireResponder {

    /** What a query came over. */
    public enum Transport { UDP, TCP }

    private static final Logger LOG = LoggerFactory.getLogger(WireResponder.class);

    /** RFC 1035 §4.2.1: for clients without EDNS. */
    private static final int PLAIN_UDP_BYTES = 512;
    private static final int MIN_QUESTION_BYTES = 5;
    private static final int MIN_RECORD_BYTES = 11;
    private static final int QR_BIT = 0x80;   // in the third byte of a message

    private final Dns64Responder responder;
    private final Dns64Counters counters;

    public WireResponder(Dns64Responder responder) {
        this.responder = responder;
        this.counters = responder.counters();
    }

    /**
     * Answers one query; returns at once. Over UDP the answer has as many bytes as the client takes and 1232 at most,
     * 512 for clients without EDNS; over TCP 65 535 at most; TC is set when something had to be left out.
     *
     * @param query the bytes of a message, without the length that TCP puts before it
     * @return the bytes of the answer; empty for messages that get none: shorter than a DNS header, or responses.
     *         Never completes exceptionally
     */
    public CompletionStage<Optional<byte[]>> answer(byte[] query, Transport transport) {
        if (query.length < Header.LENGTH) {
            return dropped(Dns64Counter.TOO_SHORT_DROPPED);
        }
        if ((query[2] & QR_BIT) != 0) {
            return dropped(Dns64Counter.RESPONSES_DROPPED);   // two servers must not talk to each other forever
        }
        Message message;
        try {
            message = parse(query);
        } catch (IOException | RuntimeException e) {
            counters.increment(Dns64Counter.QUERIES);
            counters.increment(Dns64Counter.MALFORMED);
            return CompletableFuture.completedFuture(Optional.of(headerOnly(query, Rcode.FORMERR)));
        }
        return responder.answer(message)
                .thenApply(response -> Optional.of(render(response, maxBytes(message, transport))))
                .exceptionally(failure -> Optional.of(unrenderable(query, failure)));
    }

    private CompletionStage<Optional<byte[]>> dropped(Dns64Counter counter) {
        counters.increment(counter);
        return CompletableFuture.completedFuture(Optional.empty());
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

    private static int maxBytes(Message query, Transport transport) {
        if (transport == Transport.TCP) {
            return Message.MAXLENGTH;
        }
        OPTRecord opt = query.getOPT();
        int clientTakes = opt == null ? PLAIN_UDP_BYTES : Math.max(PLAIN_UDP_BYTES, opt.getPayloadSize());
        return Math.min(clientTakes, ClientQuery.UDP_PAYLOAD_BYTES);
    }

    private byte[] render(Message response, int maxBytes) {
        byte[] wire = response.toWire(maxBytes);
        if ((wire[2] & 0x02) != 0) {
            counters.increment(Dns64Counter.TRUNCATED);
        }
        return wire;
    }

    private byte[] unrenderable(byte[] query, Throwable failure) {
        counters.increment(Dns64Counter.INTERNAL_ERRORS);
        LOG.warn("an answer could not be written", failure);
        return headerOnly(query, Rcode.SERVFAIL);
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
