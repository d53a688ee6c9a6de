// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What came of a snapshot. Written by the restore, then immutable. */
public final class RestoreReport {

    private final Map<RestoreOutcome, Long> sessions = new EnumMap<>(RestoreOutcome.class);
    private long bindings;
    private long restingPorts;
    private long timeMillis;
    private boolean atEnd;

    RestoreReport() {
        for (RestoreOutcome outcome : RestoreOutcome.values()) {
            sessions.put(outcome, 0L);
        }
    }

    void add(RestoreOutcome outcome) {
        sessions.merge(outcome, 1L, Long::sum);
    }

    void addBinding() {
        bindings++;
    }

    void addRestingPorts(long ports) {
        restingPorts += ports;
    }

    void taken(long when, boolean atEndOfProcess) {
        timeMillis = when;
        atEnd = atEndOfProcess;
    }

    /** How many sessions of the snapshot met each outcome. */
    public Map<RestoreOutcome, Long> sessions() {
        return Collections.unmodifiableMap(sessions);
    }

    public long sessions(RestoreOutcome outcome) {
        return sessions.get(outcome);
    }

    /** BIB entries that are there again. */
    public long bindings() {
        return bindings;
    }

    /** Ports that rest: they rested already, or their last session's time was over. */
    public long restingPorts() {
        return restingPorts;
    }

    /** When the snapshot was begun, milliseconds since 1970. */
    public long timeMillis() {
        return timeMillis;
    }

    /** Whether it was the last act of the process; if not, what came after it is missing. */
    public boolean isAtEnd() {
        return atEnd;
    }
}
