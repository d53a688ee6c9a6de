// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;

import org.instar.core.path.PathEvent;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session.Offload;
import org.junit.jupiter.api.Test;

/** Connections in full swing on their way into the switch. */
class LiveMoveTest extends OffloadFixture {

    @Test
    void aConnectionInFullSwingPausesByAWindowOfZero() {
        begin("established");
        inSwitch();
        shard.leaveSwitch(SessionFilter.ALL);
        shard.switchLeft(session().id());

        now += SECOND;
        fromClient(ACK);
        fromServer(ACK);
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
        assertThat(sent).hasSize(2).allMatch(frame -> window(frame) == 0);
        assertThat(joining).as("not while packets come").hasSize(1);

        now += LiveMove.SILENCE_NANOS;
        assertThat(shard.nextDeadlineNanos()).isLessThanOrEqualTo(now);
        shard.tick(now);
        byte[] marker = lastSent();
        assertThat(sent).hasSize(3);
        fromClient(ACK);
        shard.receive(direct(marker), 0, marker.length, now);
        assertThat(joining).as("there was a packet after the marker").hasSize(1);

        now += LiveMove.SILENCE_NANOS;
        shard.tick(now);
        marker = lastSent();
        shard.receive(direct(marker), 0, marker.length, now);
        assertThat(joining).hasSize(2);
        sent.clear();
        shard.switchJoined(session().id(), now);
        assertThat(session().offload()).as("the datapath follows a little later").isEqualTo(Offload.JOINING);
        now += LiveMove.SETTLING_NANOS;
        shard.tick(now);
        assertThat(session().offload()).isEqualTo(Offload.IN);
        assertThat(sent).as("both ends are told their windows").hasSize(2)
                .allMatch(frame -> window(frame) == TRUE_WINDOW);
    }

    @Test
    void aConnectionThatDoesNotFallSilentGoesOn() {
        begin("established");
        inSwitch();
        shard.leaveSwitch(SessionFilter.ALL);
        shard.switchLeft(session().id());
        now += SECOND;
        long end = now + LiveMove.MOST_NANOS;
        while (now - end <= 0) {
            fromClient(ACK);
            shard.tick(now);
            now += LiveMove.SILENCE_NANOS / 2;
        }
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(window(lastSent())).isEqualTo(TRUE_WINDOW);
        assertThat(core.counters.get(PathEvent.SWITCH_JOINS_FAILED)).isEqualTo(1);
    }
}
