// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a worker throws and logs each kind, its class and origin, once: a fault per frame must not flood a log.
 */
final class WorkerFaults {
    private static final System.Logger LOG = System.getLogger(FrameLoop.class.getName());
    private static final int MOST_KINDS = 100;

    private final String loop;
    private final Set<String> logged = new HashSet<>();
    private final LongAdder faults = new LongAdder();

    WorkerFaults(String loop) {
        this.loop = loop;
    }

    /** Loop's thread only. */
    void add(String where, Throwable fault) {
        faults.increment();
        StackTraceElement[] trace = fault.getStackTrace();
        String kind = where + ' ' + fault.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        if (logged.size() < MOST_KINDS && logged.add(kind)) {
            LOG.log(System.Logger.Level.ERROR,
                    loop + ": fault in the worker's " + where + " (logged once, counted always)", fault);
        }
    }

    long count() {
        return faults.sum();
    }
}
