// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.instar.dns64.RecordCopy;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What makes it hard to answer in the place of one name server, beside the random port that dnsjava takes: a random
 * id, random case of the letters of the name, and cookies (RFC 7873). Safe for use by several threads.
 */
final class Disguise {

    /** RFC 7873 §8. */
    static final int BAD_COOKIE = 23;
    private static final int CLIENT_COOKIE_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final boolean randomCase;
    private final boolean cookies;
    private final byte[] clientCookie = new byte[CLIENT_COOKIE_BYTES];
    /** What the server gave; from then on it must repeat the client's cookie. */
    private volatile byte[] serverCookie;

    Disguise(boolean randomCase, boolean cookies) {
        this.randomCase = randomCase;
        this.cookies = cookies;
        RANDOM.nextBytes(clientCookie);
    }

    /** A query in disguise; the query itself is not changed. */
    Disguised of(Message query) {
        return new Disguised(query);
    }

    /** One query, and what must come back with its answer. */
    final class Disguised {

        private final Record question;
        private final Message query;
        private final boolean cookie;

        private Disguised(Message original) {
            question = original.getQuestion();
            query = original.clone();
            query.getHeader().setID(new Header().getID());   // dnsjava draws it from a SecureRandom
            if (randomCase) {
                query.removeAllRecords(Section.QUESTION);
                query.addRecord(Record.newRecord(randomCase(question.getName()), question.getType(),
                        question.getDClass()), Section.QUESTION);
            }
            cookie = cookies && query.getOPT() != null;
            if (cookie) {
                addCookie();
            }
        }

        private void addCookie() {
            OPTRecord opt = query.getOPT();
            List<EDNSOption> options = new ArrayList<>(opt.getOptions());
            byte[] known = serverCookie;
            options.add(known == null ? new CookieOption(clientCookie) : new CookieOption(clientCookie, known));
            query.removeRecord(opt, Section.ADDITIONAL);
            query.addRecord(new OPTRecord(opt.getPayloadSize(), opt.getExtendedRcode(), opt.getVersion(),
                    opt.getFlags(), options), Section.ADDITIONAL);
        }

        Message query() {
            return query;
        }

        /** Whether it is certain enough that the asked server sent a response over UDP. */
        boolean isOwn(Message response) {
            Record echoed = response.getQuestion();
            if (echoed == null || !sameCase(echoed.getName(), query.getQuestion().getName())) {
                return false;
            }
            if (!cookie) {
                return true;
            }
            Optional<CookieOption> came = cookieOf(response);
            if (came.isEmpty()) {
                return serverCookie == null;   // RFC 7873 §5.3: servers that know cookies send theirs always
            }
            return learn(response);
        }

        /** Remembers the server's cookie; false when the client's isn't ours. */
        boolean learn(Message response) {
            Optional<CookieOption> came = cookie ? cookieOf(response) : Optional.empty();
            if (came.isPresent()) {
                if (!Arrays.equals(came.get().getClientCookie(), clientCookie)) {
                    return false;
                }
                came.get().getServerCookie().ifPresent(given -> serverCookie = given);
            }
            return true;
        }

        /** The response with the question as it was asked for, and names of that case where they repeat it. */
        Message undone(Message response) {
            if (!randomCase) {
                return response;
            }
            Name disguised = query.getQuestion().getName();
            Message undone = new Message();
            undone.setHeader(response.getHeader().clone());
            undone.removeAllRecords(Section.QUESTION);
            for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
                undone.removeAllRecords(section);
            }
            undone.addRecord(question, Section.QUESTION);
            for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
                for (Record record : response.getSection(section)) {
                    undone.addRecord(record.getType() != Type.OPT && sameCase(record.getName(), disguised)
                            ? RecordCopy.withName(record, question.getName()) : record, section);
                }
            }
            return undone;
        }
    }

    private static Optional<CookieOption> cookieOf(Message response) {
        OPTRecord opt = response.getOPT();
        return opt == null ? Optional.empty() : opt.getOptions().stream()
                .filter(option -> option instanceof CookieOption).map(option -> (CookieOption) option).findFirst();
    }

    private static boolean sameCase(Name one, Name other) {
        return Arrays.equals(one.toWire(), other.toWire());
    }

    /** Each letter upper or lower by chance. */
    static Name randomCase(Name name) {
        byte[] wire = name.toWire();
        byte[] bits = new byte[wire.length];
        RANDOM.nextBytes(bits);
        for (int i = 0; i < wire.length; i++) {
            boolean letter = (wire[i] | 0x20) >= 'a' && (wire[i] | 0x20) <= 'z';   // no length of a label is one
            if (letter) {
                wire[i] = (byte) (wire[i] & ~0x20 | bits[i] & 0x20);
            }
        }
        try {
            return new Name(wire);
        } catch (IOException e) {
            throw new IllegalStateException(e);   // it was a name before
        }
    }
}
