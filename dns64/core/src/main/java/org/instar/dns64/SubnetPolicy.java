// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.instar.dns64.settings.View;
import org.xbill.DNS.ClientSubnetOption;

/** Which client subnet goes to upstreams (RFC 7871), and into the key of the cache with that. */
final class SubnetPolicy {

    /** RFC 7871 §11.1: no more is needed, and more would tell who the client is. */
    private static final int BITS_4 = 24;
    private static final int BITS_6 = 56;
    private static final int FAMILY_4 = 1;

    private final View.ClientSubnet policy;

    SubnetPolicy(View.ClientSubnet policy) {
        this.policy = policy;
    }

    /** Null: none goes. One of length 0 is the client's wish that none goes, and is handed on as such (§7.1.2). */
    ClientSubnetOption of(ClientQuery query) {
        if (policy == View.ClientSubnet.OFF) {
            return null;
        }
        ClientSubnetOption brought = query.subnet();
        if (brought != null) {
            int bits = Math.min(brought.getSourcePrefixLength(), brought.getFamily() == FAMILY_4 ? BITS_4 : BITS_6);
            return subnet(brought.getAddress().getAddress(), bits);
        }
        if (policy == View.ClientSubnet.FORWARD) {
            return null;
        }
        byte[] client = query.client().toBytes();
        boolean mapped = query.client().high() == 0 && query.client().low() >>> 32 == 0xffff;
        return mapped ? subnet(Arrays.copyOfRange(client, 12, 16), BITS_4) : subnet(client, BITS_6);
    }

    private static ClientSubnetOption subnet(byte[] address, int bits) {
        byte[] cut = Arrays.copyOf(address, address.length);
        for (int bit = bits; bit < cut.length * Byte.SIZE; bit++) {
            cut[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        try {
            return new ClientSubnetOption(bits, InetAddress.getByAddress(cut));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);   // 4 or 16 bytes
        }
    }
}
