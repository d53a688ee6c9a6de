// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.util.ArrayList;
import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.Subscribers;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TimerWheel;

/**
 * Looks for what must never be in the tables of a shard: two sessions with the same pool address, port, protocol and
 * remote endpoint; two BIB entries of endpoint-independent mapping with the same transport address; sessions without
 * a BIB entry, a timer or a rule; entries without a session or a port; sums that don't add up. It changes nothing.
 * For the shard's thread; it works in slices, so that packets needn't wait for the end.
 */
public final class InvariantChecker {

    /** A longer chain of siblings is checked link by link only, with each session. */
    private static final int LONGEST_WALK = 64;

    private final Bib bib;
    private final SessionTable sessions;
    private final TimerWheel wheel;
    private final ShardState state;
    private final PortAllocator ports;
    private final Subscribers subscribers;

    public InvariantChecker(ShardState state, PortAllocator ports, Subscribers subscribers) {
        this.state = state;
        this.bib = state.bib();
        this.sessions = state.sessions();
        this.wheel = state.wheel();
        this.ports = ports;
        this.subscribers = subscribers;
    }

    /**
     * Checks the sessions and BIB entries of some handles; with the first slice the sums.
     *
     * @param from 1 at first, then what the call before returned
     * @param most handles to be looked at, at least 1
     * @param violations gets a line for each thing that is wrong
     * @return where to go on; 0 when all has been checked
     */
    public int check(int from, int most, List<String> violations) {
        if (from == 1) {
            checkSums(violations);
        }
        int highest = Math.max(sessions.highest(), bib.highest());
        int end = (int) Math.min((long) from + most - 1, highest);
        for (int handle = from; handle <= end; handle++) {
            if (sessions.isSession(handle)) {
                checkSession(handle, violations);
            }
            if (bib.isEntry(handle)) {
                checkBinding(handle, violations);
            }
        }
        return end == highest ? 0 : end + 1;
    }

    /** Checks everything at once, the ports of all blocks too; for a shard that may stand still meanwhile. */
    public List<String> checkAll() {
        List<String> violations = new ArrayList<>();
        check(1, Integer.MAX_VALUE, violations);
        checkCounts(violations);
        violations.addAll(ports.violations());
        return violations;
    }

    private void checkSums(List<String> violations) {
        expectEqual("timers and sessions", wheel.size(), sessions.size(), violations);
        expectEqual("sessions by rule and sessions", state.rules().sessions(), sessions.size(), violations);
        expectEqual("sessions by subscriber and sessions", subscribers.sessions(), sessions.size(), violations);
        int[] indexed = bib.indexSizes();
        expectEqual("BIB entries by IPv6 and by IPv4 transport address", indexed[0], indexed[1], violations);
        if (bib.size() > sessions.size()) {
            violations.add(bib.size() + " BIB entries, but only " + sessions.size() + " sessions");
        }
    }

    private void checkCounts(List<String> violations) {
        int liveSessions = 0;
        for (int handle = 1; handle <= sessions.highest(); handle++) {
            liveSessions += sessions.isSession(handle) ? 1 : 0;
        }
        int liveEntries = 0;
        int independent = 0;
        int fromPools = 0;
        long ofEntries = 0;
        for (int handle = 1; handle <= bib.highest(); handle++) {
            if (bib.isEntry(handle)) {
                liveEntries++;
                ofEntries += sessions.countOf(handle);
                independent += bib.isDependent(handle) ? 0 : 1;
                fromPools += bib.isFixed(handle) ? 0 : 1;
            }
        }
        expectEqual("the number of sessions and sessions", sessions.size(), liveSessions, violations);
        expectEqual("the number of BIB entries and BIB entries", bib.size(), liveEntries, violations);
        expectEqual("sessions by BIB entry and sessions", ofEntries, liveSessions, violations);
        expectEqual("indexed and endpoint-independent BIB entries", bib.indexSizes()[0], independent, violations);
        expectEqual("ports by subscriber and BIB entries from pools", subscribers.ports(), fromPools, violations);
    }

    private static void expectEqual(String what, long one, long other, List<String> violations) {
        if (one != other) {
            violations.add(what + ": " + one + " and " + other);
        }
    }

    private void checkSession(int session, List<String> violations) {
        String violation = sessions.violation(session);
        if (violation == null && !wheel.holds(session)) {
            violation = "its timer is in no slot";
        }
        if (violation == null && !state.rules().isInUse(sessions.rule(session))) {
            violation = "no rule has its number " + sessions.rule(session);
        }
        if (violation == null && bib.isDependent(sessions.binding(session))) {
            violation = sharesWithIndependent(sessions.binding(session));
        }
        if (violation != null) {
            violations.add("session " + session + ": " + violation);
        }
    }

    private String sharesWithIndependent(int entry) {
        return bib.find4(bib.protocol(entry), bib.poolAddress(entry), bib.poolPort(entry)) == 0 ? null
                : "an endpoint-independent BIB entry has its pool address and port";
    }

    private void checkBinding(int entry, List<String> violations) {
        String violation = bindingViolation(entry);
        if (violation != null) {
            violations.add("BIB entry " + entry + ", " + bib.read(entry, sessions.countOf(entry)) + ": " + violation);
        }
    }

    private String bindingViolation(int entry) {
        int first = bib.firstSession(entry);
        if (!sessions.isSession(first) || sessions.binding(first) != entry) {
            return "it has no session";
        }
        int count = sessions.countOf(entry);
        if (bib.isDependent(entry) ? count != 1 : count < 1 || count > sessions.size()) {
            return "it counts " + count + " sessions";
        }
        if (count <= LONGEST_WALK && count != walk(first)) {
            return "it counts " + count + " sessions, but lists " + walk(first);
        }
        Protocol protocol = bib.protocol(entry);
        if (!bib.isDependent(entry)) {
            if (bib.find6(protocol, bib.clientHigh(entry), bib.clientLow(entry), bib.clientPort(entry)) != entry) {
                return "its IPv6 transport address finds another";
            }
            if (bib.find4(protocol, bib.poolAddress(entry), bib.poolPort(entry)) != entry) {
                return "its IPv4 transport address finds another";
            }
        }
        if (!bib.isFixed(entry) && !ports.isTaken(protocol, bib.poolAddress(entry), bib.poolPort(entry))) {
            return "its pool port is not taken";
        }
        return null;
    }

    private int walk(int first) {
        int count = 0;
        for (int each = first; each != 0 && count <= LONGEST_WALK; each = sessions.nextSibling(each)) {
            count++;
        }
        return count;
    }
}
