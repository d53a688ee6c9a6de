// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

/** The rule of sessions in a snapshot, as it was written there. One object for each, known by identity. */
final class SnapshotRule {

    private final String line;
    private final boolean ofStaticBindings;

    SnapshotRule(String line, boolean ofStaticBindings) {
        this.line = line;
        this.ofStaticBindings = ofStaticBindings;
    }

    String line() {
        return line;
    }

    boolean isOfStaticBindings() {
        return ofStaticBindings;
    }
}
