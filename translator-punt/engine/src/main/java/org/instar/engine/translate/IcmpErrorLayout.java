// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.packet.QuotedPacket;

/**
 * How a translated ICMP error message is divided (RFC 4884 §4): eight bytes of ICMP header, the quote, which an
 * extension behind it wants padded to whole units and to 128 bytes at least, and the extension. Not thread safe.
 */
final class IcmpErrorLayout {

    static final int HEADER_LENGTH = 8;
    private static final int LEAST_LENGTH_BEFORE_EXTENSION = 128;

    /** Bytes of a word of the length attribute. */
    private final int unit;
    /** Longest quote that the length attribute can tell. */
    private final int maxField;
    private int quoteLength;
    private int fieldLength;
    private int extensionLength;

    IcmpErrorLayout(int unit) {
        this.unit = unit;
        this.maxField = 255 * unit;
    }

    /**
     * Fits quote and extension into what room there is; what does not fit is cut off, the extension first (RFC 7915
     * §4.2).
     *
     * @param translatedQuoteLength bytes of the quote in its new version
     * @param extension bytes of the extension; 0 for none, or when the new type has no place for one
     * @param room bytes that the message may have behind its header, at least 40
     */
    void divide(int translatedQuoteLength, int extension, int room) {
        quoteLength = Math.min(translatedQuoteLength, room);
        fieldLength = quoteLength;
        extensionLength = 0;
        if (extension > 0) {
            int longestField = Math.min(maxField, room / unit * unit);
            int wanted = Math.max(LEAST_LENGTH_BEFORE_EXTENSION, (translatedQuoteLength + unit - 1) / unit * unit);
            int padded = Math.min(longestField, wanted);
            extensionLength = padded < LEAST_LENGTH_BEFORE_EXTENSION ? 0 : Math.min(extension, room - padded);
            if (extensionLength > 0) {
                fieldLength = padded;
                quoteLength = Math.min(translatedQuoteLength, padded);
            }
        }
    }

    /** Bytes of the quoted packet. */
    int quoteLength() {
        return quoteLength;
    }

    /** The length attribute, in units; 0 without an extension. */
    int lengthAttribute() {
        return extensionLength == 0 ? 0 : fieldLength / unit;
    }

    /** Bytes of the whole ICMP message. */
    int messageLength() {
        return HEADER_LENGTH + fieldLength + extensionLength;
    }

    /** Writes what stands behind the quoted packet. */
    void writePaddingAndExtension(QuotedPacket quoted, ByteBuffer in, ByteBuffer out, int to, PayloadCopy copy) {
        for (int at = quoteLength; at < fieldLength; at++) {
            out.put(to + at, (byte) 0);
        }
        if (extensionLength > 0) {
            copy.copy(in, quoted.extensionOffset(), out, to + fieldLength, extensionLength);
        }
    }
}
