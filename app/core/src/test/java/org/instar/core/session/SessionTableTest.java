// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.instar.core.Protocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.2: session tables")
class SessionTableTest {

    private static final int REMOTE = 0xc6336407;

    private final SessionFixture tables = new SessionFixture();
    private final SessionTable sessions = tables.sessions;

    @Test
    void aFewSessionsAreWalkedAndManyAreIndexedWhichNobodySees() {
        int binding = tables.binding(false);
        int other = tables.binding(false);
        List<Integer> all = new ArrayList<>();
        for (int port = 1; port <= 3 * SessionTable.WALKED; port++) {
            assertThat(sessions.find(binding, REMOTE, port)).isZero();
            all.add(tables.session(binding, port));
            assertThat(tables.bib.hasMany(binding)).isEqualTo(port > SessionTable.WALKED);
            for (int i = 0; i < all.size(); i++) {
                assertThat(sessions.find(binding, REMOTE, i + 1)).isEqualTo(all.get(i));
                assertThat(sessions.find(other, REMOTE, i + 1)).isZero();
            }
            assertThat(sessions.countOf(binding)).isEqualTo(port);
        }
        for (int i = 0; i < all.size(); i++) {
            boolean last = i == all.size() - 1;
            assertThat(sessions.remove(all.get(i))).isEqualTo(last);
            assertThat(sessions.find(binding, REMOTE, i + 1)).isZero();
            assertThat(sessions.countOf(binding)).isEqualTo(all.size() - i - 1);
            assertThat(last ? 0 : sessions.find(binding, REMOTE, all.size()))
                    .isEqualTo(last ? 0 : all.get(all.size() - 1));
        }
        assertThat(sessions.size()).isZero();
    }

    @Test
    @DisplayName("RFC 4787 §4.1: one pool port serves many remote endpoints, each found by all its ends")
    void dependent() {
        int one = tables.bib.create(Protocol.UDP, 1, 1, 4000, 5, 6000, true, false);
        int other = tables.bib.create(Protocol.UDP, 1, 2, 4000, 5, 6000, true, false);
        assertThat(sessions.hasDependent()).isFalse();
        int first = tables.session(one, 53);
        int second = tables.session(other, 54);
        assertThat(sessions.hasDependent()).isTrue();
        assertThat(sessions.findDependent6(Protocol.UDP, 1, 1, 4000, REMOTE, 53)).isEqualTo(first);
        assertThat(sessions.findDependent6(Protocol.UDP, 1, 1, 4000, REMOTE, 54)).isZero();
        assertThat(sessions.findDependent6(Protocol.TCP, 1, 1, 4000, REMOTE, 53)).isZero();
        assertThat(sessions.findDependent4(Protocol.UDP, 5, 6000, REMOTE, 53)).isEqualTo(first);
        assertThat(sessions.findDependent4(Protocol.UDP, 5, 6000, REMOTE, 54)).isEqualTo(second);
        assertThat(sessions.findDependent4(Protocol.UDP, 5, 6001, REMOTE, 54)).isZero();
        assertThat(sessions.remove(first)).isTrue();
        assertThat(sessions.findDependent4(Protocol.UDP, 5, 6000, REMOTE, 53)).isZero();
        sessions.remove(second);
        assertThat(sessions.hasDependent()).isFalse();
    }

    @Test
    @DisplayName("RFC 4787 §5: … and of an entry with many sessions it learns without walking them more than once")
    void addressesOfMany() {
        Map<Integer, Integer> model = new HashMap<>();
        List<Integer> all = new ArrayList<>();
        Random random = new Random(1);
        int binding = tables.binding(false);
        int other = tables.binding(false);
        for (int step = 0; step < 20_000; step++) {
            boolean growing = step < 10_000;
            if (all.isEmpty() || random.nextInt(4) < (growing ? 3 : 1)) {
                int address = random.nextInt(50);
                model.merge(address, 1, Integer::sum);
                all.add(tables.session(binding, address, step & 0xffff));
            } else {
                int session = all.remove(random.nextInt(all.size()));
                model.merge(sessions.remoteAddress(session), -1, Integer::sum);
                sessions.remove(session);
            }
            int asked = random.nextInt(60);
            if (step == 5_000) {
                assertThat(sessions.followedAddresses()).as("no memory before anybody asks").isZero();
            } else if (step > 5_000 && !all.isEmpty()) {
                assertThat(sessions.hasSessionWith(binding, asked)).isEqualTo(model.getOrDefault(asked, 0) > 0);
                assertThat(sessions.hasSessionWith(other, asked)).isFalse();
            }
        }
        all.forEach(sessions::remove);
        assertThat(sessions.followedAddresses()).as("nothing is left").isZero();
    }

    @Test
    @DisplayName("RFC 4787 §5: address-dependent filtering asks for the address, whatever the port")
    void sessionsWithAnAddress() {
        int binding = tables.binding(false);
        tables.session(binding, 0x01010101, 53);
        tables.session(binding, 0x02020202, 54);
        assertThat(sessions.hasSessionWith(binding, 0x01010101)).isTrue();
        assertThat(sessions.hasSessionWith(binding, 0x02020202)).isTrue();
        assertThat(sessions.hasSessionWith(binding, 0x03030303)).isFalse();
        assertThat(sessions.hasSessionWith(tables.binding(false), 0x01010101)).isFalse();
    }

    @Test
    void fieldsShareWordsAndDontDisturbEachOther() {
        int binding = tables.bib.create(Protocol.TCP, 1, 1, 4000, 5, 6000, false, false);
        int session = sessions.create(binding, -1, 65535, false, 31, SessionTable.MAX_RULES - 1, 1_700_000_000_999L);
        for (TcpState state : TcpState.values()) {
            for (Session.Rules rules : Session.Rules.values()) {
                sessions.setTcpState(session, state);
                sessions.setRules(session, rules);
                sessions.setTimed(session, state.ordinal() % 2 == 0);
                assertThat(sessions.tcpState(session)).isEqualTo(state);
                assertThat(sessions.rules(session)).isEqualTo(rules);
                assertThat(sessions.prefix(session)).isEqualTo(31);
                assertThat(sessions.isFrom6(session)).isFalse();
                assertThat(sessions.isTimed(session)).isEqualTo(state.ordinal() % 2 == 0);
                assertThat(sessions.protocol(session)).isEqualTo(Protocol.TCP);
            }
        }
        assertThat(sessions.rule(session)).isEqualTo(SessionTable.MAX_RULES - 1);
        assertThat(sessions.remotePort(session)).isEqualTo(65535);
        sessions.changePrefix(session, 0);
        assertThat(sessions.prefix(session)).isZero();
        assertThat(sessions.rules(session)).isEqualTo(Session.Rules.ABSENT);
        assertThat(sessions.read(session).createdSeconds()).isEqualTo(1_700_000_000L);
        assertThat(sessions.read(session).remoteAddress6()).hasToString("64:ff9b::ffff:ffff");
    }

    @Test
    void countersGoBeyondFourThousandMillionPackets() {
        int session = tables.session();
        sessions.setCounters(session, 0xffffffffL, 5, 0x12_ffff_fffeL, 1L << 50);
        sessions.count6to4(session, 100);
        sessions.count4to6(session, 60);
        sessions.count4to6(session, 40);
        Session view = sessions.read(session);
        assertThat(view.packets6to4()).isEqualTo(0x1_0000_0000L);
        assertThat(view.bytes6to4()).isEqualTo(105);
        assertThat(view.packets4to6()).isEqualTo(0x13_0000_0000L);
        assertThat(view.bytes4to6()).isEqualTo((1L << 50) + 100);
    }

    @Test
    void anIdIsOfOneSession() {
        int session = tables.session();
        long id = sessions.id(session);
        assertThat(sessions.ofId(id)).isEqualTo(session);
        assertThat(sessions.read(session).id()).isEqualTo(id);
        sessions.remove(session);
        assertThat(sessions.ofId(id)).isZero();
        assertThat(sessions.read(session)).isNull();
        assertThat(tables.session()).as("the record is used again").isEqualTo(session);
        assertThat(sessions.ofId(id)).isZero();
    }

    @Property(tries = 40)
    void agreesWithAMap(@ForAll Random random) {
        SessionFixture checked = new SessionFixture();
        int[] bindings = {checked.binding(false), checked.binding(false), checked.binding(true)};
        Map<List<Integer>, Integer> model = new HashMap<>();
        for (int step = 0; step < 3000; step++) {
            int which = random.nextInt(bindings.length);
            int address = REMOTE + random.nextInt(3);
            int port = random.nextInt(step % 1000 < 500 ? 4 : 400);
            List<Integer> key = List.of(which, address, port);
            int known = model.getOrDefault(key, 0);
            int binding = bindings[which];
            assertThat(which == 2
                    ? checked.sessions.findDependent4(Protocol.UDP, checked.bib.poolAddress(binding), 5000, address,
                            port)
                    : checked.sessions.find(binding, address, port)).isEqualTo(known);
            if (known == 0) {
                model.put(key, checked.session(binding, address, port));
            } else {
                assertThat(model.remove(key)).isEqualTo(known);
                long siblings = model.keySet().stream().filter(other -> other.get(0) == which).count();
                assertThat(checked.sessions.remove(known)).isEqualTo(siblings == 0);
                assertThat(checked.sessions.countOf(binding)).isEqualTo((int) siblings);
                assertThat(checked.sessions.hasSessionWith(binding, address)).isEqualTo(model.keySet().stream()
                        .anyMatch(other -> other.get(0) == which && other.get(1) == address));
            }
            assertThat(checked.sessions.size()).isEqualTo(model.size());
        }
    }
}
