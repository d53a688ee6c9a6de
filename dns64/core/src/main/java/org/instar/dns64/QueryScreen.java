// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Queries that get an error before anyone is asked. */
final class QueryScreen {

    /** The error; null: the query is to be answered. */
    Reply refusal(Message query) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            return Reply.bare(Rcode.NOTIMP, Dns64Counter.NOT_IMPLEMENTED);
        }
        // the sections count, not the header: dnsjava leaves off what a truncated message lacks
        if (query.getSection(Section.QUESTION).size() != 1 || optRecords(query) > 1) {
            return Reply.bare(Rcode.FORMERR, Dns64Counter.MALFORMED);
        }
        OPTRecord opt = query.getOPT();
        if (opt != null && opt.getVersion() > 0) {
            return Reply.bare(Rcode.BADVERS, Dns64Counter.BAD_EDNS_VERSION);
        }
        int type = query.getQuestion().getType();
        if (type == Type.AXFR || type == Type.IXFR) {
            return Reply.bare(Rcode.REFUSED, Dns64Counter.TRANSFERS_REFUSED);
        }
        return null;
    }

    private static long optRecords(Message query) {
        return query.getSection(Section.ADDITIONAL).stream().filter(record -> record.getType() == Type.OPT).count();
    }
}
