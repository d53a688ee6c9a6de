// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/** The "/length" part of a prefix in text. */
final class PrefixText {

    private PrefixText() {
    }

    static int length(String text, int slash, int max) {
        String digits = text.substring(slash + 1);
        if (digits.matches("0|[1-9][0-9]{0,2}")) {
            int length = Integer.parseInt(digits);
            if (length <= max) {
                return length;
            }
        }
        throw new IllegalArgumentException("prefix length is not 0 to " + max + ": '" + text + "'");
    }
}
