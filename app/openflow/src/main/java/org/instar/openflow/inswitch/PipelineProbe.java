// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowMod;
import org.instar.openflow.PacketIn;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.SwitchPort;

/**
 * Finds out whether a switch translates as it should, before it is trusted with anybody's packets: real packets go
 * through the tables by packet-out, with sessions of their own between addresses no host has, and come back as
 * packet-ins; each must be, byte for byte, what {@link ExpectedTranslation} says. The tables must be in ({@link
 * StaticTables#inside}).
 *
 * <p>What it can't see is what only ports do: a network card that reports checksums as verified leads Open vSwitch 3.2
 * and later to leave their update to a card that never gets to do it. Offloads of checksums must be off on the ports.
 */
public final class PipelineProbe {

    /** Sessions of this number are the probe's. */
    public static final int SESSION_NUMBER = -1;

    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int CLIENT_PORT = 49_999;
    private static final int REMOTE_PORT = 9;
    private static final int POOL_PORT = 54_321;
    private static final int TIMEOUT_SECONDS = 60;
    private static final long ANSWER_SECONDS = 5;
    /** Priority 5, VLAN 4094. */
    private static final int TAG = 0xaffe;
    private static final int[] TTLS = {2, 64, 255};
    private static final int[] TRAFFIC_CLASSES = {0, 0x03, 0xff, 0xb8};

    /**
     * What came out.
     *
     * @param trusted every packet came back as it should
     * @param reason what was wrong, for people; how many packets were right if nothing was
     */
    public record Verdict(boolean trusted, String reason) {
    }

    private record Trial(String name, TranslationTable first, long cookie, byte[] frame, byte[] expected) {
    }

    private final SwitchConnection connection;
    private final StaticTables tables;
    private final TranslationConfig config;
    private final List<TranslatedSession> sessions;
    private final Deque<Trial> trials = new ArrayDeque<>();
    private final CompletableFuture<Verdict> outcome = new CompletableFuture<>();
    private int right;

    /** A probe to be run once. */
    public PipelineProbe(SwitchConnection connection, StaticTables tables, TranslationConfig config) {
        this.connection = connection;
        this.tables = tables;
        this.config = config;
        int pool = config.pipeline().poolPrefixes().get(0).address();
        sessions = List.of(session(PROTO_TCP, pool), session(PROTO_UDP, pool));
        sessions.forEach(this::plan);
    }

    private TranslatedSession session(int protocol, int pool) {
        return new TranslatedSession(SESSION_NUMBER, Handles.PROBE, protocol, ProbeHops.CLIENT, CLIENT_PORT,
                config.pipeline().prefixes().get(0).embed(ProbeHops.REMOTE), ProbeHops.REMOTE, REMOTE_PORT,
                pool, POOL_PORT, TIMEOUT_SECONDS);
    }

    private void plan(TranslatedSession session) {
        ExpectedTranslation expected = new ExpectedTranslation();
        long mac = config.pipeline().gatewayMac();
        int headers = TranslationConfig.LENGTH_DIFFERENCE;
        int[] lengths6 = lengths(session.protocol(), config.maxLength4() - headers);
        int[] lengths4 = lengths(session.protocol(), config.longestTo6() - headers);
        for (int i = 0; i < lengths6.length; i++) {
            int ttl = TTLS[i % TTLS.length];
            int trafficClass = TRAFFIC_CLASSES[i % TRAFFIC_CLASSES.length];
            byte[] from6 = ProbePackets.from6(session, lengths6[i], ttl, trafficClass);
            trials.add(new Trial("IPv6 to IPv4," + what(session, lengths6[i], ttl), TranslationTable.SIZE_6TO4,
                    TranslationRule.PROBE_4.cookie(), ProbePackets.frame(mac, from6),
                    ProbePackets.frame(mac, expected.to4(session, from6))));
            byte[] from4 = ProbePackets.from4(session, lengths4[i], ttl, trafficClass, 0xbeef + i);
            trials.add(new Trial("IPv4 to IPv6," + what(session, lengths4[i], ttl), TranslationTable.SIZE_4TO6,
                    TranslationRule.PROBE_6.cookie(), ProbePackets.frame(mac, from4),
                    ProbePackets.frame(mac, expected.to6(session, from4))));
        }
        trials.addAll(trials.stream().skip(trials.size() - 2).map(PipelineProbe::tagged).toList());
    }

    /** The same packet with a tag, which must go. */
    private static Trial tagged(Trial trial) {
        return new Trial(trial.name + ", tagged", trial.first, trial.cookie, ProbePackets.tagged(trial.frame, TAG),
                trial.expected);
    }

    private static int[] lengths(int protocol, int longest) {
        int shortest = ProbePackets.headerBytes(protocol);
        return new int[] {shortest, shortest + 1, shortest + 100, 536, (shortest + longest) / 2, longest - 1, longest};
    }

    private static String what(TranslatedSession session, int length, int ttl) {
        return " protocol " + session.protocol() + ", " + length + " bytes, TTL " + ttl;
    }

    /**
     * Sends the packets, one after the other. Completes in five seconds at most, normally: a switch that refuses the
     * probe's rules, answers wrong or not at all is not trusted. The rules are taken out again.
     */
    public CompletableFuture<Verdict> run() {
        List<FlowMod> rules = new ArrayList<>();
        sessions.forEach(session -> rules.addAll(tables.install(session)));
        connection.install(rules).whenComplete((done, refused) -> {
            if (refused == null) {
                sendNext();
            } else {
                outcome.complete(new Verdict(false, "refuses rules of sessions: " + refused.getMessage()));
            }
        });
        outcome.completeOnTimeout(new Verdict(false, "") , ANSWER_SECONDS, TimeUnit.SECONDS);
        return outcome.thenApply(this::named).whenComplete((verdict, failure) -> takeOut());
    }

    /** A timeout's verdict has no words: the packet that is out is what was not answered. */
    private synchronized Verdict named(Verdict verdict) {
        return verdict.reason().isEmpty() ? new Verdict(false, "no answer: " + (trials.isEmpty() ? "to the rules"
                : trials.peek().name)) : verdict;
    }

    private void takeOut() {
        List<FlowMod> rules = new ArrayList<>();
        for (TranslatedSession session : sessions) {
            rules.addAll(session.stop());
            rules.addAll(session.forget());
        }
        connection.install(rules);
    }

    private synchronized void sendNext() {
        if (trials.isEmpty()) {
            outcome.complete(new Verdict(true, right + " packets came back as they should"));
        } else {
            Trial next = trials.peek();
            connection.packetOut(next.frame, SwitchPort.CONTROLLER, List.of(new FlowAction.Resubmit(next.first.id())));
        }
    }

    /**
     * To be told of every packet-in while the probe runs.
     *
     * @return whether it was the probe's
     */
    public synchronized boolean onPacketIn(PacketIn packetIn) {
        boolean ours = packetIn.cookie() == TranslationRule.PROBE_4.cookie()
                || packetIn.cookie() == TranslationRule.PROBE_6.cookie();
        if (!ours || trials.isEmpty() || outcome.isDone()) {
            return ours;
        }
        Trial trial = trials.peek();
        int wrong = Arrays.mismatch(trial.expected, packetIn.frame());
        if (trial.cookie != packetIn.cookie() || wrong >= 0) {
            outcome.complete(new Verdict(false, "wrong: " + trial.name + ": byte " + wrong + " of "
                    + trial.expected.length + " of the frame"));
        } else {
            trials.remove();
            right++;
            sendNext();
        }
        return true;
    }
}
