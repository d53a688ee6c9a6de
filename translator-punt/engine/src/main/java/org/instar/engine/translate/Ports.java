// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

/** Range check of ports and identifiers. */
final class Ports {

    private Ports() {
    }

    static void check(int sourcePort, int destinationPort) {
        if ((sourcePort | destinationPort) >>> 16 != 0) {
            boolean source = sourcePort >>> 16 != 0;
            throw new IllegalArgumentException((source ? "sourcePort" : "destinationPort") + " is 0 to 65535, not "
                    + (source ? sourcePort : destinationPort));
        }
    }
}
