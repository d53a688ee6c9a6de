// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

/**
 * A query read from its bytes without making objects: one question, no other records but an OPT record of version 0.
 * For one thread; read into again and again.
 */
final class WireQuery {

    static final int HEADER_BYTES = 12;
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_LABEL_BYTES = 63;
    private static final int PLAIN_UDP_BYTES = 512;   // RFC 1035 §4.2.1
    private static final int OPT_TYPE = 41;
    private static final int OPT_BYTES = 11;
    private static final int SUBNET_OPTION = 8;
    private static final int RD = 0x01;
    private static final int QR_OPCODE_TC = 0xfa;
    private static final int AD_CD = 0x30;

    private int questionEnd;
    private int type;
    private boolean opt;
    private boolean dnssecOk;
    private boolean subnet;
    private int clientTakesBytes;

    /** Reads a query; false for every one that isn't as plain as this, which may still be a good one. */
    boolean read(byte[] query, int length) {
        if (length < HEADER_BYTES + 5 || (query[2] & QR_OPCODE_TC) != 0 || count(query, 4) != 1
                || count(query, 6) != 0 || count(query, 8) != 0 || count(query, 10) > 1) {
            return false;
        }
        int at = HEADER_BYTES;
        while (query[at] != 0) {
            int label = query[at] & 0xff;
            at += 1 + label;
            if (label > MAX_LABEL_BYTES || at - HEADER_BYTES >= MAX_NAME_BYTES || at + 5 > length) {
                return false;
            }
        }
        type = count(query, at + 1);
        questionEnd = at + 5;
        opt = count(query, 10) == 1;
        dnssecOk = false;
        subnet = false;
        clientTakesBytes = PLAIN_UDP_BYTES;
        return opt ? readOpt(query, length) : questionEnd == length;
    }

    private boolean readOpt(byte[] query, int length) {
        int at = questionEnd;
        if (at + OPT_BYTES > length || query[at] != 0 || count(query, at + 1) != OPT_TYPE || query[at + 6] != 0
                || at + OPT_BYTES + count(query, at + 9) != length) {
            return false;
        }
        clientTakesBytes = Math.max(PLAIN_UDP_BYTES, count(query, at + 3));
        dnssecOk = (query[at + 7] & 0x80) != 0;
        int option = at + OPT_BYTES;
        while (option + 4 <= length) {
            subnet |= count(query, option) == SUBNET_OPTION;
            option += 4 + count(query, option + 2);
        }
        return option == length;
    }

    private static int count(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** Puts what the answer depends on into a key, the name in lower case. */
    void into(ReadyKey key, byte[] query, int view, long prefixMask) {
        byte[] bytes = key.start(questionEnd - HEADER_BYTES + 11);
        int length = questionEnd - HEADER_BYTES;
        for (int i = 0; i < length; i++) {
            byte b = query[HEADER_BYTES + i];
            // type and class have bytes of capital letters too, and so have lengths of labels 65 and above: there
            // are none
            bytes[i] = b >= 'A' && b <= 'Z' && i < length - 4 ? (byte) (b + 'a' - 'A') : b;
        }
        bytes[length++] = (byte) (query[2] & RD | query[3] & AD_CD | (dnssecOk ? 0x80 : 0));
        bytes[length++] = (byte) (view >>> 8);
        bytes[length++] = (byte) view;
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (prefixMask >>> shift);
        }
        key.finish();
    }

    /** Where the question ends in the message. */
    int questionEnd() {
        return questionEnd;
    }

    int type() {
        return type;
    }

    boolean hasOpt() {
        return opt;
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /** Whether it brought a client subnet (RFC 7871). */
    boolean hasSubnet() {
        return subnet;
    }

    /** The largest answer over UDP that the client takes. */
    int clientTakesBytes() {
        return clientTakesBytes;
    }
}
