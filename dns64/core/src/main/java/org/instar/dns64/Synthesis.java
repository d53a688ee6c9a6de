// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Makes AAAA records from A records (RFC 6147 §5.1.7). */
final class Synthesis {

    /** RFC 6147 §5.1.7: the bound of the TTL when the empty AAAA answer came without a SOA record. */
    static final long TTL_WITHOUT_SOA_SECONDS = 600;

    /** Name (compressed), type, class, TTL, length and address. */
    private static final int AAAA_BYTES = 28;
    /** Header, question and OPT at most. */
    private static final int HEADER_AND_OPT_BYTES = 12 + 259 + 64;

    private final Blocks blocks;
    private final long maxTtlSeconds;
    private final Dns64Counters counters;

    /**
     * @param maxTtlSeconds where a prefix is chosen, for clients to follow the choice
     */
    Synthesis(Blocks blocks, long maxTtlSeconds, Dns64Counters counters) {
        this.blocks = blocks;
        this.maxTtlSeconds = maxTtlSeconds;
        this.counters = counters;
    }

    /**
     * The answer to the A query with AAAA records in place of the A records. Aliases and their signatures stay; the
     * signature of the A records goes with them. Without any AAAA record in it nothing could be represented. As many
     * records are made as a message over TCP holds: 4000 A records fit into one, 4000 AAAA records don't.
     *
     * @param noAaaa the answer to the AAAA query, whose SOA record bounds the TTL
     * @param signed whether only blocks that break DNSSEC may be used
     */
    UpstreamAnswer synthesise(ClientQuery query, UpstreamAnswer a, UpstreamAnswer noAaaa, boolean signed) {
        long bound = Math.min(maxTtlSeconds, noAaaa.hasSoa() ? noAaaa.negativeTtlSeconds() : TTL_WITHOUT_SOA_SECONDS);
        List<Record> records = new ArrayList<>();
        int room = (Message.MAXLENGTH - HEADER_AND_OPT_BYTES - otherBytes(a)) / AAAA_BYTES;
        for (Record record : a.answer()) {
            if (record instanceof ARecord) {
                for (AAAARecord made : represent(query, (ARecord) record, Math.min(record.getTTL(), bound), signed)) {
                    if (room-- > 0) {
                        records.add(made);
                    } else {
                        counters.increment(Dns64Counter.SYNTHESIS_CUT);
                    }
                }
            } else if (!Blocks.isSignatureOf(record, Type.A)) {
                records.add(record);
            }
        }
        return a.withAnswer(records);
    }

    private static int otherBytes(UpstreamAnswer a) {
        int bytes = 0;
        for (List<Record> section : List.of(a.answer(), a.authority(), a.additional())) {
            for (Record record : section) {
                bytes += record instanceof ARecord && section == a.answer() ? 0 : record.toWire(1).length;
            }
        }
        return bytes;
    }

    private List<AAAARecord> represent(ClientQuery query, ARecord a, long ttlSeconds, boolean signed) {
        int ip4 = ByteBuffer.wrap(a.getAddress().getAddress()).getInt();
        List<AAAARecord> records = new ArrayList<>();
        for (Ip6 address : blocks.represent(query, ip4, signed)) {
            records.add(aaaa(a.getName(), a.getDClass(), ttlSeconds, address));
        }
        if (records.isEmpty()) {
            counters.increment(Dns64Counter.A_NOT_MAPPED);
        }
        return records;
    }

    static AAAARecord aaaa(Name name, int dclass, long ttlSeconds, Ip6 address) {
        return new AAAARecord(name, dclass, ttlSeconds, address.toBytes());
    }
}
