// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.instar.core.edge.Hop;
import org.instar.openflow.FlowMod;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.inswitch.NextHop;
import org.instar.openflow.inswitch.NextHop4;
import org.instar.openflow.inswitch.NextHop6;

/**
 * The next hops that sessions in the switch go by, of all shards, as flows of the last tables. What nobody uses any
 * more stays for a while: the next session of the same host is likely. Thread safe; flows are on their way to the
 * switch before a method returns, in front of what its caller sends.
 */
final class SwitchNextHops {

    private static final long UNUSED_NANOS = 30_000_000_000L;

    private static final class Used {

        private NextHop at;
        private int sessions;
        private long unusedNanos;

        Used(NextHop at) {
            this.at = at;
        }
    }

    private final SwitchConnection connection;
    private final long gatewayMac;
    private final HostLocations locations;
    private final Consumer<String> onRefusal;
    private final Map<Hop, Used> hops = new HashMap<>();
    private int removals;

    /**
     * @param onRefusal told when the switch doesn't take a next hop: sessions that go by it would go nowhere
     */
    SwitchNextHops(SwitchConnection connection, long gatewayMac, HostLocations locations, Consumer<String> onRefusal) {
        this.connection = connection;
        this.gatewayMac = gatewayMac;
        this.locations = locations;
        this.onRefusal = onRefusal;
    }

    /** Another session goes by a next hop; whether its port is known, else nothing has changed. */
    synchronized boolean use(Hop hop) {
        OptionalInt port = locations.port(hop.mac(), hop.vlan());
        if (port.isEmpty()) {
            return false;
        }
        Used used = hops.get(hop);
        if (used == null) {
            used = new Used(at(hop, port.getAsInt()));
            hops.put(hop, used);
            send(used.at.add(gatewayMac));
        }
        used.sessions++;
        return true;
    }

    /** A session doesn't go by it any more, and the switch has confirmed that. */
    synchronized void release(Hop hop, long nowNanos) {
        Used used = hops.get(hop);
        used.sessions--;
        used.unusedNanos = nowNanos;
    }

    /** A host is at another port: what goes to it follows. */
    synchronized void moved(long mac, int vlan, int port) {
        hops.forEach((hop, used) -> {
            if (hop.mac() == mac && hop.vlan() == vlan) {
                List<FlowMod> mods = removal(used);
                used.at = at(hop, port);
                mods.addAll(used.at.add(gatewayMac));
                send(mods);
            }
        });
    }

    /** Takes out what nobody has used for a while. */
    synchronized void sweep(long nowNanos) {
        List<FlowMod> mods = new ArrayList<>();
        hops.values().removeIf(used -> {
            boolean over = used.sessions == 0 && nowNanos - used.unusedNanos >= UNUSED_NANOS;
            if (over) {
                mods.addAll(removal(used));
            }
            return over;
        });
        if (!mods.isEmpty()) {
            send(mods);
        }
    }

    private List<FlowMod> removal(Used used) {
        List<FlowMod> mods = new ArrayList<>(used.at.remove());
        removals += mods.size();
        return mods;
    }

    /** To be asked for each flow that left: whether it was this that took it out. */
    synchronized boolean isRemovalOfOurs() {
        if (removals == 0) {
            return false;
        }
        removals--;
        return true;
    }

    /** The flows that are to be in the switch. */
    synchronized List<FlowMod> flows() {
        return hops.values().stream().flatMap(used -> used.at.add(gatewayMac).stream()).toList();
    }

    synchronized int size() {
        return hops.size();
    }

    private static NextHop at(Hop hop, int port) {
        return hop.prefix6().isPresent() ? new NextHop6(hop.prefix6().get(), hop.mac(), port, hop.vlan())
                : new NextHop4(hop.prefix4().orElseThrow(), hop.mac(), port, hop.vlan());
    }

    private void send(List<FlowMod> mods) {
        connection.install(mods).whenComplete((done, failure) -> {
            if (failure != null && connection.isConnected()) {
                onRefusal.accept("next hops: " + failure.getMessage());
            }
        });
    }
}
