// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.instar.openflow.RecordingListener.Connected;

/** A server on a free loopback port with a listener that records. */
final class ServerFixture implements AutoCloseable {

    static final OpenFlowTimeouts PATIENT = new OpenFlowTimeouts(20_000, 20_000, 60_000, 20_000);

    final RecordingListener listener = new RecordingListener();
    final InetSocketAddress address;
    private final OpenFlowServer server;

    ServerFixture(OpenFlowTimeouts timeouts) throws Exception {
        server = new OpenFlowServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), listener, timeouts);
        address = server.start();
    }

    FakeSwitch connect(long datapathId) throws Exception {
        return FakeSwitch.connected(address, datapathId);
    }

    SwitchConnection nextConnection() throws InterruptedException {
        return listener.next(Connected.class).connection();
    }

    @Override
    public void close() {
        server.close();
    }
}
