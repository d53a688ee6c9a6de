// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.List;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Prefix64;

/** Tables without a path: BIB entries and sessions made by hand. */
class SessionFixture {

    final Bib bib;
    final SessionTable sessions;
    final TimerWheel wheel;
    private int bindings;

    SessionFixture() {
        this(0);
    }

    SessionFixture(long originNanos) {
        KeyedHash hash = new KeyedHash(new Random(1)::nextLong);
        bib = new Bib(hash);
        sessions = new SessionTable(bib, hash, List.of(Prefix64.parse("64:ff9b::/96")), originNanos);
        wheel = new TimerWheel(sessions);
    }

    /** A BIB entry of another client and another pool address each time. */
    int binding(boolean dependent) {
        bindings++;
        return bib.create(Protocol.UDP, 0x20010db8_00000000L, bindings, 4000, 0xc0000240 + bindings, 5000, dependent,
                false);
    }

    int session(int binding, int remotePort) {
        return session(binding, 0xc6336407, remotePort);
    }

    int session(int binding, int remoteAddress, int remotePort) {
        return sessions.create(binding, remoteAddress, remotePort, true, 0, 0, 0);
    }

    /** A session of a BIB entry of its own. */
    int session() {
        return session(binding(false), 53);
    }
}
