// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.List;
import org.instar.core.binding.Bib;
import org.instar.core.rule.RuleNumbers;
import org.instar.core.rule.RuleSet;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Prefix64;

/** The tables of one shard. Its thread writes them; any thread may use their {@code read} methods. */
public final class ShardState {

    private final Bib bib;
    private final SessionTable sessions;
    private final TimerWheel wheel;
    private final RuleNumbers rules;
    private final ShorterTimers shorterTimers;

    /**
     * @param nowNanos where the timers' clock stands
     */
    public ShardState(KeyedHash hash, List<Prefix64> prefixes, RuleSet rules, long nowNanos) {
        this(hash, prefixes, rules, nowNanos, 0);
    }

    /**
     * @param shard the number that ids of sessions and BIB entries carry, 0 to 63
     */
    public ShardState(KeyedHash hash, List<Prefix64> prefixes, RuleSet rules, long nowNanos, int shard) {
        this.bib = new Bib(hash, shard);
        this.sessions = new SessionTable(bib, hash, prefixes, nowNanos, shard);
        this.wheel = new TimerWheel(sessions);
        this.rules = new RuleNumbers(rules, SessionTable.MAX_RULES);
        this.shorterTimers = new ShorterTimers(sessions, wheel, this.rules);
    }

    public Bib bib() {
        return bib;
    }

    public SessionTable sessions() {
        return sessions;
    }

    public TimerWheel wheel() {
        return wheel;
    }

    /** The rules by which sessions go, present and past. */
    public RuleNumbers rules() {
        return rules;
    }

    /** Lets sessions follow timers that became shorter. */
    public ShorterTimers shorterTimers() {
        return shorterTimers;
    }
}
