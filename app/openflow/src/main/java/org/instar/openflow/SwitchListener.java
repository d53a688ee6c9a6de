// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/**
 * What switches tell. All methods are called on the server's one event loop thread, in the order things happened:
 * they <b>must not block</b> and must not wait for a future of {@link SwitchConnection}, since every switch waits
 * meanwhile. What a method throws is logged and changes nothing else.
 */
public interface SwitchListener {

    /** The handshake is complete: version, features, ports and the MASTER role. Its flow tables are as they were. */
    void onConnected(SwitchConnection connection);

    /** The connection has ended. Called once for each {@code onConnected}, and before that of a successor. */
    void onDisconnected(SwitchConnection connection, String reason);

    void onPacketIn(SwitchConnection connection, PacketIn packetIn);

    void onFlowRemoved(SwitchConnection connection, FlowRemoved flowRemoved);

    /** An error that belongs to no pending {@code install} or {@code flows}: of a packet-out, or one that came late. */
    void onError(SwitchConnection connection, OpenFlowError error);

    /** A port came, went or changed; {@link SwitchConnection#port} knows it already. */
    default void onPortStatus(SwitchConnection connection, PortStatus status) {
    }
}
