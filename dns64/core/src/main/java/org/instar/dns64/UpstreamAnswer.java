// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a lookup brought. No answer in time, or none that makes sense, is RCODE 2 (RFC 6147 §5.1.3). Immutable. */
public final class UpstreamAnswer {

    /** What validation said (RFC 4035 §4.3). */
    public enum Security {
        /** Nobody validated. */
        UNCHECKED,
        /** The zone isn't signed, provably, or no trust anchor is above it. */
        INSECURE,
        SECURE,
        /** Should be signed and isn't rightly: the answer is SERVFAIL, and nothing is made of it. */
        BOGUS
    }

    /** Nobody answered. */
    public static final UpstreamAnswer FAILED = new UpstreamAnswer(Rcode.SERVFAIL, List.of(), List.of(), List.of(),
            Security.UNCHECKED, true,
            List.of(new ExtendedErrorCodeOption(ExtendedErrorCodeOption.NO_REACHABLE_AUTHORITY)));

    private final int rcode;
    private final List<Record> answer;
    private final List<Record> authority;
    private final List<Record> additional;
    private final Security security;
    private final boolean silent;
    private final List<ExtendedErrorCodeOption> errors;

    private UpstreamAnswer(int rcode, List<Record> answer, List<Record> authority, List<Record> additional,
            Security security, boolean silent, List<ExtendedErrorCodeOption> errors) {
        this.rcode = rcode;
        this.answer = answer;
        this.authority = authority;
        this.additional = additional;
        this.security = security;
        this.silent = silent;
        this.errors = errors;
    }

    /** The message without what belongs to the hop it came over: OPT but for extended errors, TSIG and SIG(0). */
    public static UpstreamAnswer of(Message message, Security security) {
        List<Record> additional = message.getSection(Section.ADDITIONAL).stream()
                .filter(record -> !ofTheHop(record.getType()))
                .collect(Collectors.toList());
        return new UpstreamAnswer(message.getRcode(), message.getSection(Section.ANSWER),
                message.getSection(Section.AUTHORITY), additional, security, false, errors(message.getOPT()));
    }

    /** An RCODE and no records. */
    static UpstreamAnswer bare(int rcode) {
        return new UpstreamAnswer(rcode, List.of(), List.of(), List.of(), Security.UNCHECKED, false, List.of());
    }

    /** Records that are made here. */
    static UpstreamAnswer own(int rcode, List<Record> answer, List<Record> authority) {
        return new UpstreamAnswer(rcode, answer, authority, List.of(), Security.UNCHECKED, false, List.of());
    }

    private static List<ExtendedErrorCodeOption> errors(OPTRecord opt) {
        List<ExtendedErrorCodeOption> errors = new ArrayList<>();
        if (opt != null) {
            for (EDNSOption option : opt.getOptions()) {
                if (option instanceof ExtendedErrorCodeOption) {
                    errors.add((ExtendedErrorCodeOption) option);
                }
            }
        }
        return errors;
    }

    private static boolean ofTheHop(int type) {
        return type == Type.OPT || type == Type.TSIG || type == Type.SIG;
    }

    UpstreamAnswer withAnswer(List<Record> records) {
        return new UpstreamAnswer(rcode, records, authority, additional, security, silent, errors);
    }

    UpstreamAnswer withSections(List<Record> answers, List<Record> authorities, List<Record> additionals) {
        return new UpstreamAnswer(rcode, answers, authorities, additionals, security, silent, errors);
    }

    /** With an extended error more (RFC 8914). */
    public UpstreamAnswer withError(int code) {
        List<ExtendedErrorCodeOption> more = new ArrayList<>(errors);
        more.add(new ExtendedErrorCodeOption(code));
        return new UpstreamAnswer(rcode, answer, authority, additional, security, silent, more);
    }

    /** The least sure of two, for an answer that is made of both. */
    UpstreamAnswer securedBy(UpstreamAnswer other) {
        Security both = security == Security.SECURE ? other.security : security;
        return new UpstreamAnswer(rcode, answer, authority, additional, both, silent, errors);
    }

    /** With the records of all sections changed. */
    public UpstreamAnswer mapRecords(UnaryOperator<Record> change) {
        return new UpstreamAnswer(rcode, map(answer, change), map(authority, change), map(additional, change),
                security, silent, errors);
    }

    private static List<Record> map(List<Record> records, UnaryOperator<Record> change) {
        return records.stream().map(change).collect(Collectors.toList());
    }

    /** Full RCODE, the upper bits from EDNS. */
    public int rcode() {
        return rcode;
    }

    public List<Record> answer() {
        return answer;
    }

    public List<Record> authority() {
        return authority;
    }

    public List<Record> additional() {
        return additional;
    }

    public Security security() {
        return security;
    }

    /** Whether no upstream answered. */
    public boolean isSilent() {
        return silent;
    }

    /** Extended errors (RFC 8914) of the upstream, of validation and of the cache. */
    public List<ExtendedErrorCodeOption> errors() {
        return errors;
    }

    /** Neither NOERROR nor NXDOMAIN: nobody knows whether there is an answer. */
    public boolean isFailure() {
        return rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN;
    }

    boolean has(int type) {
        return answer.stream().anyMatch(record -> record.getType() == type);
    }

    /** Whether signatures came with it, where they were asked for. */
    boolean isSigned() {
        return answer.stream().anyMatch(record -> record instanceof RRSIGRecord)
                || authority.stream().anyMatch(record -> record instanceof RRSIGRecord);
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

    /** For how long the answer as a whole may be kept; 0: not at all, as for negative ones without a SOA record. */
    public long ttlSeconds() {
        long positive = answer.stream().mapToLong(Record::getTTL).min().orElse(Long.MAX_VALUE);
        boolean negative = rcode == Rcode.NXDOMAIN || hasSoa() || answer.isEmpty();
        long ttl = negative ? Math.min(positive, hasSoa() ? negativeTtlSeconds() : 0) : positive;
        return ttl == Long.MAX_VALUE ? 0 : ttl;
    }
}
