// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Words and domain names as options have them. */
final class Names {

    private Names() {
    }

    /** A constant of an enum: {@code round-robin} for ROUND_ROBIN. */
    static <E extends Enum<E>> E of(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants()).filter(constant -> word(constant).equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of "
                        + Arrays.stream(type.getEnumConstants()).map(Names::word).collect(Collectors.joining(", "))
                        + ": '" + text + "'"));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A domain name, absolute with or without the last dot. */
    static Name domain(String text) {
        try {
            Name name = Name.fromString(text, Name.root);
            if (text.isEmpty()) {
                throw new IllegalArgumentException("not a domain name: ''");
            }
            return name;
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a domain name: '" + text + "'", e);
        }
    }
}
