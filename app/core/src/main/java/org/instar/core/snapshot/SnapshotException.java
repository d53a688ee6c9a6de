// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

/** Bytes that are no snapshot, or not a whole one. */
public final class SnapshotException extends Exception {

    private static final long serialVersionUID = 1;

    SnapshotException(String name, long offset, String reason) {
        super(name + ": at byte " + offset + ": " + reason);
    }
}
