// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws away from the connection. */
final class GuardedListener implements SwitchListener {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFlowServer.class);

    private final SwitchListener target;

    GuardedListener(SwitchListener target) {
        this.target = target;
    }

    @Override
    public void onConnected(SwitchConnection connection) {
        guard("onConnected", connection, () -> target.onConnected(connection));
    }

    @Override
    public void onDisconnected(SwitchConnection connection, String reason) {
        guard("onDisconnected", connection, () -> target.onDisconnected(connection, reason));
    }

    @Override
    public void onPacketIn(SwitchConnection connection, PacketIn packetIn) {
        guard("onPacketIn", connection, () -> target.onPacketIn(connection, packetIn));
    }

    @Override
    public void onFlowRemoved(SwitchConnection connection, FlowRemoved flowRemoved) {
        guard("onFlowRemoved", connection, () -> target.onFlowRemoved(connection, flowRemoved));
    }

    @Override
    public void onError(SwitchConnection connection, OpenFlowError error) {
        guard("onError", connection, () -> target.onError(connection, error));
    }

    @Override
    public void onPortStatus(SwitchConnection connection, PortStatus status) {
        guard("onPortStatus", connection, () -> target.onPortStatus(connection, status));
    }

    private static void guard(String method, SwitchConnection connection, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("Listener failed in {} for switch {}", method, connection.datapathIdText(), e);
        }
    }
}
