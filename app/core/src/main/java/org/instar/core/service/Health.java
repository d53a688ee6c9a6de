// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.LinkedHashMap;
import java.util.Map;

/** Whether the translator works, part by part. Immutable. */
public final class Health {

    private final boolean up;
    private final String reason;
    private final Map<String, Object> parts;

    /**
     * @param reason why it is not up; empty when it is
     * @param parts what to show of each part: text, numbers, or maps of them
     */
    public Health(boolean up, String reason, Map<String, Object> parts) {
        this.up = up;
        this.reason = reason;
        this.parts = new LinkedHashMap<>(parts);
    }

    public boolean isUp() {
        return up;
    }

    public String reason() {
        return reason;
    }

    public Map<String, Object> parts() {
        return parts;
    }
}
