// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
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

    private final PrefixChoice prefixes;

    Ipv4OnlyArpa(PrefixChoice prefixes) {
        this.prefixes = prefixes;
    }

    /** Whether the query is for this zone; DS at the apex is the parent's. */
    boolean owns(ClientQuery query) {
        return query.name().subdomain(APEX) && !(query.type() == Type.DS && query.name().equals(APEX));
    }

    Message answer(ClientQuery query) {
        if (!query.name().equals(APEX)) {
            return negative(query, Rcode.NXDOMAIN);
        }
        switch (query.type()) {
            case Type.A:
                return ip4Addresses(query);
            case Type.AAAA:
                return ip6Addresses(query);
            default:
                return negative(query, Rcode.NOERROR);
        }
    }

    static boolean isAddress(int ip4) {
        return ADDRESSES.contains(ip4);
    }

    /** The PTR record of a name in ip6.arpa that stands for one of the two addresses (RFC 8880 §7.2.1). */
    static Message reverse(ClientQuery query) {
        Message response = authoritative(query, Rcode.NOERROR);
        response.addRecord(new PTRRecord(query.name(), DClass.IN, TTL_SECONDS, APEX), Section.ANSWER);
        return response;
    }

    private static Message ip4Addresses(ClientQuery query) {
        Message response = authoritative(query, Rcode.NOERROR);
        for (int ip4 : ADDRESSES) {
            byte[] bytes = ByteBuffer.allocate(4).putInt(ip4).array();
            response.addRecord(new ARecord(query.name(), DClass.IN, TTL_SECONDS, bytes), Section.ANSWER);
        }
        return response;
    }

    private Message ip6Addresses(ClientQuery query) {
        Message response = authoritative(query, Rcode.NOERROR);
        for (int ip4 : ADDRESSES) {
            for (Ip6 address : prefixes.representAlways(ip4)) {
                response.addRecord(Synthesis.aaaa(query.name(), DClass.IN, TTL_SECONDS, address), Section.ANSWER);
            }
        }
        return response;
    }

    private static Message negative(ClientQuery query, int rcode) {
        Message response = authoritative(query, rcode);
        response.addRecord(new SOARecord(APEX, DClass.IN, NEGATIVE_TTL_SECONDS, APEX, MAILBOX, 1, 7200, 3600,
                15_724_800, NEGATIVE_TTL_SECONDS), Section.AUTHORITY);
        return response;
    }

    private static Message authoritative(ClientQuery query, int rcode) {
        Message response = query.response(rcode);
        response.getHeader().setFlag(Flags.AA);
        return response;
    }
}
