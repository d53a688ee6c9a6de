// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;

/**
 * Whether an IPv6 source may come in where it did: asked before any state is made, so that nobody opens sessions under
 * another's address (BCP 38). Asking makes no objects. Immutable.
 */
public final class SourceCheck {

    private final List<IngressSources> entries;
    private final IngressSources[] inOrder;
    private final boolean namesPorts;

    private SourceCheck(List<IngressSources> entries) {
        this.entries = List.copyOf(entries);
        this.inOrder = entries.toArray(new IngressSources[0]);
        this.namesPorts = entries.stream().anyMatch(entry -> !entry.port().isEmpty());
    }

    public static SourceCheck of(List<IngressSources> entries) {
        return new SourceCheck(entries);
    }

    /** Whether an entry that holds for the ingress has the source; of {@link Ingress#UNKNOWN} any entry will do. */
    public boolean allows(Ingress ingress, long high, long low) {
        for (IngressSources entry : inOrder) {
            if (entry.holdsFor(ingress) && entry.contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an entry is for one port only. */
    public boolean namesPorts() {
        return namesPorts;
    }

    public List<IngressSources> entries() {
        return entries;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceCheck && ((SourceCheck) other).entries.equals(entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
