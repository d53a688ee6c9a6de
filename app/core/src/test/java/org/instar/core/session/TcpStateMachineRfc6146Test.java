// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("RFC 6146 §3.5.2.2: state machine for TCP processing")
class TcpStateMachineRfc6146Test {

    @ParameterizedTest(name = "{0} --{1}--> {2}, {3}")
    @CsvSource({
        "CLOSED,            V6_SYN,   V6_INIT,           TCP_TRANSITORY",
        "CLOSED,            V4_SYN,   V4_INIT,           TCP_TRANSITORY",
        "CLOSED,            V6_OTHER, CLOSED,            UNCHANGED",
        "CLOSED,            V4_RST,   CLOSED,            UNCHANGED",
        "V4_INIT,           V6_SYN,   ESTABLISHED,       TCP_ESTABLISHED",
        "V4_INIT,           V4_SYN,   V4_INIT,           UNCHANGED",
        "V4_INIT,           V4_OTHER, V4_INIT,           UNCHANGED",
        "V6_INIT,           V4_SYN,   ESTABLISHED,       TCP_ESTABLISHED",
        "V6_INIT,           V6_SYN,   V6_INIT,           TCP_TRANSITORY",
        "V6_INIT,           V4_RST,   V6_INIT,           UNCHANGED",
        "ESTABLISHED,       V4_FIN,   V4_FIN_RCV,        UNCHANGED",
        "ESTABLISHED,       V6_FIN,   V6_FIN_RCV,        UNCHANGED",
        "ESTABLISHED,       V4_RST,   TRANS,             TCP_TRANSITORY",
        "ESTABLISHED,       V6_RST,   TRANS,             TCP_TRANSITORY",
        "ESTABLISHED,       V6_OTHER, ESTABLISHED,       TCP_ESTABLISHED",
        "V4_FIN_RCV,        V6_FIN,   V6_FIN_V4_FIN_RCV, TCP_TRANSITORY",
        "V4_FIN_RCV,        V4_FIN,   V4_FIN_RCV,        TCP_ESTABLISHED",
        "V4_FIN_RCV,        V6_OTHER, V4_FIN_RCV,        TCP_ESTABLISHED",
        "V6_FIN_RCV,        V4_FIN,   V6_FIN_V4_FIN_RCV, TCP_TRANSITORY",
        "V6_FIN_RCV,        V6_FIN,   V6_FIN_RCV,        TCP_ESTABLISHED",
        "V6_FIN_RCV,        V4_OTHER, V6_FIN_RCV,        TCP_ESTABLISHED",
        "V6_FIN_V4_FIN_RCV, V4_OTHER, V6_FIN_V4_FIN_RCV, UNCHANGED",
        "V6_FIN_V4_FIN_RCV, V6_SYN,   V6_FIN_V4_FIN_RCV, UNCHANGED",
        "TRANS,             V4_OTHER, ESTABLISHED,       TCP_ESTABLISHED",
        "TRANS,             V6_SYN,   ESTABLISHED,       TCP_ESTABLISHED",
        "TRANS,             V6_RST,   TRANS,             UNCHANGED",
        "TRANS,             V4_RST,   TRANS,             UNCHANGED",
    })
    void transitions(TcpState state, TcpEvent event, TcpState next, Lifetime lifetime) {
        assertThat(TcpStateMachine.next(state, event)).isEqualTo(next);
        assertThat(TcpStateMachine.lifetime(state, event)).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @EnumSource(TcpState.class)
    @DisplayName("every state has an answer to every event, and only CLOSED leads to CLOSED")
    void complete(TcpState state) {
        for (TcpEvent event : TcpEvent.values()) {
            assertThat(TcpStateMachine.next(state, event)).isNotNull();
            assertThat(TcpStateMachine.lifetime(state, event)).isNotNull();
            if (state != TcpState.CLOSED) {
                assertThat(TcpStateMachine.next(state, event)).isNotEqualTo(TcpState.CLOSED);
            }
        }
    }

    @Test
    @DisplayName("a segment with several flags counts as RST, then FIN, then SYN")
    void flags() {
        Set<TcpEvent> seen = EnumSet.noneOf(TcpEvent.class);
        for (int flags = 0; flags < 64; flags++) {
            for (boolean from6 : new boolean[] {true, false}) {
                TcpEvent event = TcpEvent.of(flags, from6);
                String kind = (flags & 4) != 0 ? "RST" : (flags & 1) != 0 ? "FIN" : (flags & 2) != 0 ? "SYN" : "OTHER";
                assertThat(event).hasToString((from6 ? "V6_" : "V4_") + kind);
                seen.add(event);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(TcpEvent.values());
    }
}
