// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares what came of a run with what its case expects. */
final class CheckComparison {

    /** Behind a missing packet all others differ, too. */
    private static final int MAX_PACKETS_REPORTED = 3;

    private CheckComparison() {
    }

    /**
     * What differs, packets first; empty when nothing does.
     *
     * @throws CaseException when a file of the case can't be read
     */
    static List<String> differences(CheckCase checkCase, CheckRun run) throws CaseException {
        List<String> differences = new ArrayList<>();
        packets(checkCase.input(), checkCase.expectedPackets(), run.packets(), differences);
        Map<String, Long> expected = checkCase.expectedCounters(run.counters().keySet());
        run.counters().forEach((name, value) -> {
            if (!expected.get(name).equals(value)) {
                differences.add("counter " + name + ": expected " + expected.get(name) + ", but is " + value);
            }
        });
        return differences;
    }

    private static void packets(List<TimedPacket> input, List<TimedPacket> expected, List<TimedPacket> actual,
            List<String> differences) {
        if (expected.size() != actual.size()) {
            differences.add("packets: expected " + expected.size() + ", but are " + actual.size());
        }
        PacketComparison comparison = new PacketComparison(input);
        int reported = 0;
        for (int i = 0; i < Math.min(expected.size(), actual.size()) && reported < MAX_PACKETS_REPORTED; i++) {
            List<String> inPacket = comparison.differences(expected.get(i), actual.get(i));
            for (String difference : inPacket) {
                differences.add("packet " + (i + 1) + ", " + difference);
            }
            reported += inPacket.isEmpty() ? 0 : 1;
        }
    }
}
