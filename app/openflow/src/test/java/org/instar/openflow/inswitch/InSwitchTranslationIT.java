// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.openflow.inswitch.InSwitchFixture.OTHER_POOL;
import static org.instar.openflow.inswitch.InSwitchFixture.POOL;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.openflow.PacketIn;
import org.instar.openflow.PrivateOpenVswitch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets through the tables of a real Open vSwitch, against the engine with DF always set. */
class InSwitchTranslationIT {

    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int[] TTLS = {2, 3, 64, 65, 127, 128, 254, 255};

    private static PrivateOpenVswitch ovs;
    private InSwitchFixture fixture;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** InSwitchTranslationIT SKIPPED, nothing was tested against a real switch: "
                    + missing);
            Assumptions.abort(missing);
        }
        ovs = new PrivateOpenVswitch();
    }

    @AfterAll
    static void stopSwitch() throws Exception {
        if (ovs != null) {
            ovs.close();
        }
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    private List<TranslatedSession> begin(TranslationConfig config) throws Exception {
        fixture = new InSwitchFixture(ovs, config);
        fixture.install(fixture.tables.flows());
        List<TranslatedSession> sessions = List.of(fixture.session(1, UDP, POOL, 1),
                fixture.session(2, TCP, POOL, 0xf_ffff), fixture.session(3, UDP, OTHER_POOL, 0x8_0000),
                fixture.session(4, TCP, OTHER_POOL, 0xffff));
        for (TranslatedSession session : sessions) {
            fixture.install(fixture.tables.install(session));
        }
        return sessions;
    }

    /** The shortest and longest, and a step that is prime to 2 and 8 between. */
    private static TreeSet<Integer> lengths(int shortest, int longest, int step) {
        TreeSet<Integer> lengths = new TreeSet<>();
        for (int length = shortest; length <= longest; length += length < shortest + 40 ? 1 : step) {
            lengths.add(length);
            lengths.add(longest + shortest - length);
        }
        return lengths;
    }

    @Test
    void everyLengthTtlAndTrafficClassComesOutAsTheEngineWouldTranslateIt() throws Exception {
        int packets = 0;
        for (TranslatedSession session : begin(InSwitchFixture.config())) {
            for (int length : lengths(ProbePackets.headerBytes(session.protocol()), 1460, 13)) {
                int ttl = TTLS[packets % TTLS.length];
                int trafficClass = packets * 37 & 0xff;
                fixture.translated(session, ProbePackets.from6(session, length, ttl, trafficClass));
                fixture.translated(session, ProbePackets.from4(session, length, ttl, trafficClass, packets * 7919));
                packets += 2;
            }
        }
        System.out.println(packets + " packets translated as by the engine");
        for (int ttl = 2; ttl < 256; ttl++) {
            TranslatedSession session = fixture.session(1, UDP, POOL, 1);
            fixture.translated(session, ProbePackets.from6(session, 100, ttl, 255 - ttl));
            fixture.translated(session, ProbePackets.from4(session, 100, ttl, 255 - ttl, ttl));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::/32", "2001:db8:aa00::/40", "2001:db8:ffff::/48", "2001:db8:6464:ab00::/56",
        "2001:db8:ffff:ffff::/64", "64:ff9b::/96", "fdff:ffff:ffff:ffff:ff:ffff::/96"})
    void everyPrefixLengthOfRfc6052Works(String prefix) throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config(prefix, 1500, 1500))) {
            for (int length : List.of(20, 21, 1459, 1460)) {
                fixture.translated(session, ProbePackets.from6(session, length, 64, 0x2e));
                fixture.translated(session, ProbePackets.from4(session, length, 64, 0x2e, 0));
            }
        }
    }

    @Test
    void bigMtusWork() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config("64:ff9b:1::/96", 9000, 9000))) {
            for (int length : List.of(20, 1461, 4095, 4096, 8191, 8959, 8960)) {
                fixture.translated(session, ProbePackets.from6(session, length, 64, 0));
                fixture.translated(session, ProbePackets.from4(session, length, 64, 0, 0));
            }
            fixture.untouched(ProbePackets.from4(session, 8961, 64, 0, 0));
        }
    }

    /** An IPv4 side with a smaller MTU: what is too long for it must not come out of the tables. */
    @Test
    void tooBigIsMeasuredBothWays() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config("64:ff9b:1::/96", 1500, 1400))) {
            fixture.translated(session, ProbePackets.from6(session, 1380, 64, 0));
            fixture.untouched(ProbePackets.from6(session, 1381, 64, 0));
            fixture.translated(session, ProbePackets.from4(session, 1380, 64, 0, 0));
        }
        fixture.close();
        for (TranslatedSession session : begin(InSwitchFixture.config())) {
            fixture.translated(session, ProbePackets.from6(session, 1460, 64, 0));
            fixture.translated(session, ProbePackets.from4(session, 1460, 64, 0, 0));
            fixture.untouched(ProbePackets.from4(session, 1461, 64, 0, 0));
        }
    }

    /** RFC 7915 §4: what is above 1280 bytes as IPv6 would be fragmented if DF is clear. */
    @Test
    void strictLeavesWhatMayBeFragmentedToTheFastPath() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config("64:ff9b:1::/96", 1500, 1500, true))) {
            fixture.translated(session, ProbePackets.from4(session, 1240, 64, 0, 0));
            fixture.untouched(ProbePackets.from4(session, 1241, 64, 0, 0));
            fixture.untouched(ProbePackets.from4(session, 1480, 64, 0, 0));
            fixture.translated(session, ProbePackets.from6(session, 1460, 64, 0));
        }
    }

    @Test
    void whatIsNotForTheSwitchGoesToTheFastPathUntouched() throws Exception {
        List<TranslatedSession> sessions = begin(InSwitchFixture.config());
        for (TranslatedSession session : sessions) {
            byte[] from6 = ProbePackets.from6(session, 60, 64, 0);
            byte[] from4 = ProbePackets.from4(session, 60, 64, 0, 0);
            fixture.untouched(with(from6, 7, 1));
            fixture.untouched(with(from6, 7, 0));
            fixture.untouched(with(from4, 8, 1));
            fixture.untouched(with(from4, 8, 0));
            fixture.untouched(with(from6, 41, 99));
            fixture.untouched(with(from4, 23, 99));
            fixture.untouched(with(from4, 15, 99));
            fixture.untouched(with(from4, 6, 0x20));
            fixture.untouched(with(from4, 7, 9));
            fixture.untouched(with(with(from6, 6, 58), 40, 128));
            fixture.untouched(with(with(from4, 9, 1), 20, 8));
            fixture.untouched(fragment(from6, session.protocol(), 1));
            if (session.protocol() == TCP) {
                for (int flags : List.of(0x02, 0x12, 0x11, 0x04, 0x14)) {
                    fixture.untouched(with(from6, 40 + 13, flags));
                    fixture.untouched(with(from4, 20 + 13, flags));
                }
            }
        }
    }

    private static byte[] with(byte[] packet, int at, int value) {
        byte[] changed = packet.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** The packet behind a fragment header of RFC 8200 §4.5: atomic, or the first of more. */
    private static byte[] fragment(byte[] packet, int protocol, int more) {
        ByteBuffer out = behind(packet, 44);
        return out.put(40, (byte) protocol).putShort(42, (short) more).array();
    }

    private static ByteBuffer behind(byte[] packet, int nextHeader) {
        return ByteBuffer.allocate(packet.length + 8).put(packet, 0, 40).putLong(0).put(packet, 40, packet.length - 40)
                .putShort(4, (short) (packet.length - 40 + 8)).put(6, (byte) nextHeader);
    }

    /** They show too late; the controller hears of the session and of nothing else. */
    @Test
    void extensionHeadersAndOptionsAreToldToTheController() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config())) {
            byte[] from6 = ProbePackets.from6(session, 60, 64, 0);
            byte[] destinationOptions = behind(from6, 60).put(40, (byte) session.protocol()).putInt(42, 0x01040000)
                    .array();
            StrayPacket.From6 from6Session = new StrayPacket.From6(session.protocol(), session.pool(),
                    session.poolPort(), session.remote());
            assertThat(StrayPacket.of(fixture.send(destinationOptions), fixture.tables)).contains(from6Session);

            assertThat(StrayPacket.of(fixture.send(fragment(from6, session.protocol(), 0)), fixture.tables))
                    .contains(from6Session);

            byte[] from4 = ProbePackets.from4(session, 60, 64, 0, 0);
            ByteBuffer options = ByteBuffer.allocate(from4.length + 4).put(from4, 0, 20).putInt(0x01010101)
                    .put(from4, 20, 60).put(0, (byte) 0x46).putShort(2, (short) 84).putShort(10, (short) 0);
            options.putShort(10, (short) InternetChecksum.ofSum(InternetChecksum.sum(options, 0, 24)));
            assertThat(StrayPacket.of(fixture.send(options.array()), fixture.tables))
                    .contains(new StrayPacket.From4(session.protocol(), session.handle()));
        }
    }

    /** Open vSwitch shows no UDP checksum to match: the packet comes out without one, and its receiver drops it. */
    @Test
    void udpWithoutChecksumComesOutWithout() throws Exception {
        TranslatedSession session = begin(InSwitchFixture.config()).get(0);
        byte[] packet = ProbePackets.from4(session, 60, 64, 0, 0);
        PacketIn out = fixture.send(with(with(packet, 26, 0), 27, 0));
        assertThat(TranslationRule.ofCookie(out.cookie())).contains(TranslationRule.NEXT_HOP_6);
        assertThat(ByteBuffer.wrap(out.frame()).getShort(14 + 40 + 6)).isZero();
    }
}
