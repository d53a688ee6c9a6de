// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what it hears, in order. */
public final class RecordingListener implements SwitchListener {

    public record Connected(SwitchConnection connection) {
    }

    public record Disconnected(SwitchConnection connection, String reason) {
    }

    public final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    /** The next event, which must come within 5 s and be of this type. */
    public <T> T next(Class<T> type) throws InterruptedException {
        Object event = events.poll(5, TimeUnit.SECONDS);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }

    @Override
    public void onConnected(SwitchConnection connection) {
        events.add(new Connected(connection));
    }

    @Override
    public void onDisconnected(SwitchConnection connection, String reason) {
        events.add(new Disconnected(connection, reason));
    }

    @Override
    public void onPacketIn(SwitchConnection connection, PacketIn packetIn) {
        events.add(packetIn);
    }

    @Override
    public void onFlowRemoved(SwitchConnection connection, FlowRemoved flowRemoved) {
        events.add(flowRemoved);
    }

    @Override
    public void onError(SwitchConnection connection, OpenFlowError error) {
        events.add(error);
    }

    @Override
    public void onPortStatus(SwitchConnection connection, PortStatus status) {
        events.add(status);
    }
}
