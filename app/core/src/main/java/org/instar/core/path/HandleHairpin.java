// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.List;
import org.instar.engine.address.Prefix4;

/**
 * Step 5 (RFC 6146 §3.8): a packet whose IPv4 destination is the translator's own is turned: its outgoing tuple becomes
 * the incoming one, as if it had come in on the IPv4 side.
 */
final class HandleHairpin {

    private final Prefix4[] poolPrefixes;

    HandleHairpin(List<Prefix4> poolPrefixes) {
        this.poolPrefixes = poolPrefixes.toArray(new Prefix4[0]);
    }

    boolean isOwn(int destination) {
        for (Prefix4 prefix : poolPrefixes) {
            if (prefix.contains(destination)) {
                return true;
            }
        }
        return false;
    }
}
