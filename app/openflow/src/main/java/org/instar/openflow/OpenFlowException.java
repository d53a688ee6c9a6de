// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.Optional;

/** A request to a switch failed; the message says which and why. */
public final class OpenFlowException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient OpenFlowError error;

    OpenFlowException(String message) {
        this(message, null);
    }

    OpenFlowException(String message, OpenFlowError error) {
        super(message);
        this.error = error;
    }

    /** The switch's error; empty if it sent none (connection lost, no answer in time, too much queued). */
    public Optional<OpenFlowError> error() {
        return Optional.ofNullable(error);
    }
}
