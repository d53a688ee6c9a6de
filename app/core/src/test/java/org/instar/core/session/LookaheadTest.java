// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;

class LookaheadTest {

    private static final long HIGH = 0x2001_0db8_0006_0000L;

    private final KeyedHash hash = new KeyedHash(new Random(1)::nextLong);
    private final Bib bib = new Bib(hash);
    private final SessionTable sessions = new SessionTable(bib, hash, List.of(Prefix64.parse("64:ff9b::/96")), 0);
    private final TimerWheel wheel = new TimerWheel(sessions);
    private final Lookahead lookahead = new Lookahead(bib, sessions);

    private int create(int number) {
        int entry = bib.create(Protocol.UDP, HIGH, number, 1000, 0xc0000201, number, false, false);
        int session = sessions.create(entry, 0xc6336407, 53, true, 0, 0, 1000);
        wheel.schedule(session, 0, 60_000);
        return session;
    }

    @Test
    void readsTheFirstSessionOfEachEntryOfEitherSide() {
        sessions.create(bib.create(Protocol.TCP, HIGH, 99, 9, 9, 9, true, false), 9, 9, true, 0, 0, 0);
        create(1);
        int second = create(2);
        lookahead.add6(Protocol.UDP, HIGH, 1, 1000);
        lookahead.add4(Protocol.UDP, 0xc0000201, 2);
        assertThat(lookahead.fetch()).isEqualTo(2);
        // the deadlines of two sessions that end at the same time, and the two handles
        assertThat(lookahead.read()).isEqualTo(2 * 60_000 + second - 1 + second);
        assertThat(lookahead.fetch()).as("forgotten").isZero();
    }

    @Test
    void whatIsNotThereIsPassedOver() {
        lookahead.add6(Protocol.UDP, HIGH, 1, 1000);
        lookahead.add4(Protocol.UDP, 0xc0000201, 2);
        assertThat(lookahead.fetch()).isZero();
        bib.create(Protocol.UDP, HIGH, 1, 1000, 0xc0000201, 2, false, false);
        lookahead.add6(Protocol.UDP, HIGH, 1, 1000);
        assertThat(lookahead.fetch()).as("an entry whose session isn't there yet").isEqualTo(1);
        assertThat(lookahead.read()).isZero();
    }

    @Test
    void whatIsNamedBeyondTheMostIsPassedOver() {
        create(1);
        for (int i = 0; i < Lookahead.MOST + 5; i++) {
            lookahead.add6(Protocol.UDP, HIGH, 1, 1000);
        }
        assertThat(lookahead.fetch()).isEqualTo(Lookahead.MOST);
    }
}
