// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

/** Why nat64d can't start, in one line for people. */
final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
