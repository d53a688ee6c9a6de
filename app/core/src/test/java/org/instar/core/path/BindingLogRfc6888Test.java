// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.log.BindingLog;
import org.instar.core.rule.Ingress;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6888 §4: what is logged tells who had a transport address at a time")
class BindingLogRfc6888Test extends PathFixture implements BindingLog {

    private static final int POOL = Ip4.parse("192.0.2.64");
    private static final int FIRST = 2000;
    private static final int LAST = 2015;

    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> holders = new HashMap<>();
    private final SessionLifecycle lifecycle = new SessionLifecycle(core.config, core.state, core.pools, core.ports,
            core.subscribers, this);
    private final PacketPath logged = new PacketPath(core.config, TranslatorSettings.defaults(), core.state, lifecycle,
            core.pools, counters, this);

    BindingLogRfc6888Test() {
        super(Map.of("pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/32", "ports", FIRST + "-" + LAST,
                "blockSize", 16, "holdDownSeconds", 0))));
    }

    @Override
    public void bindingCreated(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, long nowMillis) {
        lines.add(nowMillis + " + " + protocol + " " + Ip4.toString(poolAddress) + " " + poolPort + " "
                + Ip6.toString(clientHigh, clientLow) + " " + clientPort);
    }

    @Override
    public void bindingRemoved(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, long nowMillis) {
        lines.add(nowMillis + " - " + protocol + " " + Ip4.toString(poolAddress) + " " + poolPort + " "
                + Ip6.toString(clientHigh, clientLow) + " " + clientPort);
    }

    /** Whom the log names for a transport address at a time; null for nobody. */
    private String holder(long millis, Protocol protocol, int port) {
        String known = null;
        for (String line : lines) {
            String[] words = line.split(" ");
            if (Long.parseLong(words[0]) <= millis && words[2].equals(protocol.toString())
                    && words[4].equals(String.valueOf(port))) {
                known = words[1].equals("+") ? words[5] + " " + words[6] : null;
            }
        }
        return known;
    }

    private String holderInFact(Protocol protocol, int port) {
        int binding = core.bib.find4(protocol, POOL, port);
        return binding == RecordStore.NONE ? null
                : Ip6.toString(core.bib.clientHigh(binding), core.bib.clientLow(binding)) + " "
                + core.bib.clientPort(binding);
    }

    @Test
    @DisplayName("who had (T,t) at time T is answered by the log alone, for every moment and port")
    void whoHadAPort() {
        Random random = new Random(7);
        for (long second = 0; second < 2000; second += 20) {
            nowNanos = second * SECOND;
            logged.expire(nowNanos, second * 1000, session -> { });
            String client = "2001:db8:6::" + (1 + random.nextInt(5));
            int port = 4000 + random.nextInt(3);
            ByteBuffer packet = random.nextBoolean() ? TestPackets.udp6(client, port, REMOTE6, 53)
                    : TestPackets.tcp6(client, port, REMOTE6, 80, TestPackets.SYN);
            logged.from6(packet, 0, packet.capacity(), 0, Ingress.UNKNOWN, nowNanos, second * 1000);
            for (int poolPort = FIRST; poolPort <= LAST; poolPort++) {
                for (Protocol protocol : Protocol.values()) {
                    holders.put(second * 1000 + " " + protocol + " " + poolPort, holderInFact(protocol, poolPort));
                }
            }
        }
        assertThat(lines.size()).isGreaterThan(100);
        holders.forEach((when, holder) -> {
            String[] words = when.split(" ");
            assertThat(holder(Long.parseLong(words[0]), Protocol.valueOf(words[1]), Integer.parseInt(words[2])))
                    .as(when).isEqualTo(holder);
        });
    }
}
