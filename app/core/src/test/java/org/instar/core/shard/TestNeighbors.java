// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import org.instar.core.TestConfig;
import org.instar.engine.address.Ip6;

/** Frames of hosts that answer for themselves. */
final class TestNeighbors {

    private static final long HOST_MAC = 0x020000000006L;

    private TestNeighbors() {
    }

    /** A host's solicited neighbor advertisement to the gateway (RFC 4861 §4.4). */
    static ByteBuffer advertisement(Ip6 host, Ip6 gateway) {
        ByteBuffer frame = ByteBuffer.allocate(86);
        frame.putShort(0, (short) (TestConfig.GATEWAY_MAC >>> 32)).putInt(2, (int) TestConfig.GATEWAY_MAC);
        frame.putShort(6, (short) (HOST_MAC >>> 32)).putInt(8, (int) HOST_MAC).putShort(12, (short) 0x86dd);
        frame.putInt(14, 0x60000000).putShort(18, (short) 32).put(20, (byte) 58).put(21, (byte) 255)
                .putLong(22, host.high()).putLong(30, host.low())
                .putLong(38, gateway.high()).putLong(46, gateway.low())
                .put(54, (byte) 136).putInt(58, 0x60000000).putLong(62, host.high()).putLong(70, host.low())
                .put(78, (byte) 2).put(79, (byte) 1)
                .putShort(80, (short) (HOST_MAC >>> 32)).putInt(82, (int) HOST_MAC);
        int sum = 32 + 58;
        for (int i = 22; i < 86; i += 2) {
            sum += frame.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return frame.putShort(56, (short) ~sum);
    }
}
