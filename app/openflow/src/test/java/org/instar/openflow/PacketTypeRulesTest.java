// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PacketTypeRulesTest {

    private static final FlowAction PUSH = new FlowAction.PushMpls(0x8847);
    private static final FlowAction DECAP = new FlowAction.Decap();
    private static final FlowAction TO_ETHERNET = new FlowAction.DecapTo(PacketType.ETHERNET);
    private static final FlowAction ENCAP_ETHERNET = new FlowAction.EncapEthernet();
    private static final FlowAction ENCAP_NSH = new FlowAction.EncapNsh(List.of());
    private static final FlowAction AGAIN = new FlowAction.Resubmit(5);
    private static final FlowAction POP_VLAN = new FlowAction.PopVlan();
    private static final FlowAction PUSH_VLAN = new FlowAction.PushVlan();
    private static final FlowAction TTL = new FlowAction.DecrementTtl();

    @Test
    void whatIsKnownToWorkIsTaken() {
        for (List<FlowAction> safe : List.<List<FlowAction>>of(List.of(), List.of(TTL, AGAIN, AGAIN),
                List.of(PUSH, DECAP, TO_ETHERNET, AGAIN), List.of(TTL, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(POP_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(TTL, POP_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(TTL, PUSH_VLAN, FlowAction.setVlan(7), FlowAction.output(1)), List.of(POP_VLAN, AGAIN),
                List.of(DECAP, ENCAP_NSH), List.of(ENCAP_ETHERNET, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(DECAP, ENCAP_NSH, ENCAP_ETHERNET, PUSH, DECAP, TO_ETHERNET, AGAIN))) {
            assertThatCode(() -> PacketTypeRules.check(safe)).doesNotThrowAnyException();
        }
        assertThatCode(() -> PacketTypeRules.check(List.of(DECAP, ENCAP_NSH),
                List.of(ENCAP_ETHERNET, PUSH, DECAP, TO_ETHERNET, AGAIN))).doesNotThrowAnyException();
    }

    @Test
    void everyOtherOrderIsRefused() {
        for (List<FlowAction> unsafe : List.of(
                List.of(ENCAP_ETHERNET, DECAP), List.of(ENCAP_NSH, DECAP), List.of(DECAP, DECAP),
                List.of(PUSH, DECAP, TO_ETHERNET), List.of(PUSH, DECAP, TO_ETHERNET, AGAIN, TTL),
                List.of(PUSH, DECAP, TO_ETHERNET, AGAIN, DECAP), List.of(DECAP, TTL, ENCAP_NSH),
                List.of(PUSH, TTL, DECAP, TO_ETHERNET, AGAIN), List.of(PUSH), List.of(AGAIN, DECAP),
                List.of(PUSH, PUSH, DECAP, TO_ETHERNET, AGAIN), List.of(ENCAP_NSH, ENCAP_ETHERNET, DECAP),
                List.of(PUSH_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(POP_VLAN, POP_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(POP_VLAN, TTL, PUSH, DECAP, TO_ETHERNET, AGAIN),
                List.of(PUSH, POP_VLAN, DECAP, TO_ETHERNET, AGAIN),
                List.of(ENCAP_ETHERNET, POP_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN), List.of(ENCAP_ETHERNET, PUSH_VLAN),
                List.of(POP_VLAN, DECAP, ENCAP_NSH), List.of(POP_VLAN, ENCAP_ETHERNET),
                List.of(PUSH, DECAP, new FlowAction.DecapTo(PacketType.IPV6), AGAIN))) {
            assertThatThrownBy(() -> PacketTypeRules.check(unsafe)).as(unsafe.toString())
                    .hasMessageContaining("no safe order");
            assertThatThrownBy(() -> FlowMod.add(1).actions(unsafe).build()).hasMessageContaining("no safe order");
        }
        assertThatThrownBy(() -> PacketTypeRules.check(List.of(ENCAP_ETHERNET), List.of(DECAP, ENCAP_NSH)))
                .hasMessageContaining("no safe order");
        assertThatThrownBy(() -> PacketTypeRules.check(List.of(DECAP, ENCAP_NSH),
                List.of(POP_VLAN, PUSH, DECAP, TO_ETHERNET, AGAIN))).hasMessageContaining("no safe order");
    }
}
