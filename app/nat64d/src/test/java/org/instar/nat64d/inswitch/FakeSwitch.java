// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMod;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.SwitchPort;

/** A switch that keeps the batches it is sent and answers them when the test says so. */
public final class FakeSwitch implements SwitchConnection {

    /** One install and its answer. */
    public record Batch(List<FlowMod> mods, CompletableFuture<Void> answer) { }

    public final List<Batch> batches = new ArrayList<>();
    public final Map<String, Integer> ports = new HashMap<>(Map.of("nat64-sw", 5));
    public String disconnected;
    /** What is asked by a cookie, and the answer to come. */
    public final Map<Long, CompletableFuture<List<FlowEntry>>> asked = new HashMap<>();

    public Batch last() {
        return batches.getLast();
    }

    @Override
    public long datapathId() {
        return 1;
    }

    @Override
    public String datapathIdText() {
        return "0x0000000000000001";
    }

    @Override
    public String peer() {
        return "test";
    }

    @Override
    public OptionalInt port(String name) {
        return ports.containsKey(name) ? OptionalInt.of(ports.get(name)) : OptionalInt.empty();
    }

    @Override
    public List<SwitchPort> ports() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> install(List<FlowMod> mods) {
        Batch batch = new Batch(mods, new CompletableFuture<>());
        batches.add(batch);
        return batch.answer;
    }

    @Override
    public CompletableFuture<List<FlowEntry>> flows(OptionalInt tableId) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<List<FlowEntry>> flows(long cookie) {
        CompletableFuture<List<FlowEntry>> answer = new CompletableFuture<>();
        asked.put(cookie, answer);
        return answer;
    }

    @Override
    public void packetOut(byte[] frame, int inPort, int outPort) {
        throw new AssertionError("nobody should send by packet-out");
    }

    @Override
    public long packetOutsDropped() {
        return 0;
    }

    @Override
    public boolean isConnected() {
        return disconnected == null;
    }

    @Override
    public void disconnect(String reason) {
        disconnected = reason;
    }
}
