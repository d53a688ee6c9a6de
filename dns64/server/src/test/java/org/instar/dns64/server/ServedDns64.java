// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.Dns64Settings;
import org.instar.dns64.upstream.DnsjavaUpstream;
import org.instar.dns64.upstream.ExampleZone;
import org.instar.dns64.upstream.LoopbackNameServer;
import org.instar.engine.address.Prefix64;

/** A started DNS64 server on 127.0.0.1 and [::1], and the name server for example. that it asks. */
final class ServedDns64 implements AutoCloseable {

    final LoopbackNameServer nameServer;
    final Dns64Counters counters = new Dns64Counters();
    final Dns64Server server;

    ServedDns64() throws IOException {
        this(ServerLimits.DEFAULT);
    }

    ServedDns64(ServerLimits limits) throws IOException {
        nameServer = new LoopbackNameServer(ExampleZone.ORIGIN, ExampleZone.records());
        Dns64Settings settings = Dns64Settings.builder().prefixes(List.of(Prefix64.parse("64:ff9b:1::/96")))
                .upstreams(List.of(nameServer.address())).build();
        server = new Dns64Server(List.of(loopback("127.0.0.1"), loopback("::1")),
                new Dns64Responder(settings, new DnsjavaUpstream(settings, counters), counters), limits);
        server.start();
    }

    static InetSocketAddress loopback(String address) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), 0);
    }

    DnsClient client() throws IOException {
        return new DnsClient(server.addresses().get(0));
    }

    DnsClient clientOverIpv6() throws IOException {
        return new DnsClient(server.addresses().get(1));
    }

    /** Waits, for ten seconds at most, until a counter has a value or more. */
    boolean reaches(Dns64Counter counter, long value) {
        return becomes(() -> counters.get(counter) >= value);
    }

    static boolean becomes(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
        nameServer.close();
    }
}
