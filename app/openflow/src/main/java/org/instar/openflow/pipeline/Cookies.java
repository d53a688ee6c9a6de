// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

/**
 * Cookies of Instar's flows, 64 bits:
 *
 * <pre>
 *   0x1564 0001 0000 nnnn   static rule nnnn ({@link StaticRule})
 *   0x1564 0002 rrrr rrrr   session flow of rule number rrrrrrrr
 * </pre>
 *
 * The upper 16 bits mark a flow as Instar's; flows without the mark are someone else's and never touched.
 */
public final class Cookies {

    /** The mark, in place. */
    public static final long MARK = 0x1564L << 48;
    /** The bits of a cookie that hold the mark. */
    public static final long MARK_MASK = 0xffffL << 48;

    /** Cookie of the flow that sends the first packet of a flow to the controller. */
    public static final long MISS_6TO4 = StaticRule.MISS_6TO4.cookie();
    /** Cookie of the flow that sends IPv4 packets of no session to the fast path. */
    public static final long MISS_4TO6 = StaticRule.MISS_4TO6.cookie();

    private static final int KIND_SHIFT = 32;
    private static final long STATIC = 1;
    private static final long SESSION = 2;

    private Cookies() {
    }

    /** Whether a flow with this cookie is Instar's. */
    public static boolean isInstar(long cookie) {
        return (cookie & MARK_MASK) == MARK;
    }

    /** Whether a flow with this cookie belongs to a session rule. */
    public static boolean isSession(long cookie) {
        return cookie >>> KIND_SHIFT == (MARK >>> KIND_SHIFT | SESSION);
    }

    /** Cookie of both flows of a session rule; all 32 bits of the number count. */
    public static long sessionRule(int ruleNumber) {
        return MARK | SESSION << KIND_SHIFT | Integer.toUnsignedLong(ruleNumber);
    }

    /**
     * The rule number in a session flow's cookie.
     *
     * @throws IllegalArgumentException if the cookie is no session flow's
     */
    public static int ruleNumber(long cookie) {
        if (!isSession(cookie)) {
            throw new IllegalArgumentException(String.format("cookie: not a session flow's: 0x%016x", cookie));
        }
        return (int) cookie;
    }

    /** What a flow with this cookie is, for people: "MISS_6TO4", "session rule 7", "not Instar's". */
    public static String describe(long cookie) {
        if (isSession(cookie)) {
            return "session rule " + Integer.toUnsignedString(ruleNumber(cookie));
        }
        return StaticRule.ofCookie(cookie).map(StaticRule::name)
                .orElse(isInstar(cookie) ? String.format("unknown rule 0x%016x", cookie) : "not Instar's");
    }

    static long staticRule(int number) {
        return MARK | STATIC << KIND_SHIFT | number;
    }
}
