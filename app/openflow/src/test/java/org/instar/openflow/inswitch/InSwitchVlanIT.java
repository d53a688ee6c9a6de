// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.instar.openflow.inswitch.InSwitchFixture.GATEWAY_MAC;
import static org.instar.openflow.inswitch.InSwitchFixture.POOL;

import java.util.List;
import org.instar.openflow.PrivateOpenVswitch;
import org.instar.openflow.SwitchPort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Frames with VLAN tags (IEEE 802.1Q) through the tables of a real Open vSwitch. */
class InSwitchVlanIT {

    /** Tags to come in with: VLAN 100; VLAN 4094 with priority 7 and drop eligible; priority 5 alone. */
    private static final int[] TAGS = {100, 0xfffe, 0xa000};
    private static final int OUT = 777;

    private static PrivateOpenVswitch ovs;
    private InSwitchFixture fixture;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** InSwitchVlanIT SKIPPED, nothing was tested against a real switch: " + missing);
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
        List<TranslatedSession> sessions = List.of(fixture.session(1, 17, POOL, 1),
                fixture.session(2, 6, POOL, 0xf_ffff));
        for (TranslatedSession session : sessions) {
            fixture.install(fixture.tables.install(session));
        }
        return sessions;
    }

    private void nextHopsIn(int vlan) throws Exception {
        fixture.nextHopsAtPorts(SwitchPort.CONTROLLER, SwitchPort.CONTROLLER, vlan);
    }

    private static byte[] tagged(byte[] packet, int tag) {
        return ProbePackets.tagged(ProbePackets.frame(GATEWAY_MAC, packet), tag);
    }

    @Test
    void everyTagInAndOutAndNoneComesOutAsTheEngineWouldTranslateIt() throws Exception {
        List<TranslatedSession> sessions = begin(InSwitchFixture.config());
        for (int out : new int[] {NextHop.UNTAGGED, OUT}) {
            nextHopsIn(out);
            for (TranslatedSession session : sessions) {
                for (int length : List.of(20, 21, 22, 23, 536, 1241, 1459, 1460)) {
                    byte[] from6 = ProbePackets.from6(session, length, length % 254 + 2, length & 0xff);
                    byte[] from4 = ProbePackets.from4(session, length, length % 254 + 2, length & 0xff, length);
                    fixture.translated(session, from6, ProbePackets.frame(GATEWAY_MAC, from6), out);
                    fixture.translated(session, from4, ProbePackets.frame(GATEWAY_MAC, from4), out);
                    for (int tag : TAGS) {
                        fixture.translated(session, from6, tagged(from6, tag), out);
                        fixture.translated(session, from4, tagged(from4, tag), out);
                    }
                }
            }
        }
    }

    @Test
    void whatIsNotForTheSwitchKeepsItsTag() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config())) {
            for (int tag : TAGS) {
                byte[] lastHop6 = ProbePackets.from6(session, 60, 1, 0);
                byte[] lastHop4 = ProbePackets.from4(session, 60, 1, 0, 0);
                byte[] noSession6 = ProbePackets.from6(session, 60, 64, 0);
                byte[] noSession4 = ProbePackets.from4(session, 60, 64, 0, 0);
                noSession6[40] ^= 1;
                noSession4[20] ^= 1;
                for (byte[] packet : List.of(lastHop6, lastHop4, noSession6, noSession4)) {
                    fixture.untouched(packet, tagged(packet, tag));
                }
            }
        }
    }

    /** The tag is not the packet's: it may be as long as without. */
    @Test
    void tagsDontCountAsLength() throws Exception {
        for (TranslatedSession session : begin(InSwitchFixture.config("64:ff9b:1::/96", 1500, 1400))) {
            byte[] longest6 = ProbePackets.from6(session, 1380, 64, 0);
            byte[] longer6 = ProbePackets.from6(session, 1381, 64, 0);
            fixture.translated(session, longest6, tagged(longest6, 100), NextHop.UNTAGGED);
            fixture.untouched(longer6, tagged(longer6, 100));
            fixture.untouched(longer6);
        }
        fixture.close();
        for (TranslatedSession session : begin(InSwitchFixture.config())) {
            byte[] longest4 = ProbePackets.from4(session, 1460, 64, 0, 0);
            byte[] longer4 = ProbePackets.from4(session, 1461, 64, 0, 0);
            fixture.translated(session, longest4, tagged(longest4, 100), NextHop.UNTAGGED);
            fixture.untouched(longer4, tagged(longer4, 100));
            fixture.untouched(longer4);
        }
    }
}
