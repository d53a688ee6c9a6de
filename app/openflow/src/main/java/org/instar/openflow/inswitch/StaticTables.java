// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;

/**
 * The flows of the translation that are there whether or not there is a session, for one configuration: what to
 * install, what to change when the configuration does, and what to mend when the switch's tables turn out otherwise.
 * Immutable.
 */
public final class StaticTables {

    /** Where and for which packets a flow is; OpenFlow has no two of the same. */
    private record Place(int tableId, int priority, FlowMatch match) {

        static Place of(FlowMod mod) {
            return new Place(mod.tableId(), mod.priority(), mod.match());
        }

        static Place of(FlowEntry entry) {
            return new Place(entry.tableId(), entry.priority(), entry.match());
        }
    }

    private static final Set<Integer> TABLES = Set.copyOf(Stream.of(TranslationTable.values())
            .map(TranslationTable::id).toList());

    private final PoolBlocks blocks;
    private final Map<Place, FlowMod> wanted = new LinkedHashMap<>();

    public StaticTables(TranslationConfig config) {
        blocks = new PoolBlocks(config.pipeline().poolPrefixes());
        Stream.concat(new Tables6to4(config, blocks).flows(), new Tables4to6(config).flows())
                .forEach(mod -> wanted.put(Place.of(mod), mod));
    }

    /**
     * What the switch's tables lack, and how to mend it.
     *
     * @param missing flows to be there that are not
     * @param altered flows that do something else or have another cookie, as those of another version
     * @param leftOver flows of ours, of this version or another, that are no longer to be there
     * @param outdatedSessions rules of sessions made for another version of the tables; they are taken out
     * @param foreign flows in the translation's tables that aren't ours; they are left, and a reason for distrust
     * @param mods the changes: what packets come to last first, deletions at the end
     */
    public record Repair(int missing, int altered, int leftOver, int outdatedSessions, int foreign,
            List<FlowMod> mods) {

        /** Whether the tables are as they are to be. */
        public boolean isNothing() {
            return mods.isEmpty();
        }
    }

    /** All flows, in an order in which a packet that comes in between finds its way or stays with the fast path. */
    public List<FlowMod> flows() {
        return Stream.concat(inside().stream(), entrance().stream()).toList();
    }

    /** All flows but what leads packets to them: for {@link PipelineProbe}, before any packet of others is at stake. */
    public List<FlowMod> inside() {
        return wanted.values().stream().filter(mod -> !isEntrance(mod)).toList();
    }

    /** The two rules in CLASSIFY that lead packets into the translation. */
    public List<FlowMod> entrance() {
        return wanted.values().stream().filter(StaticTables::isEntrance).toList();
    }

    private static boolean isEntrance(FlowMod mod) {
        return !TABLES.contains(mod.tableId());
    }

    /**
     * The rules of a session, in the order in which they are to go in.
     *
     * @throws IllegalArgumentException if its pool address is not {@link #translatesTo}
     */
    public List<FlowMod> install(TranslatedSession session) {
        return session.install(blocks);
    }

    /** Whether the switch can translate sessions of a pool address: there is room for 64 blocks of 256. */
    public boolean translatesTo(int poolAddress) {
        return blocks.blockOf(poolAddress).isPresent();
    }

    /** The pool address of this number within a block; none if there is no such block. */
    OptionalInt poolAddress(int block, int addressInBlock) {
        return block < blocks.count() ? OptionalInt.of(blocks.firstAddress(block) | addressInBlock)
                : OptionalInt.empty();
    }

    /** What changes the tables of another configuration into these. */
    public List<FlowMod> changesFrom(StaticTables before) {
        List<FlowMod> mods = new ArrayList<>();
        wanted.forEach((place, mod) -> {
            if (!mod.equals(before.wanted.get(place))) {
                mods.add(mod);
            }
        });
        before.wanted.keySet().stream().filter(place -> !wanted.containsKey(place)).map(StaticTables::deletion)
                .forEach(mods::add);
        return mods;
    }

    /** Takes the translation out: what leads packets into it, then all its flows, next hops' and sessions' too. */
    public static List<FlowMod> clear() {
        List<FlowMod> mods = new ArrayList<>(leave());
        mods.add(TranslationCookies.deleteAll(TranslationCookies.SESSION));
        mods.add(TranslationCookies.deleteAll(TranslationCookies.RULE));
        return mods;
    }

    /** Takes out what leads packets into the translation: all go to the fast path, the tables stay. */
    public static List<FlowMod> leave() {
        return Stream.of(TranslationRule.ENTER_6TO4, TranslationRule.ENTER_4TO6)
                .map(enter -> FlowMod.delete(enter.table()).cookie(enter.cookie()).build()).toList();
    }

    /**
     * Compares with what the switch says it has, all tables or those of the translation and CLASSIFY.
     *
     * @param nextHops flows that are to be there besides: those of every {@link NextHop#add} not removed since
     */
    public Repair verify(List<FlowEntry> found, Collection<FlowMod> nextHops) {
        Map<Place, FlowMod> all = new LinkedHashMap<>();
        nextHops.forEach(mod -> all.put(Place.of(mod), mod));
        all.putAll(wanted);
        Map<Place, FlowEntry> there = new HashMap<>();
        Set<FlowMod> deletions = new HashSet<>();
        int leftOver = 0;
        int outdatedSessions = 0;
        int foreign = 0;
        for (FlowEntry entry : found) {
            Place place = Place.of(entry);
            there.put(place, entry);
            if (TranslationCookies.isSession(entry.cookie())) {
                if (!TranslationCookies.isCurrent(entry.cookie())) {
                    outdatedSessions++;
                    deletions.add(FlowMod.delete(FlowMod.ALL_TABLES).cookie(entry.cookie()).build());
                }
            } else if (!all.containsKey(place) || !entry.understood()) {
                if (TranslationCookies.isRule(entry.cookie())) {
                    leftOver++;
                    deletions.add(deletion(place));
                } else if (TABLES.contains(entry.tableId())) {
                    foreign++;
                }
            }
        }
        List<FlowMod> mods = new ArrayList<>();
        all.values().stream().filter(mod -> !is(there.get(Place.of(mod)), mod)).forEach(mods::add);
        int missing = (int) mods.stream().filter(mod -> !there.containsKey(Place.of(mod))).count();
        int altered = mods.size() - missing;
        mods.addAll(deletions);
        return new Repair(missing, altered, leftOver, outdatedSessions, foreign, List.copyOf(mods));
    }

    private static boolean is(FlowEntry entry, FlowMod mod) {
        return entry != null && entry.understood() && entry.cookie() == mod.cookie()
                && entry.actions().equals(mod.actions()) && entry.gotoTable().equals(mod.gotoTable())
                && entry.idleTimeoutSeconds() == 0 && entry.hardTimeoutSeconds() == 0;
    }

    private static FlowMod deletion(Place place) {
        return FlowMod.deleteStrict(place.tableId).priority(place.priority).match(place.match).build();
    }
}
