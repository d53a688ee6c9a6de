// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.List;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** What a client is to be told, and why; without what belongs to one query: id, case, EDNS. Immutable. */
final class Reply {

    /** Extended error 29 of IANA's registry: the answer was synthesised. dnsjava knows no name for it. */
    static final int SYNTHESIZED = 29;

    private final UpstreamAnswer content;
    private final Dns64Counter outcome;
    private final boolean authoritative;
    private final boolean authentic;
    private final long ttlSeconds;

    private Reply(UpstreamAnswer content, Dns64Counter outcome, boolean authoritative, boolean authentic,
            long ttlSeconds) {
        this.content = content;
        this.outcome = outcome;
        this.authoritative = authoritative;
        this.authentic = authentic;
        this.ttlSeconds = ttlSeconds;
    }

    /** An answer as it came. */
    static Reply passed(ClientQuery query, UpstreamAnswer answer, Dns64Counter outcome) {
        boolean keep = !answer.isFailure() && answer.errors().isEmpty();
        Dns64Counter why = answer.isSilent() && outcome == Dns64Counter.PASSED ? Dns64Counter.UPSTREAMS_SILENT
                : outcome;
        return new Reply(answer, why, false,
                answer.security() == UpstreamAnswer.Security.SECURE && query.wantsAuthenticData(),
                keep ? answer.ttlSeconds() : 0);
    }

    /** Synthetic records: authentic for those with DO set only (RFC 6147 §5.5). */
    static Reply synthetic(ClientQuery query, UpstreamAnswer answer, Dns64Counter outcome) {
        boolean keep = answer.errors().isEmpty();
        return new Reply(answer.withError(SYNTHESIZED), outcome, false,
                answer.security() == UpstreamAnswer.Security.SECURE && query.dnssecOk(),
                keep ? answer.answer().stream().mapToLong(Record::getTTL).min().orElse(0) : 0);
    }

    /** An answer of a zone that is ours. */
    static Reply authoritative(UpstreamAnswer answer, Dns64Counter outcome) {
        return new Reply(answer, outcome, true, false, answer.ttlSeconds());
    }

    /** An RCODE and nothing else. */
    static Reply bare(int rcode, Dns64Counter outcome) {
        return new Reply(UpstreamAnswer.bare(rcode), outcome, false, false, 0);
    }

    int rcode() {
        return content.rcode();
    }

    UpstreamAnswer content() {
        return content;
    }

    /** Why it is what it is. */
    Dns64Counter outcome() {
        return outcome;
    }

    List<ExtendedErrorCodeOption> errors() {
        return content.errors();
    }

    /** For how long it may be given to others who ask the same; 0: not at all. */
    long ttlSeconds() {
        return ttlSeconds;
    }

    /**
     * The message without OPT: that is put behind it, for those who brought one. RCODEs above 15 lose their upper
     * bits.
     */
    Message toMessage(ClientQuery query) {
        Message asked = query.message();
        Message response = new Message(asked.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.getHeader().setOpcode(asked.getHeader().getOpcode());
        copyFlag(asked, response, Flags.RD);
        copyFlag(asked, response, Flags.CD);
        if (authoritative) {
            response.getHeader().setFlag(Flags.AA);
        }
        if (authentic) {
            response.getHeader().setFlag(Flags.AD);
        }
        response.getHeader().setRcode(rcode() > 15 && !query.hasOpt() ? Rcode.SERVFAIL : rcode() & 15);
        asked.getSection(Section.QUESTION).forEach(record -> response.addRecord(record, Section.QUESTION));
        content.answer().forEach(record -> response.addRecord(record, Section.ANSWER));
        content.authority().forEach(record -> response.addRecord(record, Section.AUTHORITY));
        content.additional().forEach(record -> response.addRecord(record, Section.ADDITIONAL));
        return response;
    }

    private static void copyFlag(Message from, Message to, int flag) {
        if (from.getHeader().getFlag(flag)) {
            to.getHeader().setFlag(flag);
        }
    }
}
