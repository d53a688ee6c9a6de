// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Records with another TTL or name, their data the same to the letter's case. */
public final class RecordCopy {

    private static final int TYPE_AND_CLASS_BYTES = 4;

    private RecordCopy() {
    }

    /** A copy; the record itself when it has that TTL. */
    public static Record withTtl(Record record, long ttlSeconds) {
        if (record.getTTL() == ttlSeconds) {
            return record;
        }
        byte[] wire = record.toWire(Section.ANSWER);
        ByteBuffer.wrap(wire).putInt(record.getName().length() + TYPE_AND_CLASS_BYTES, (int) ttlSeconds);
        return read(wire);
    }

    /** A copy that belongs to another name. */
    public static Record withName(Record record, Name name) {
        byte[] wire = record.toWire(Section.ANSWER);
        int rest = wire.length - record.getName().length();
        byte[] renamed = ByteBuffer.allocate(name.length() + rest).put(name.toWire())
                .put(wire, record.getName().length(), rest).array();
        return read(renamed);
    }

    private static Record read(byte[] wire) {
        try {
            return Record.fromWire(wire, Section.ANSWER);
        } catch (IOException e) {
            throw new IllegalStateException(e);   // dnsjava wrote it
        }
    }
}
