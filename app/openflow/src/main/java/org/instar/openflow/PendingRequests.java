// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * The requests of a connection that are not answered, found by any of their transaction ids in O(log n). Confined to
 * the event loop.
 */
final class PendingRequests {

    private final TreeMap<Long, Request> byFirstXid = new TreeMap<>();
    /** In the order of being asked, which is that of their deadlines. */
    private final SequencedSet<Request> byDeadline = new LinkedHashSet<>();

    void add(Request request) {
        byFirstXid.put(request.firstXid, request);
        byDeadline.add(request);
    }

    /** The request this transaction id belongs to, or null. */
    Request find(long xid) {
        Map.Entry<Long, Request> candidate = byFirstXid.floorEntry(xid);
        return candidate != null && xid <= candidate.getValue().lastXid ? candidate.getValue() : null;
    }

    boolean contains(Request request) {
        return byFirstXid.get(request.firstXid) == request;
    }

    void remove(Request request) {
        byFirstXid.remove(request.firstXid, request);
        byDeadline.remove(request);
    }

    /** The request waited for longest if its deadline has passed, otherwise null. */
    Request expired(long nowNanos) {
        Request first = any();
        return first != null && nowNanos - first.deadlineNanos >= 0 ? first : null;
    }

    /** The request waited for longest; null if there is none. */
    Request any() {
        return byDeadline.isEmpty() ? null : byDeadline.getFirst();
    }
}
