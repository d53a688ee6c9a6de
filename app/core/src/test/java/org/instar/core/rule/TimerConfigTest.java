// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TimerConfigTest {

    @ParameterizedTest
    @CsvSource({"UDP, 300, 120", "ICMP, 60, 60", "TCP_ESTABLISHED, 7440, 7440", "TCP_CLOSING, 240, 240",
        "TCP_INCOMING_SYN, 6, 6"})
    void rfc6146Section4DefaultsAndLeastValues(Timer timer, int byDefault, int least) {
        TimerConfig timers = TimerConfig.defaults();

        assertThat(timers.seconds(timer)).isEqualTo(byDefault);
        assertThat(timers.with(timer, least).seconds(timer)).isEqualTo(least);
        assertThatThrownBy(() -> timers.with(timer, least - 1))
                .hasMessageStartingWith(least - 1 + " is below the least value " + least);
        assertThat(timers.permittingShort().with(timer, 1).seconds(timer)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Timer.class)
    void oneTimerChangesAlone(Timer timer) {
        TimerConfig timers = TimerConfig.defaults().with(timer, 65535);

        for (Timer other : Timer.values()) {
            assertThat(timers.seconds(other)).isEqualTo(other == timer ? 65535 : other.defaultSeconds());
        }
        assertThatThrownBy(() -> timers.with(timer, 65536)).hasMessageContaining("from 1 to 65535: '65536'");
        assertThatThrownBy(() -> timers.permittingShort().with(timer, 0)).hasMessageContaining("from 1 to 65535: '0'");
    }

    @Test
    void rfc4787Req5aWellKnownPortsMayHaveShorterTimers() {
        TimerConfig timers = TimerConfig.defaults().withUdpPort(1023, 600).withUdpPort(53, 10).withUdpPort(5000, 120)
                .withUdpPort(53, 11);

        assertThat(timers.udpSeconds(53)).isEqualTo(11);
        assertThat(timers.udpSeconds(1023)).isEqualTo(600);
        assertThat(timers.udpSeconds(5000)).isEqualTo(120);
        assertThat(timers.udpSeconds(54)).isEqualTo(300);
        assertThat(timers.udpPorts()).isEqualTo(Map.of(53, 11, 1023, 600, 5000, 120));
        assertThatThrownBy(() -> timers.withUdpPort(1024, 119)).hasMessageContaining("RFC 4787 REQ-5a");
        assertThatThrownBy(() -> timers.withUdpPort(65536, 300)).hasMessageContaining("not a port");
        assertThat(TimerConfig.defaults().udpSeconds(53)).isEqualTo(300);
    }

    @Test
    void equalWhenAllIsEqual() {
        TimerConfig timers = TimerConfig.defaults().withUdpPort(53, 10);

        assertThat(timers).isEqualTo(TimerConfig.defaults().withUdpPort(53, 10));
        assertThat(timers).isNotEqualTo(TimerConfig.defaults().withUdpPort(53, 11))
                .isNotEqualTo(TimerConfig.defaults().withUdpPort(54, 10)).isNotEqualTo(timers.with(Timer.UDP, 301))
                .isNotEqualTo(timers.permittingShort()).isNotEqualTo(TimerConfig.defaults());
    }
}
