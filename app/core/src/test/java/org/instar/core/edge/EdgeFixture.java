// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;

/** An edge on fake time whose frames end in a list, as hex. */
final class EdgeFixture {

    static final long GATEWAY_MAC = MacAddress.parse("02:00:5e:00:64:01");
    static final long HOST_MAC = MacAddress.parse("02:00:00:00:00:0a");
    static final long OTHER_MAC = MacAddress.parse("02:00:00:00:00:0b");
    static final Ip6 GATEWAY = Ip6.parse("2001:db8:6::1");
    static final Ip6 GATEWAY_LINK_LOCAL = Ip6.parse("fe80::5eff:fe00:6401");
    static final Ip6 HOST = Ip6.parse("2001:db8:6::a");
    static final Ip6 HOST_LINK_LOCAL = Ip6.parse("fe80::ff:fe00:a");
    static final int GATEWAY4 = Ip4.parse("192.0.2.1");
    static final int HOST4 = Ip4.parse("192.0.2.80");

    final EdgeCounters counters = new EdgeCounters();
    final List<String> sent = new ArrayList<>();
    final RouterEdge edge;
    /** What the injected random returns. */
    double random;
    long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);   // wraps soon

    EdgeFixture(EdgeConfig config) {
        DoubleSupplier source = () -> random;
        this.edge = new RouterEdge(config, this::capture, counters, source);
    }

    /** Without router advertisements. */
    static EdgeFixture quiet() {
        return new EdgeFixture(config().build());
    }

    /** The advertisement of the examples, every 30 s. */
    static EdgeFixture advertising() {
        return new EdgeFixture(config().advertisement(advertisement().build()).build());
    }

    static EdgeConfig.Builder config() {
        return EdgeConfig.builder()
                .mac(GATEWAY_MAC)
                .address6(GATEWAY, 64)
                .address4(GATEWAY4, 24)
                .nextHop4(Ip4.parse("192.0.2.254"))
                .pool(Prefix4.parse("192.0.2.64/28"));
    }

    static Advertisement.Builder advertisement() {
        return Advertisement.builder(30)
                .prefix(Prefix6.parse("2001:db8:6::/64"))
                .mtu(1500)
                .pref64(Prefix64.parse("64:ff9b:1::/96"))
                .pref64(Prefix64.parse("2001:db8:122::/48"))
                .rdnss(Ip6.parse("2001:db8:6::53"));
    }

    private void capture(ByteBuffer buffer, int offset, int length) {
        sent.add(Frames.hex(buffer, offset, length));
    }

    void receive(byte[] frame) {
        edge.receive(ByteBuffer.wrap(frame), 0, frame.length, nowNanos);
    }

    void receive(String hex) {
        receive(Frames.bytes(hex));
    }

    boolean send6(byte[] frame) {
        return edge.send6(ByteBuffer.wrap(frame), 0, frame.length, nowNanos);
    }

    boolean send4(byte[] frame) {
        return edge.send4(ByteBuffer.wrap(frame), 0, frame.length, nowNanos);
    }

    /** Lets time go by in one step, ends with a tick. */
    void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
        edge.tick(nowNanos);
    }

    /** Lets time go by from deadline to deadline, as a caller would that heeds what tick returns. */
    void run(long millis) {
        long end = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
        long next = edge.tick(nowNanos);
        while (next - end < 0) {
            nowNanos = next;
            next = edge.tick(nowNanos);
        }
        nowNanos = end;
        edge.tick(nowNanos);
    }

    /** The frames since the last call. */
    List<String> takeSent() {
        List<String> taken = new ArrayList<>(sent);
        sent.clear();
        return taken;
    }

    long count(EdgeCounter counter) {
        return counters.get(counter);
    }

    /** The state of a neighbor as listed, null when it is not there. */
    NeighborState state(Object address) {
        edge.tick(nowNanos);
        return listed(address) == null ? null : listed(address).state();
    }

    NeighborEntry listed(Object address) {
        return edge.neighbours().stream()
                .filter(entry -> entry.address().equals(address.toString()))
                .findAny().orElse(null);
    }

    /** Makes HOST a REACHABLE neighbor at HOST_MAC, by resolution. */
    void makeReachable() {
        send6(Frames.udp6(GATEWAY, HOST));
        receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        takeSent();
    }
}
