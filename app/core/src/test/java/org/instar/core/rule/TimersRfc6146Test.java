// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6146 §4, RFC 4787 REQ-5, RFC 5382 REQ-5, RFC 5508 REQ-2: defaults, and what no timer may be below. */
class TimersRfc6146Test {

    @Test
    @DisplayName("RFC 7857 §2.1: opening and closing are configured apart, opening also below four minutes")
    void rfc7857Section21() {
        TimerConfig timers = TimerConfig.defaults();
        assertThat(timers.tcpOpeningSeconds()).isEqualTo(240);
        TimerConfig apart = timers.with(Timer.TCP_OPENING, 1);
        assertThat(apart.tcpOpeningSeconds()).isEqualTo(1);
        assertThat(apart.tcpClosingSeconds()).isEqualTo(240);
        assertThat(timers.withTcpTransitory(300)).isEqualTo(
                timers.with(Timer.TCP_OPENING, 300).with(Timer.TCP_CLOSING, 300));
    }

    @ParameterizedTest(name = "{0}: {1} s, at least {2}")
    @CsvSource({"UDP, 300, 120", "ICMP, 60, 60", "TCP_ESTABLISHED, 7440, 7440", "TCP_CLOSING, 240, 240",
        "TCP_INCOMING_SYN, 6, 6"})
    void section4(Timer timer, int seconds, int least) {
        TimerConfig timers = TimerConfig.defaults();
        assertThat(timers.seconds(timer)).isEqualTo(seconds);
        assertThat(timers.with(timer, least).seconds(timer)).isEqualTo(least);
        assertThat(timers.with(timer, seconds + 1).seconds(timer)).as("it may be configured").isEqualTo(seconds + 1);
        assertThatThrownBy(() -> timers.with(timer, least - 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("below the least value " + least);
    }
}
