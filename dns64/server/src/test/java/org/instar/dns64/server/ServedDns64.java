// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.instar.dns64.Dns64Context;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.WireResponder;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.instar.dns64.upstream.DnsjavaUpstreams;
import org.instar.dns64.upstream.ExampleZone;
import org.instar.dns64.upstream.LoopbackNameServer;

/** A started DNS64 server on 127.0.0.1 and [::1], and the name server for example. that it asks. */
final class ServedDns64 implements AutoCloseable {

    final LoopbackNameServer nameServer;
    final Dns64Counters counters = new Dns64Counters();
    final Dns64Server server;
    final WireResponder responder;

    ServedDns64(Object... options) throws IOException {
        nameServer = new LoopbackNameServer(ExampleZone.ORIGIN, ExampleZone.records());
        responder = responder(options);
        server = new Dns64Server(List.of(loopback("127.0.0.1"), loopback("::1")), responder);
        server.start();
    }

    private WireResponder responder(Object... options) throws IOException {
        Map<String, Object> tree = new HashMap<>(Map.of("prefix", "64:ff9b:1::/96", "upstreams",
                "127.0.0.1:" + nameServer.address().getPort(), "threads", 1));
        for (int i = 0; i < options.length; i += 2) {
            tree.put((String) options[i], options[i + 1]);
        }
        try {
            Dns64Context context = new Dns64Context(counters,
                    settings -> new DnsjavaUpstreams(settings.upstream(), counters), TranslatorLoads.NONE);
            return new WireResponder(new Dns64Responder(SettingsReader.read(tree), context), System::nanoTime, null);
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Other options from now on. */
    void reload(Object... options) throws IOException {
        server.replace(responder(options));
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
