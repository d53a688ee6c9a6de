// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/**
 * How long a peer may take, milliseconds, all positive.
 *
 * @param handshakeMillis from the accepted connection to the role reply
 * @param echoIntervalMillis silence after which the peer is probed with an echo request
 * @param silenceMillis silence after which the connection counts as dead; more than {@code echoIntervalMillis}
 * @param requestMillis from {@code install} or {@code flows} to the switch's last answer
 */
public record OpenFlowTimeouts(int handshakeMillis, int echoIntervalMillis, int silenceMillis, int requestMillis) {

    /** 10 s for the handshake, a probe after 5 s, dead after 15 s, 10 s for a request. */
    public static final OpenFlowTimeouts DEFAULT = new OpenFlowTimeouts(10_000, 5_000, 15_000, 10_000);

    public OpenFlowTimeouts {
        positive("handshakeMillis", handshakeMillis);
        positive("echoIntervalMillis", echoIntervalMillis);
        positive("requestMillis", requestMillis);
        if (silenceMillis <= echoIntervalMillis) {
            throw new IllegalArgumentException("silenceMillis: " + silenceMillis
                    + " leaves no time to answer a probe sent after " + echoIntervalMillis);
        }
    }

    private static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": not positive: " + value);
        }
    }
}
