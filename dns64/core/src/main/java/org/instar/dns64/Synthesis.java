// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Makes AAAA records from A records (RFC 6147 §5.1.7). */
final class Synthesis {

    /** RFC 6147 §5.1.7: the bound of the TTL when the empty AAAA answer came without a SOA record. */
    static final long TTL_WITHOUT_SOA_SECONDS = 600;

    private final PrefixChoice prefixes;
    private final Dns64Counters counters;

    Synthesis(PrefixChoice prefixes, Dns64Counters counters) {
        this.prefixes = prefixes;
        this.counters = counters;
    }

    /**
     * The answer to the A query with AAAA records in place of the A records. Aliases and their signatures stay; the
     * signature of the A records goes with them. Without any AAAA record in it nothing could be represented.
     *
     * @param noAaaa the answer to the AAAA query, whose SOA record bounds the TTL
     */
    UpstreamAnswer synthesise(UpstreamAnswer a, UpstreamAnswer noAaaa) {
        long maxTtlSeconds = noAaaa.hasSoa() ? noAaaa.negativeTtlSeconds() : TTL_WITHOUT_SOA_SECONDS;
        List<Record> records = new ArrayList<>();
        for (Record record : a.answer()) {
            if (record instanceof ARecord) {
                records.addAll(represent((ARecord) record, Math.min(record.getTTL(), maxTtlSeconds)));
            } else if (!ExcludedAddresses.isSignatureOf(record, Type.A)) {
                records.add(record);
            }
        }
        return a.withAnswer(records);
    }

    private List<Record> represent(ARecord a, long ttlSeconds) {
        int ip4 = ByteBuffer.wrap(a.getAddress().getAddress()).getInt();
        List<Record> records = new ArrayList<>();
        for (Ip6 address : prefixes.represent(ip4)) {
            records.add(aaaa(a.getName(), a.getDClass(), ttlSeconds, address));
        }
        if (records.isEmpty()) {
            counters.increment(Dns64Counter.A_NOT_GLOBAL);
        }
        return records;
    }

    static AAAARecord aaaa(Name name, int dclass, long ttlSeconds, Ip6 address) {
        return new AAAARecord(name, dclass, ttlSeconds, address.toBytes());
    }
}
