// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The rules that are in the switch whether or not there is a session. Several flows may make up one rule. */
public enum StaticRule {
    FROM_FAST_PATH(1, Table.CLASSIFY, 1000),
    NEIGHBOR_SOLICITATION(2, Table.CLASSIFY, 900),
    ROUTER_SOLICITATION(3, Table.CLASSIFY, 900),
    NEIGHBOR_ADVERTISEMENT(4, Table.CLASSIFY, 900),
    ARP_FOR_GATEWAY(5, Table.CLASSIFY, 800),
    ARP_FOR_POOL(6, Table.CLASSIFY, 800),
    ARP_TO_GATEWAY(7, Table.CLASSIFY, 800),
    TO_PREF64(8, Table.CLASSIFY, 700),
    TO_POOL(9, Table.CLASSIFY, 700),
    TO_GATEWAY(10, Table.CLASSIFY, 600),
    NOT_FOR_US(11, Table.CLASSIFY, 0),
    MISS_6TO4(12, Table.SESSION_6TO4, 1),
    MISS_4TO6(13, Table.SESSION_4TO6, 1),
    SWITCHING(14, Table.FORWARD, 0),
    ICMP_ERROR_6(15, Table.SESSION_6TO4, 50),
    LATER_FRAGMENT_6(16, Table.SESSION_6TO4, 50),
    MARKER(17, Table.CLASSIFY, 1100);

    private static final Set<StaticRule> LOCATING = EnumSet.of(NEIGHBOR_SOLICITATION, ROUTER_SOLICITATION,
            NEIGHBOR_ADVERTISEMENT, ARP_FOR_GATEWAY, ARP_FOR_POOL, ARP_TO_GATEWAY);

    private final int number;
    private final Table table;
    private final int priority;

    StaticRule(int number, Table table, int priority) {
        this.number = number;
        this.table = table;
        this.priority = priority;
    }

    /** Lower 16 bits of the cookie; stable between releases. */
    public int number() {
        return number;
    }

    public Table table() {
        return table;
    }

    public int priority() {
        return priority;
    }

    /** Cookie of the rule's flows. */
    public long cookie() {
        return Cookies.staticRule(number);
    }

    /**
     * Whether the rule's packets tell at which port their sender is: with {@link PipelineConfig#locating} they go to
     * the fast path, which answers them, and a copy comes as a packet-in, of which nothing but that is to be taken.
     */
    public boolean isLocating() {
        return LOCATING.contains(this);
    }

    /** Whether a packet-in with this cookie is such a copy. */
    public static boolean isLocating(long cookie) {
        return ofCookie(cookie).filter(StaticRule::isLocating).isPresent();
    }

    /** The rule with this cookie; empty if it is no static rule's. */
    public static Optional<StaticRule> ofCookie(long cookie) {
        for (StaticRule rule : values()) {
            if (rule.cookie() == cookie) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
