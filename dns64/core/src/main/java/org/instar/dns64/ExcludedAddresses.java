// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.List;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** AAAA records that are of no use to clients (RFC 6147 §5.1.4). */
final class ExcludedAddresses {

    private final List<Prefix6> prefixes;

    ExcludedAddresses(List<Prefix6> prefixes) {
        this.prefixes = prefixes;
    }

    boolean isAmong(UpstreamAnswer answer) {
        return answer.answer().stream().anyMatch(this::isExcluded);
    }

    /** The answer without the excluded records, and without the signatures of the sets they are missing from. */
    UpstreamAnswer removeFrom(UpstreamAnswer answer) {
        List<Record> kept = answer.answer().stream()
                .filter(record -> !isExcluded(record) && !isSignatureOf(record, Type.AAAA))
                .collect(Collectors.toList());
        return answer.withAnswer(kept);
    }

    private boolean isExcluded(Record record) {
        if (!(record instanceof AAAARecord)) {
            return false;
        }
        // not getAddress(): Java makes an IPv4 address of an IPv4-mapped one
        Ip6 address = Ip6.of(record.rdataToWireCanonical());
        return prefixes.stream().anyMatch(prefix -> prefix.contains(address));
    }

    static boolean isSignatureOf(Record record, int type) {
        return record instanceof RRSIGRecord && ((RRSIGRecord) record).getTypeCovered() == type;
    }
}
