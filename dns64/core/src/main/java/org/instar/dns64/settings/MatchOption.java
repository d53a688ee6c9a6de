// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.ArrayList;
import java.util.List;

/** Options that are address match lists. */
final class MatchOption {

    /** RFC 6147 §5.1.4. */
    static final AddressMatch IPV4_MAPPED = AddressMatch.of(List.of("::ffff:0:0/96"));

    private MatchOption() {
    }

    static AddressMatch read(Options options, String name, AddressMatch fallback) throws SettingsException {
        List<String> texts = options.list(name, null, text -> {
            AddressMatch.of(List.of(text));
            return text;
        });
        return texts == null ? fallback : AddressMatch.of(new ArrayList<>(texts));
    }
}
