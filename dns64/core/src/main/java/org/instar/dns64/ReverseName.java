// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;

/** Names of the reverse trees: ip6.arpa (RFC 3596 §2.5) and in-addr.arpa (RFC 1035 §3.5). */
final class ReverseName {

    private static final Name IP6_ARPA = Name.fromConstantString("ip6.arpa.");
    private static final int NIBBLES = 32;

    private ReverseName() {
    }

    /** The address of a name of 32 nibbles in ip6.arpa, in either case; null for every other name. */
    static Ip6 address(Name name) {
        if (name.labels() != NIBBLES + IP6_ARPA.labels() || !name.subdomain(IP6_ARPA)) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < NIBBLES; i++) {
            byte[] label = name.getLabel(NIBBLES - 1 - i);   // a length byte, then the text
            int nibble = label[0] == 1 && label[1] > 0 ? Character.digit(label[1], 16) : -1;
            if (nibble < 0) {
                return null;
            }
            if (i < NIBBLES / 2) {
                high = high << 4 | nibble;
            } else {
                low = low << 4 | nibble;
            }
        }
        return Ip6.of(high, low);
    }

    /** The zone of a prefix in ip6.arpa; its length is a multiple of four bits. */
    static Name zone(Prefix6 prefix) {
        Name whole = ReverseMap.fromAddress(prefix.address().toBytes());
        return new Name(whole, NIBBLES - prefix.length() / 4);
    }

    /** The name of an IPv4 address in in-addr.arpa. */
    static Name ofIp4(int ip4) {
        return ReverseMap.fromAddress(ByteBuffer.allocate(4).putInt(ip4).array());
    }
}
