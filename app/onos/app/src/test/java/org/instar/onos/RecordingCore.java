// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreServiceAdapter;

/** Knows one application and keeps its deactivate hook. */
final class RecordingCore extends CoreServiceAdapter {

    Runnable hook;

    @Override
    public ApplicationId registerApplication(String name, Runnable preDeactivate) {
        if (!name.equals(NetcfgExample.APPLICATION.name())) {
            throw new IllegalArgumentException(name);
        }
        hook = preDeactivate;
        return NetcfgExample.APPLICATION;
    }
}
