// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Optional;
import org.instar.core.rule.Timer;
import org.instar.core.rule.TimerConfig;

/** Reads the section {@code timers}. */
final class TimerReader {

    private TimerReader() {
    }

    static TimerConfig read(ConfigNode node) throws ConfigException {
        boolean anyLength = node.flag("allowBelowRfcMinimum", false);
        TimerConfig timers = anyLength ? TimerConfig.defaults().permittingShort() : TimerConfig.defaults();
        if (node.has(Timer.TCP_TRANSITORY_FIELD)) {
            TimerConfig before = timers;
            int seconds = node.integer(Timer.TCP_TRANSITORY_FIELD, 1, 1, TimerConfig.MAX_SECONDS);
            timers = node.required(Timer.TCP_TRANSITORY_FIELD, text -> before.withTcpTransitory(seconds));
        }
        for (Timer timer : Timer.values()) {
            if (node.has(timer.field())) {
                TimerConfig before = timers;
                int seconds = node.integer(timer.field(), timer.defaultSeconds(), 1, TimerConfig.MAX_SECONDS);
                timers = node.required(timer.field(), text -> before.with(timer, seconds));
            }
        }
        Optional<ConfigNode> ports = node.optionalObject("udpPorts");
        if (ports.isPresent()) {
            timers = udpPorts(ports.get(), timers);
        }
        node.refuseUnknown();
        return timers;
    }

    private static TimerConfig udpPorts(ConfigNode node, TimerConfig base) throws ConfigException {
        TimerConfig timers = base;
        for (String field : node.fields()) {
            TimerConfig before = timers;
            if (!field.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(field) > 65535) {
                throw node.error(field, "not a port from 0 to 65535: '" + field + "'");
            }
            int seconds = node.integer(field, 1, 1, TimerConfig.MAX_SECONDS);
            timers = node.required(field, text -> before.withUdpPort(Integer.parseInt(field), seconds));
        }
        return timers;
    }
}
