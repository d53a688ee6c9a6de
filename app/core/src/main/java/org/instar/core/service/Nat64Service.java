// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.List;
import java.util.Map;
import org.instar.core.binding.BibEntry;
import org.instar.core.pool.PoolStatus;
import org.instar.core.rule.Rule;
import org.instar.core.rule.StaticBinding;
import org.instar.core.session.Session;

/** Reads a running translator. Callable from any thread; never stops the one that translates. */
public interface Nat64Service {

    /**
     * Sessions in the order of their making.
     *
     * @param after id behind which to begin; 0 for the start
     * @param limit how many at most, 1 or more
     */
    Page<Session> sessions(SessionFilter filter, long after, int limit);

    /** BIB entries in the order of their making; parameters as for {@link #sessions}. */
    Page<BibEntry> bindings(SessionFilter filter, long after, int limit);

    List<PoolStatus> pools();

    /** The rules for new sessions, in order. */
    List<Rule> rules();

    List<StaticBinding> staticBindings();

    /** Every counter by name, those that stand at 0 too. */
    Map<String, Long> counters();

    Health health();

    /** The clock that sessions' deadlines run on, nanoseconds. */
    long nowNanos();
}
