// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/** Bytes that are no OpenFlow 1.3 message. */
final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message);
    }

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
