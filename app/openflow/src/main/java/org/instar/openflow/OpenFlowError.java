// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/**
 * An error message of a switch (OFPT_ERROR).
 *
 * @param xid transaction id of the message that failed, 32 bits unsigned
 * @param type number of the error type
 * @param code number of the code within the type
 * @param name type and code as the specification names them, "FLOW_MOD_FAILED/TABLE_FULL"; numbers where it has no
 *     names
 */
public record OpenFlowError(long xid, int type, int code, String name) {

    @Override
    public String toString() {
        return name + " (type " + type + ", code " + code + ", xid " + xid + ")";
    }
}
