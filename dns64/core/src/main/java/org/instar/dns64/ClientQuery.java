// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** What a client asked, and the frame of the answer to it. */
final class ClientQuery {

    /** What we receive over UDP at most, and send: fits every IPv6 path unfragmented. */
    static final int UDP_PAYLOAD_BYTES = 1232;

    private final Message message;
    private final Record question;
    private final OPTRecord opt;

    /** The message may be a broken one: it needs no question to be answered with an error. */
    ClientQuery(Message message) {
        this.message = message;
        this.question = message.getQuestion();
        this.opt = message.getOPT();
    }

    Name name() {
        return question.getName();
    }

    int type() {
        return question.getType();
    }

    int dclass() {
        return question.getDClass();
    }

    boolean recursionDesired() {
        return message.getHeader().getFlag(Flags.RD);
    }

    boolean checkingDisabled() {
        return message.getHeader().getFlag(Flags.CD);
    }

    /** The question for an upstream, as asked but for name and type; EDNS is hop by hop, so OPT is our own. */
    Message upstreamQuery(Name name, int type) {
        Message query = new Message();
        copyFlag(query, Flags.RD);
        copyFlag(query, Flags.CD);
        query.addRecord(Record.newRecord(name, type, dclass()), Section.QUESTION);
        query.addRecord(opt(0), Section.ADDITIONAL);
        return query;
    }

    /**
     * An answer with nothing in it but the question. AD is never set: nothing is validated here (RFC 4035 §3.2.3).
     *
     * @param rcode 0 to 4095; above 15 it needs EDNS, clients without get SERVFAIL (RFC 6891 §6.1.3)
     */
    Message response(int rcode) {
        Message response = new Message(message.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.getHeader().setOpcode(message.getHeader().getOpcode());
        copyFlag(response, Flags.RD);
        copyFlag(response, Flags.CD);
        message.getSection(Section.QUESTION).forEach(record -> response.addRecord(record, Section.QUESTION));
        response.getHeader().setRcode(rcode > 15 && opt == null ? Rcode.SERVFAIL : rcode & 15);
        if (opt != null) {
            response.addRecord(opt(rcode >> 4), Section.ADDITIONAL);
        }
        return response;
    }

    private void copyFlag(Message to, int flag) {
        if (message.getHeader().getFlag(flag)) {
            to.getHeader().setFlag(flag);
        }
    }

    private OPTRecord opt(int extendedRcode) {
        boolean dnssecOk = opt != null && (opt.getFlags() & ExtendedFlags.DO) != 0;
        return new OPTRecord(UDP_PAYLOAD_BYTES, extendedRcode, 0, dnssecOk ? ExtendedFlags.DO : 0);
    }
}
