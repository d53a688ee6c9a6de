// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import org.instar.openflow.FlowMod;
import org.instar.openflow.pipeline.Cookies;

/**
 * Cookies of the translation inside the switch, 64 bits, beside those of {@link Cookies}:
 *
 * <pre>
 *   0x1564 vv03 0000 nnnn   rule nnnn ({@link TranslationRule}) of version vv of the tables
 *   0x1564 vv04 rrrr rrrr   rules of session rrrrrrrr, made for version vv
 * </pre>
 *
 * The version counts changes after which rules of one version don't work with those of another: {@link StaticTables}
 * replaces what is of another version, and takes sessions of another version out.
 */
public final class TranslationCookies {

    /** Version of the tables. */
    static final int VERSION = 1;

    private static final int VERSION_SHIFT = 40;
    private static final int KIND_SHIFT = 32;
    private static final long KIND_MASK = 0xffffL << 48 | 0xffL << KIND_SHIFT;
    static final long RULE = Cookies.MARK | 3L << KIND_SHIFT;
    static final long SESSION = Cookies.MARK | 4L << KIND_SHIFT;

    private TranslationCookies() {
    }

    static long rule(int number) {
        return RULE | (long) VERSION << VERSION_SHIFT | number;
    }

    /** Cookie of a session's rules; all 32 bits of the number count. */
    public static long session(int sessionNumber) {
        return SESSION | (long) VERSION << VERSION_SHIFT | Integer.toUnsignedLong(sessionNumber);
    }

    /** Deletes all flows of a kind, {@link #RULE} or {@link #SESSION}, of every version. */
    static FlowMod deleteAll(long kind) {
        return FlowMod.delete(FlowMod.ALL_TABLES).cookie(kind, KIND_MASK).build();
    }

    /** Whether a flow with this cookie is a rule of the tables, of any version. */
    public static boolean isRule(long cookie) {
        return (cookie & KIND_MASK) == RULE;
    }

    /** Whether a flow with this cookie is a session's, of any version. */
    public static boolean isSession(long cookie) {
        return (cookie & KIND_MASK) == SESSION;
    }

    /** Whether a flow is of this version of the tables. */
    public static boolean isCurrent(long cookie) {
        return (int) (cookie >>> VERSION_SHIFT & 0xff) == VERSION;
    }

    /**
     * The session's number in the cookie.
     *
     * @throws IllegalArgumentException if the cookie is no session's
     */
    public static int sessionNumber(long cookie) {
        if (!isSession(cookie)) {
            throw new IllegalArgumentException(String.format("cookie: not a session's: 0x%016x", cookie));
        }
        return (int) cookie;
    }
}
