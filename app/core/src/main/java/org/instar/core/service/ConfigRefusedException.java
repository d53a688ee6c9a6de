// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

/** A change of the configuration that was not made, and nothing of it; the message names the field and says why. */
public final class ConfigRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ConfigRefusedException(String message) {
        super(message);
    }

    public ConfigRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
