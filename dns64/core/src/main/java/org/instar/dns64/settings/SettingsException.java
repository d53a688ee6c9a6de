// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

/** An option that can't be used; the message begins with its path: {@code views.guests.blocks[0].suffix}. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final String reason;

    SettingsException(String path, String reason) {
        super(path + ": " + reason);
        this.path = path;
        this.reason = reason;
    }

    /** Where the option is. */
    public String path() {
        return path;
    }

    /** What is wrong with it. */
    public String reason() {
        return reason;
    }
}
