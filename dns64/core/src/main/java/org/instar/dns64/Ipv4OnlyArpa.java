// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * The zone that hosts learn the prefixes from (RFC 7050), for which a DNS64 is the authority (RFC 8880 §7.1). No
 * upstream is ever asked, but for DS records.
 */
final class Ipv4OnlyArpa {

    private static final Name APEX = Name.fromConstantString("ipv4only.arpa.");
    private static final Name MAILBOX = Name.fromConstantString("nobody.invalid.");
    private static final List<Integer> ADDRESSES = List.of(Ip4.parse("192.0.0.170"), Ip4.parse("192.0.0.171"));

    /** Short enough for hosts to see a new prefix within the hour. */
    private static final long TTL_SECONDS = 3600;
    private static final long NEGATIVE_TTL_SECONDS = 60;

    private final Blocks blocks;

    Ipv4OnlyArpa(Blocks blocks) {
        this.blocks = blocks;
    }

    /** Whether the query is for this zone; DS at the apex is the parent's. */
    boolean owns(ClientQuery query) {
        return query.name().subdomain(APEX) && !(query.type() == Type.DS && query.name().equals(APEX));
    }

    Reply answer(ClientQuery query) {
        if (!query.name().equals(APEX)) {
            return negative(Rcode.NXDOMAIN);
        }
        switch (query.type()) {
            case Type.A:
                return ip4Addresses(query);
            case Type.AAAA:
                return ip6Addresses(query);
            default:
                return negative(Rcode.NOERROR);
        }
    }

    static boolean isAddress(int ip4) {
        return ADDRESSES.contains(ip4);
    }

    /** The PTR record of a name in ip6.arpa that stands for one of the two addresses (RFC 8880 §7.2.1). */
    static Reply reverse(ClientQuery query) {
        return positive(List.of(new PTRRecord(query.name(), DClass.IN, TTL_SECONDS, APEX)));
    }

    private static Reply ip4Addresses(ClientQuery query) {
        List<Record> records = new ArrayList<>();
        for (int ip4 : ADDRESSES) {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(ip4).array();
            records.add(new ARecord(query.name(), DClass.IN, TTL_SECONDS, bytes));
        }
        return positive(records);
    }

    private Reply ip6Addresses(ClientQuery query) {
        List<Record> records = new ArrayList<>();
        for (int ip4 : ADDRESSES) {
            for (Ip6 address : blocks.representAlways(query, ip4)) {
                records.add(Synthesis.aaaa(query.name(), DClass.IN, TTL_SECONDS, address));
            }
        }
        return records.isEmpty() ? negative(Rcode.NOERROR) : positive(records);
    }

    private static Reply positive(List<Record> records) {
        return Reply.authoritative(UpstreamAnswer.own(Rcode.NOERROR, records, List.of()), Dns64Counter.IPV4ONLY_ARPA);
    }

    private static Reply negative(int rcode) {
        return Reply.authoritative(UpstreamAnswer.own(rcode, List.of(), List.of(new SOARecord(APEX, DClass.IN,
                NEGATIVE_TTL_SECONDS, APEX, MAILBOX, 1, 7200, 3600, 15_724_800, NEGATIVE_TTL_SECONDS))),
                Dns64Counter.IPV4ONLY_ARPA);
    }
}
