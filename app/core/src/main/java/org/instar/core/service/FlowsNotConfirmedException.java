// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

/** The switch has not confirmed a change of flows; the message says what that means for whoever asked. */
public final class FlowsNotConfirmedException extends Exception {

    private static final long serialVersionUID = 1L;

    public FlowsNotConfirmedException(String message) {
        super(message);
    }
}
