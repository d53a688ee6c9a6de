// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

/** Numbers of the snapshot's format; see the package. */
final class Format {

    /** Not text, and broken by whatever turns one line end into another, as PNG's. */
    static final long MAGIC = 0x89_49_4e_53_54_41_52_0aL;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 18;
    static final int RECORD_HEADER_BYTES = 5;
    static final int CHECKSUM_BYTES = 4;
    static final int END_BYTES = 13;
    /** Far more than any record has: a length beyond it is not waited for. */
    static final int MAX_RECORD_BYTES = 1 << 20;
    /** The last millisecond of year 9999. */
    static final long MAX_TIME_MILLIS = 253_402_300_799_999L;

    static final int SHARD = 1;
    static final int PREFIX = 2;
    static final int RULE = 3;
    static final int SESSION = 4;
    static final int RESTING = 5;
    static final int END = 6;

    private Format() {
    }
}
