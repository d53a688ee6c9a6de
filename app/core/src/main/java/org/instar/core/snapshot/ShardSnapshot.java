// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.RestingPorts;
import org.instar.core.pool.Subscriber;
import org.instar.core.rule.Rule;
import org.instar.core.rule.RuleSet;
import org.instar.core.session.SessionRecords;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.engine.address.Prefix64;

/**
 * One shard's part of a snapshot, made in slices on the shard's thread, between which packets may come. A session is in
 * it as it was in its slice; one that was made meanwhile may be missing, one that has ended meanwhile may be there.
 * Ports that rest come last: what ends meanwhile is in the one or the other.
 */
public final class ShardSnapshot {

    /** Groups of 64 ports that are looked at in the time of one session, which is two reads of memory far away. */
    private static final int RESTING_PER_SESSION = 8;
    private static final int FIRST_BYTES = 64 << 10;
    private static final int MORE_TEXT_BYTES = 8;

    private final ShardState state;
    private final PortAllocator ports;
    private final List<Prefix64> prefixes;
    private final long timeNanos;
    private final SessionRecord session = new SessionRecord();
    private final RestingRecord resting = new RestingRecord();
    private final boolean[] knownPrefixes = new boolean[SessionRecords.MAX_PREFIXES];
    /** What the snapshot takes each rule's number for: numbers are used again. */
    private final Rule[] knownRules = new Rule[SessionTable.MAX_RULES];
    private ByteBuffer out = ByteBuffer.allocate(FIRST_BYTES);
    private int next = 1;
    private RestingPorts walk;
    private long sessions;

    ShardSnapshot(int shard, ShardState state, List<Prefix64> prefixes, PortAllocator ports,
            long timeNanos) {
        this.state = state;
        this.prefixes = prefixes;
        this.ports = ports;
        this.timeNanos = timeNanos;
        begin(Format.SHARD, Short.BYTES).putShort((short) shard);
    }

    /**
     * Goes on with the next slice. {@link SnapshotWriter#take} must fetch each.
     *
     * @param most sessions that are looked at, at least 1; as many take as long as that many packets
     * @return whether there is more
     */
    public boolean slice(int most) {
        if (walk == null) {
            sliceOfSessions(most);
            if (next > state.sessions().highest()) {
                walk = ports.resting();
            }
            return true;
        }
        return walk.visit(most * RESTING_PER_SESSION, this::add);
    }

    private void sliceOfSessions(int most) {
        SessionTable table = state.sessions();
        int end = Math.min(next + most, table.highest() + 1);
        for (; next < end; next++) {
            if (table.isSession(next)) {
                session.fill(state, next, timeNanos);
                tell(session.prefix);
                tellRule(session.rule);
                session.write(begin(Format.SESSION, SessionRecord.BYTES));
                sessions++;
            }
        }
    }

    private void tell(int prefix) {
        if (!knownPrefixes[prefix]) {
            knownPrefixes[prefix] = true;
            byte[] text = prefixes.get(prefix).toString().getBytes(StandardCharsets.UTF_8);
            begin(Format.PREFIX, 1 + text.length).put((byte) prefix).put(text);
        }
    }

    private void tellRule(int number) {
        Rule rule = state.rules().rule(number);
        if (knownRules[number] != rule) {
            knownRules[number] = rule;
            byte[] text = rule.toString().getBytes(StandardCharsets.UTF_8);
            // no rule of the operator's has so long a line; if it has, its sessions look for another
            text = text.length > Format.MAX_RECORD_BYTES - MORE_TEXT_BYTES ? new byte[0] : text;
            begin(Format.RULE, Short.BYTES + 1 + text.length).putShort((short) number)
                    .put((byte) (rule.number() == RuleSet.STATIC_BINDINGS ? 1 : 0)).put(text);
        }
    }

    private void add(Protocol protocol, int address, int firstPort, long held, Subscriber subscriber,
            long releasedNanos) {
        resting.fill(protocol, address, firstPort, held, subscriber, releasedNanos, timeNanos);
        resting.write(begin(Format.RESTING, RestingRecord.BYTES));
    }

    private ByteBuffer begin(int type, int bodyBytes) {
        if (out.remaining() < Format.RECORD_HEADER_BYTES + bodyBytes) {
            int needed = out.position() + Format.RECORD_HEADER_BYTES + bodyBytes;
            ByteBuffer more = ByteBuffer.wrap(Arrays.copyOf(out.array(), Math.max(2 * out.capacity(), needed)));
            more.position(out.position());
            out = more;
        }
        return out.put((byte) type).putInt(bodyBytes);
    }

    /** What the slices since the last call have written, to be read at once. */
    ByteBuffer take() {
        ByteBuffer written = out.duplicate();
        written.flip();
        out.clear();
        return written;
    }

    /** Sessions written so far. */
    long sessions() {
        return sessions;
    }
}
