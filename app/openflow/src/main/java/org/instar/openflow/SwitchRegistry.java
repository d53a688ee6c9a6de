// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The connected switches by datapath id. Confined to the event loop. */
final class SwitchRegistry {

    private final Map<Long, SwitchChannel> byDatapathId = new HashMap<>();

    /**
     * Enters a connection. One with the same datapath id ends first: nearly always it is the same switch, come back
     * before its old connection was noticed dead. Two switches with one id would throw each other out, and the log
     * says so.
     */
    void enter(SwitchChannel connection) {
        SwitchChannel before = byDatapathId.get(connection.datapathId());
        if (before != null) {
            before.end("datapath id connected again, from " + connection.peer());
        }
        byDatapathId.put(connection.datapathId(), connection);
    }

    void leave(SwitchChannel connection) {
        byDatapathId.remove(connection.datapathId(), connection);
    }

    void endAll(String reason) {
        List.copyOf(byDatapathId.values()).forEach(connection -> connection.end(reason));
    }
}
