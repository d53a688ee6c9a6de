// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.List;
import java.util.stream.Collectors;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a lookup brought. No answer in time, or none that makes sense, is RCODE 2 (RFC 6147 §5.1.3). Immutable. */
final class UpstreamAnswer {

    static final UpstreamAnswer FAILED = new UpstreamAnswer(Rcode.SERVFAIL, List.of(), List.of(), List.of());

    private final int rcode;
    private final List<Record> answer;
    private final List<Record> authority;
    private final List<Record> additional;

    private UpstreamAnswer(int rcode, List<Record> answer, List<Record> authority, List<Record> additional) {
        this.rcode = rcode;
        this.answer = answer;
        this.authority = authority;
        this.additional = additional;
    }

    /** The message without what belongs to the hop it came over: OPT, TSIG and SIG(0). */
    static UpstreamAnswer of(Message message) {
        List<Record> additional = message.getSection(Section.ADDITIONAL).stream()
                .filter(record -> !ofTheHop(record.getType()))
                .collect(Collectors.toList());
        return new UpstreamAnswer(message.getRcode(), message.getSection(Section.ANSWER),
                message.getSection(Section.AUTHORITY), additional);
    }

    private static boolean ofTheHop(int type) {
        return type == Type.OPT || type == Type.TSIG || type == Type.SIG;
    }

    UpstreamAnswer withAnswer(List<Record> records) {
        return new UpstreamAnswer(rcode, records, authority, additional);
    }

    /** Full RCODE, the upper bits from EDNS. */
    int rcode() {
        return rcode;
    }

    List<Record> answer() {
        return answer;
    }

    boolean has(int type) {
        return answer.stream().anyMatch(record -> record.getType() == type);
    }

    boolean hasSoa() {
        return authority.stream().anyMatch(record -> record instanceof SOARecord);
    }

    /** For how long the absence of the data may be remembered (RFC 2308 §5); Long.MAX_VALUE without a SOA record. */
    long negativeTtlSeconds() {
        return authority.stream()
                .filter(record -> record instanceof SOARecord)
                .mapToLong(record -> Math.min(record.getTTL(), ((SOARecord) record).getMinimum()))
                .min().orElse(Long.MAX_VALUE);
    }

    Message toResponse(ClientQuery query) {
        Message response = query.response(rcode);
        answer.forEach(record -> response.addRecord(record, Section.ANSWER));
        authority.forEach(record -> response.addRecord(record, Section.AUTHORITY));
        additional.forEach(record -> response.addRecord(record, Section.ADDITIONAL));
        return response;
    }
}
