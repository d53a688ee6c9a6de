// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.Optional;

/** Whether and from which keys on answers are validated (RFC 4035 §5). Immutable. */
public final class DnssecSettings {

    private final boolean validation;
    private final String trustAnchorFile;

    private DnssecSettings(Options options) throws SettingsException {
        trustAnchorFile = options.get("trust-anchor-file", null, text -> {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("is empty");
            }
            return text;
        });
        validation = options.flag("validation", trustAnchorFile != null);
        if (validation && trustAnchorFile == null) {
            throw options.error("trust-anchor-file", "is missing: validation needs it");
        }
        options.refuseUnknown();
    }

    static DnssecSettings read(Options options) throws SettingsException {
        return new DnssecSettings(options);
    }

    public boolean isValidation() {
        return validation;
    }

    /** DS or DNSKEY records in master file form; there when validation is. */
    public Optional<String> trustAnchorFile() {
        return Optional.ofNullable(trustAnchorFile);
    }
}
