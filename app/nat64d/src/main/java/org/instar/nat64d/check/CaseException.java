// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.nio.file.Path;

/** A file that can't be used: which one, and why. */
final class CaseException extends Exception {

    private static final long serialVersionUID = 1L;

    CaseException(Path file, String reason) {
        super(file + ": " + reason);
    }

    CaseException(Path file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
    }
}
