// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.instar.core.session.SessionRecords;
import org.instar.core.session.SessionTable;
import org.instar.engine.address.Prefix64;

/**
 * Reads a snapshot from its first byte to its last, and believes nothing. Only at the end is it known whether all of it
 * is good: who acts on what it hears reads twice.
 */
final class SnapshotReader {

    private static final int MAX_SHARDS = 1 << Short.SIZE;

    /** Hears what is in a snapshot, each with an object that is used again. */
    interface Visitor {

        /** What follows was this shard's. */
        void shard(int number);

        void session(SessionRecord session, Prefix64 prefix, SnapshotRule rule);

        void resting(RestingRecord ports);
    }

    private final InputStream in;
    private final String name;
    private final Visitor visitor;
    private final CRC32C checksum = new CRC32C();
    private final SessionRecord session = new SessionRecord();
    private final RestingRecord resting = new RestingRecord();
    private final Prefix64[] prefixes = new Prefix64[SessionRecords.MAX_PREFIXES];
    private final SnapshotRule[] rules = new SnapshotRule[SessionTable.MAX_RULES];
    private byte[] buffer = new byte[256];
    private long offset;
    private long timeMillis;
    private boolean atEnd;
    private long sessions;
    private int shards;

    /**
     * @param name what errors call it
     */
    SnapshotReader(InputStream in, String name, Visitor visitor) {
        this.in = in;
        this.name = name;
        this.visitor = visitor;
    }

    /**
     * Reads all of it.
     *
     * @throws SnapshotException at the first byte that doesn't fit; what came before was told already
     */
    void read() throws IOException, SnapshotException {
        ByteBuffer header = next(Format.HEADER_BYTES, "the header");
        if (header.getLong() != Format.MAGIC) {
            throw error(0, "not a snapshot");
        }
        int version = header.getShort() & 0xffff;
        if (version != Format.VERSION) {
            throw error(Long.BYTES, "version " + version + ", not " + Format.VERSION);
        }
        timeMillis = header.getLong();
        if (timeMillis < 0 || timeMillis > Format.MAX_TIME_MILLIS) {
            throw error(Long.BYTES + Short.BYTES, "the time is out of range");
        }
        boolean ended = false;
        while (!ended) {
            ended = record();
        }
        if (in.read() >= 0) {
            throw error(offset, "more bytes after the end");
        }
    }

    private boolean record() throws IOException, SnapshotException {
        long start = offset;
        ByteBuffer header = next(Format.RECORD_HEADER_BYTES, "a record");
        int type = header.get();
        int length = header.getInt();
        if (length < 0 || length > Format.MAX_RECORD_BYTES) {
            throw error(start, "a record of " + (length & 0xffffffffL) + " bytes");
        }
        if (type == Format.END) {
            checkLength(start, length, Format.END_BYTES, Format.END_BYTES);
            readEnd(start);
            return true;
        }
        ByteBuffer body = next(length, "a record of " + length + " bytes");
        String wrong;
        switch (type) {
            case Format.SHARD:
                checkLength(start, length, Short.BYTES, Short.BYTES);
                wrong = readShard(body);
                break;
            case Format.PREFIX:
                checkLength(start, length, 1, length);
                wrong = readPrefix(body);
                break;
            case Format.RULE:
                checkLength(start, length, Short.BYTES + 1, length);
                wrong = readRule(body);
                break;
            case Format.SESSION:
                checkLength(start, length, SessionRecord.BYTES, SessionRecord.BYTES);
                wrong = readSession(body);
                break;
            case Format.RESTING:
                checkLength(start, length, RestingRecord.BYTES, RestingRecord.BYTES);
                wrong = readResting(body);
                break;
            default:
                wrong = "a record of unknown type " + type;
        }
        if (wrong != null) {
            throw error(start, wrong);
        }
        return false;
    }

    private void checkLength(long start, int length, int least, int most) throws SnapshotException {
        if (length < least || length > most) {
            throw error(start, "a record of " + length + " bytes, too " + (length < least ? "short" : "long"));
        }
    }

    private String readShard(ByteBuffer body) {
        if (++shards > MAX_SHARDS) {
            return "too many shards";
        }
        Arrays.fill(prefixes, null);
        Arrays.fill(rules, null);
        visitor.shard(body.getShort() & 0xffff);
        return null;
    }

    private String readPrefix(ByteBuffer body) {
        int number = body.get() & 0xff;
        String text = text(body);
        if (number >= prefixes.length || text == null) {
            return "a prefix with number " + number + " and text " + text;
        }
        try {
            prefixes[number] = Prefix64.parse(text);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private String readRule(ByteBuffer body) {
        int number = body.getShort() & 0xffff;
        int ofStaticBindings = body.get();
        String line = text(body);
        if (number >= rules.length || ofStaticBindings != 0 && ofStaticBindings != 1 || line == null) {
            return "a rule with number " + number + ", kind " + ofStaticBindings + " and line " + line;
        }
        rules[number] = new SnapshotRule(line, ofStaticBindings == 1);
        return null;
    }

    /** The rest of a body as text, null when it is none. */
    private static String text(ByteBuffer body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private String readSession(ByteBuffer body) {
        String wrong = session.read(body);
        if (wrong == null) {
            if (session.prefix >= prefixes.length || prefixes[session.prefix] == null
                    || session.rule >= rules.length || rules[session.rule] == null) {
                return "a session with prefix " + session.prefix + " and rule " + session.rule + ", not known here";
            }
            sessions++;
            visitor.session(session, prefixes[session.prefix], rules[session.rule]);
        }
        return wrong;
    }

    private String readResting(ByteBuffer body) {
        String wrong = resting.read(body);
        if (wrong == null) {
            visitor.resting(resting);
        }
        return wrong;
    }

    private void readEnd(long start) throws IOException, SnapshotException {
        ByteBuffer body = next(Format.END_BYTES - Format.CHECKSUM_BYTES, "the end");
        int kind = body.get();
        long counted = body.getLong();
        int expected = (int) checksum.getValue();
        long at = offset;
        if (next(Format.CHECKSUM_BYTES, "the checksum").getInt() != expected) {
            throw error(at, "the checksum doesn't fit: bytes before it have changed");
        }
        if (kind != 0 && kind != 1 || counted != sessions) {
            throw error(start, "an end of kind " + kind + " that counts " + counted + " sessions of " + sessions);
        }
        atEnd = kind == 1;
    }

    /** The next bytes, counted in the checksum; good until the next call. */
    private ByteBuffer next(int bytes, String what) throws IOException, SnapshotException {
        if (buffer.length < bytes) {
            buffer = new byte[Math.max(bytes, 2 * buffer.length)];
        }
        int read = in.readNBytes(buffer, 0, bytes);
        if (read < bytes) {
            throw error(offset + read, "it ends within " + what);
        }
        checksum.update(buffer, 0, bytes);
        offset += bytes;
        return ByteBuffer.wrap(buffer, 0, bytes);
    }

    private SnapshotException error(long at, String reason) {
        return new SnapshotException(name, at, reason);
    }

    /** When the snapshot was begun, milliseconds since 1970. */
    long timeMillis() {
        return timeMillis;
    }

    /** Whether the process ended with it. */
    boolean isAtEnd() {
        return atEnd;
    }
}
