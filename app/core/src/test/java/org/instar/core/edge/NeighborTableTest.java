// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NeighborTableTest {

    /** Adds the address, one of three zones, when it is not there, else removes it; always agrees with a map. */
    @Property(tries = 200)
    void agreesWithAMap(@ForAll @Size(max = 300) List<@IntRange(min = 0, max = 40) Integer> addresses,
                        @ForAll long seed) {
        NeighborTable table = new NeighborTable(16, seed);
        Map<Integer, Neighbor> model = new HashMap<>();
        for (int address : addresses) {
            Neighbor found = table.find(address % 3, address / 3, 0);
            assertThat(found).isSameAs(model.get(address));
            if (found != null) {
                table.remove(found);
                model.remove(address);
            } else {
                Neighbor added = table.add(address % 3, address / 3, 0, NeighborState.STALE, 1, 0);
                assertThat(added == null).isEqualTo(model.size() == 16);
                if (added != null) {
                    model.put(address, added);
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        for (int address = 0; address <= 40; address++) {
            assertThat(table.find(address % 3, address / 3, 0)).isSameAs(model.get(address));
        }
    }
}
