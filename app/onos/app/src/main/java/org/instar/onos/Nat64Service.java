// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import java.util.Optional;
import org.instar.core.config.Nat64Config;

/** What the application knows of itself. Safe for use by any thread. */
public interface Nat64Service {

    /** The name by which ONOS knows the application: of its id, its archive and its network configuration. */
    String APPLICATION_NAME = "org.instar.nat64";

    /** Version of this build, e.g. "0.1.0". */
    String version();

    /** The configuration in force: the last valid one of the network configuration; empty while there is none. */
    Optional<Nat64Config> configuration();
}
