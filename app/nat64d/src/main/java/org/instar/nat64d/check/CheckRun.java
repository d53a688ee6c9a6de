// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.util.List;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param packets those that left, with the times of those that made them leave
 * @param counters all counters by name, zeros included
 */
record CheckRun(List<TimedPacket> packets, Map<String, Long> counters) {
}
