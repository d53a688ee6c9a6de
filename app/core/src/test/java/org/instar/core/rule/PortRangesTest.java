// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PortRangesTest {

    @Property
    void aUnionHasThePortsOfItsParts(@ForAll @Size(min = 1, max = 6) List<@IntRange(max = 40) Integer> firsts,
            @ForAll @IntRange(max = 5) int longest) {
        List<PortRanges> parts = new ArrayList<>();
        BitSet ports = new BitSet();
        for (int i = 0; i < firsts.size(); i++) {
            int last = firsts.get(i) + i * longest % 4;
            parts.add(PortRanges.of(firsts.get(i), last));
            ports.set(firsts.get(i), last + 1);
        }
        PortRanges union = PortRanges.union(parts);

        for (int port = 0; port < 60; port++) {
            assertThat(union.contains(port)).isEqualTo(ports.get(port));
        }
        assertThat(union.first()).isEqualTo(ports.nextSetBit(0));
        assertThat(union.last()).isEqualTo(ports.length() - 1);
        assertThat(union.isOneRange()).isEqualTo(ports.cardinality() == ports.length() - ports.nextSetBit(0));
        assertThat(PortRanges.union(List.of(union, parts.get(0)))).isEqualTo(union);
    }
}
