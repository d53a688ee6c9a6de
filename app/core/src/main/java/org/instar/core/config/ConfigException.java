// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

/** A configuration that can't be used: which field, and why. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String path;

    public ConfigException(String path, String reason) {
        super(path + ": " + reason);
        this.path = path;
    }

    /** Where the field stands, e.g. {@code pools[0].prefixes[1]}. */
    public String getPath() {
        return path;
    }
}
