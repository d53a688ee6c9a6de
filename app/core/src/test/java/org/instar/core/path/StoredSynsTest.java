// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.instar.core.Protocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.5.2.2: the store of SYNs")
class StoredSynsTest {

    private final StoredSyns syns = new StoredSyns();
    private final IncomingTuple tuple = new IncomingTuple();
    private final List<byte[]> expired = new ArrayList<>();

    private boolean store(int remotePort, int poolPort, int length, long deadlineNanos) {
        tuple.set4(Protocol.TCP, 1, remotePort, 2, poolPort);
        ByteBuffer packet = ByteBuffer.allocate(length + 3);
        packet.put(3, (byte) remotePort);
        return syns.store(tuple, packet, 3, length, 3, deadlineNanos);
    }

    private boolean take(int remotePort, int poolPort) {
        tuple.set6(Protocol.TCP, 9, 9, 9, null, 0, 1, remotePort);
        return syns.take(2, poolPort, tuple);
    }

    @Test
    void eachIsKeptOnceAndTakenOnce() {
        assertThat(store(80, 5000, 40, 6)).isTrue();
        assertThat(store(80, 5000, 40, 12)).isTrue();
        assertThat(syns.size()).isEqualTo(1);
        assertThat(take(81, 5000)).isFalse();
        assertThat(take(80, 5001)).isFalse();
        assertThat(take(80, 5000)).isTrue();
        assertThat(take(80, 5000)).isFalse();
        assertThat(syns.size()).isZero();
    }

    @Test
    void newOnesDoNotPushOutOldOnes() {
        for (int port = 1; port <= 5; port++) {
            assertThat(store(port, 5000, 40, 6)).isEqualTo(port <= 3);
        }
        assertThat(store(2, 5000, 40, 6)).as("it is there").isTrue();
        assertThat(take(1, 5000)).isTrue();
    }

    @Test
    void largePacketsAreNotKept() {
        assertThat(store(1, 5000, StoredSyns.MAX_PACKET + 1, 6)).isFalse();
        assertThat(store(1, 5000, StoredSyns.MAX_PACKET, 6)).isTrue();
    }

    @Test
    void theyComeOutAsTheyWereWhenTheirTimeIsOver() {
        store(1, 5000, 40, Long.MAX_VALUE - 6);
        store(2, 5000, 60, Long.MAX_VALUE - 4);
        store(3, 5000, 60, Long.MIN_VALUE + 10);
        syns.expire(Long.MAX_VALUE - 7, expired::add);
        assertThat(expired).isEmpty();
        syns.expire(Long.MAX_VALUE - 6, expired::add);
        assertThat(expired).hasSize(1);
        assertThat(expired.get(0)).hasSize(40).startsWith(1);
        syns.expire(Long.MIN_VALUE + 9, expired::add);
        assertThat(expired).as("also where the clock wraps").hasSize(2);
        assertThat(take(2, 5000)).isFalse();
        assertThat(take(3, 5000)).isTrue();
    }

    @Test
    void oneThatCameLaterMayBeOverEarlier() {
        store(1, 5000, 40, 60);
        store(2, 5000, 40, 6);
        store(3, 5000, 40, 6);
        assertThat(take(3, 5000)).isTrue();
        syns.expire(6, expired::add);
        assertThat(expired).hasSize(1);
        assertThat(expired.get(0)).startsWith(2);
        assertThat(syns.size()).isEqualTo(1);
        syns.expire(60, expired::add);
        assertThat(expired).hasSize(2);
    }
}
