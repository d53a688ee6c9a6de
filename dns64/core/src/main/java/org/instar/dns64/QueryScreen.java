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

    static final int ACCEPTED = -1;

    private final Dns64Counters counters;

    QueryScreen(Dns64Counters counters) {
        this.counters = counters;
    }

    /** The RCODE a query is refused with, counted; {@link #ACCEPTED} otherwise. */
    int refusal(Message query) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            return refuse(Dns64Counter.NOT_IMPLEMENTED, Rcode.NOTIMP);
        }
        // the sections count, not the header: dnsjava leaves off what a truncated message lacks
        if (query.getSection(Section.QUESTION).size() != 1 || optRecords(query) > 1) {
            return refuse(Dns64Counter.MALFORMED, Rcode.FORMERR);
        }
        OPTRecord opt = query.getOPT();
        if (opt != null && opt.getVersion() > 0) {
            return refuse(Dns64Counter.BAD_EDNS_VERSION, Rcode.BADVERS);
        }
        int type = query.getQuestion().getType();
        if (type == Type.AXFR || type == Type.IXFR) {
            return refuse(Dns64Counter.TRANSFERS_REFUSED, Rcode.REFUSED);
        }
        return ACCEPTED;
    }

    private static long optRecords(Message query) {
        return query.getSection(Section.ADDITIONAL).stream().filter(record -> record.getType() == Type.OPT).count();
    }

    private int refuse(Dns64Counter counter, int rcode) {
        counters.increment(counter);
        return rcode;
    }
}
