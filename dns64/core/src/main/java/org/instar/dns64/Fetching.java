// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Asks upstreams, and has their answers validated where that is wanted. */
final class Fetching {

    /** What is received over UDP at most: fits every IPv6 path unfragmented. */
    static final int UDP_PAYLOAD_BYTES = 1232;

    private final Upstreams upstreams;
    private final Validation validation;

    /**
     * @param validation null: nothing is validated
     */
    Fetching(Upstreams upstreams, Validation validation) {
        this.upstreams = upstreams;
        this.validation = validation;
    }

    /** The way to some upstreams. */
    interface Route {
        CompletionStage<UpstreamAnswer> fetch(Question question);
    }

    Route over(List<InetSocketAddress> servers) {
        Route route = route(upstreams.of(servers));
        return question -> route.fetch(question).exceptionally(failure -> UpstreamAnswer.FAILED);
    }

    private Route route(Upstream upstream) {
        Route plain = question -> upstream.query(query(question))
                .thenApply(response -> UpstreamAnswer.of(response, UpstreamAnswer.Security.UNCHECKED));
        if (validation == null) {
            return plain;
        }
        Validation.Validated validated = validation.over(upstream);
        // without recursion the chain of trust can't be had, and with CD set the client validates (RFC 6147 §5.5)
        return question -> question.checkingDisabled() || !question.recursionDesired() ? plain.fetch(question)
                : validated.answer(query(question), question.dnssecOk());
    }

    /** EDNS is hop by hop: the OPT record is our own. */
    private static Message query(Question question) {
        Message query = new Message();
        if (question.recursionDesired()) {
            query.getHeader().setFlag(Flags.RD);
        }
        if (question.checkingDisabled()) {
            query.getHeader().setFlag(Flags.CD);
        }
        query.addRecord(Record.newRecord(question.name(), question.type(), question.dclass()), Section.QUESTION);
        List<EDNSOption> options = new ArrayList<>();
        if (question.subnet() != null) {
            options.add(question.subnet());
        }
        query.addRecord(new OPTRecord(UDP_PAYLOAD_BYTES, 0, 0, question.dnssecOk() ? ExtendedFlags.DO : 0, options),
                Section.ADDITIONAL);
        return query;
    }
}
