// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.instar.core.Protocol;
import org.instar.core.table.KeyedHash;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.1: Binding Information Bases")
class BibTest {

    private static final long HIGH = 0x20010db8_00060000L;
    private static final int POOL = 0xc0000240;

    private final Bib bib = new Bib(new KeyedHash(new Random(1)::nextLong));

    @Test
    void anEntryIsFoundByEitherEndInItsProtocolOnly() {
        int entry = bib.create(Protocol.TCP, HIGH, 10, 65535, POOL, 40_000, false, true);
        assertThat(bib.find6(Protocol.TCP, HIGH, 10, 65535)).isEqualTo(entry);
        assertThat(bib.find4(Protocol.TCP, POOL, 40_000)).isEqualTo(entry);
        assertThat(bib.find6(Protocol.UDP, HIGH, 10, 65535)).isZero();
        assertThat(bib.find4(Protocol.ICMP, POOL, 40_000)).isZero();
        assertThat(bib.find6(Protocol.TCP, HIGH + 1, 10, 65535)).isZero();
        assertThat(bib.find6(Protocol.TCP, HIGH, 11, 65535)).isZero();
        assertThat(bib.find6(Protocol.TCP, HIGH, 10, 65534)).isZero();
        assertThat(bib.find4(Protocol.TCP, POOL + 1, 40_000)).isZero();
        assertThat(bib.find4(Protocol.TCP, POOL, 40_001)).isZero();

        BibEntry view = bib.read(entry, 3);
        assertThat(view).hasToString("tcp [2001:db8:6::a]:65535 <-> 192.0.2.64:40000");
        assertThat(view.sessions()).isEqualTo(3);
        assertThat(view.isFixed()).isTrue();
        assertThat(view.isDependent()).isFalse();
        bib.remove(entry);
        assertThat(bib.read(entry, 0)).isNull();
        assertThat(bib.find6(Protocol.TCP, HIGH, 10, 65535)).isZero();
        assertThat(bib.find4(Protocol.TCP, POOL, 40_000)).isZero();
        assertThat(bib.size()).isZero();
    }

    @Test
    @DisplayName("RFC 4787 §4.1: entries of endpoint-dependent mapping may share transport addresses; no "
            + "index has them")
    void dependentEntries() {
        int one = bib.create(Protocol.UDP, HIGH, 10, 4000, POOL, 40_000, true, false);
        int other = bib.create(Protocol.UDP, HIGH, 10, 4000, POOL, 40_000, true, false);
        int independent = bib.create(Protocol.UDP, HIGH, 10, 4000, POOL, 40_001, false, false);
        assertThat(bib.find6(Protocol.UDP, HIGH, 10, 4000)).isEqualTo(independent);
        assertThat(bib.find4(Protocol.UDP, POOL, 40_000)).isZero();
        assertThat(bib.indexSizes()).containsExactly(1, 1);
        bib.remove(one);
        bib.remove(other);
        assertThat(bib.size()).isEqualTo(1);
        assertThat(bib.find6(Protocol.UDP, HIGH, 10, 4000)).isEqualTo(independent);
    }

    @Test
    void markingTheManyKeepsTheRest() {
        int entry = bib.create(Protocol.ICMP, HIGH, 10, 77, POOL, 78, false, true);
        bib.setMany(entry);
        assertThat(bib.hasMany(entry)).isTrue();
        assertThat(bib.isFixed(entry)).isTrue();
        assertThat(bib.protocol(entry)).isEqualTo(Protocol.ICMP);
        assertThat(bib.find4(Protocol.ICMP, POOL, 78)).isEqualTo(entry);
        bib.remove(entry);
        assertThat(bib.hasMany(bib.create(Protocol.ICMP, HIGH, 10, 77, POOL, 78, false, false)))
                .as("the next use of the record begins anew").isFalse();
    }

    @Property(tries = 30)
    void agreesWithMaps(@ForAll Random random) {
        Bib checked = new Bib(new KeyedHash(random::nextLong));
        Map<List<Long>, Integer> by6 = new HashMap<>();
        Map<List<Long>, Integer> by4 = new HashMap<>();
        List<Integer> entries = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            Protocol protocol = Protocol.values()[random.nextInt(3)];
            long low = random.nextInt(40);
            int port = random.nextInt(40);
            int address = POOL + random.nextInt(4);
            int poolPort = random.nextInt(400);
            List<Long> key6 = List.of((long) protocol.ordinal(), low, (long) port);
            List<Long> key4 = List.of((long) protocol.ordinal(), (long) address, (long) poolPort);
            assertThat(checked.find6(protocol, HIGH, low, port)).isEqualTo(by6.getOrDefault(key6, 0));
            assertThat(checked.find4(protocol, address, poolPort)).isEqualTo(by4.getOrDefault(key4, 0));
            if (!by6.containsKey(key6) && !by4.containsKey(key4) && random.nextInt(3) > 0) {
                int entry = checked.create(protocol, HIGH, low, port, address, poolPort, false, false);
                by6.put(key6, entry);
                by4.put(key4, entry);
                entries.add(entry);
            } else if (!entries.isEmpty() && random.nextInt(3) == 0) {
                Integer entry = entries.remove(random.nextInt(entries.size()));
                by6.values().remove(entry);
                by4.values().remove(entry);
                checked.remove(entry);
            }
            assertThat(checked.size()).isEqualTo(entries.size());
            assertThat(checked.indexSizes()).containsOnly(entries.size());
        }
    }
}
