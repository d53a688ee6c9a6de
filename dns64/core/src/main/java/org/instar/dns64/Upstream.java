// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;

/** Someone who answers DNS queries: a name server, or a few of them. */
public interface Upstream {

    /**
     * Asks one question. Returns at once.
     *
     * @param query a query with one question; not changed
     * @return the response, of any RCODE, never truncated; its message id is of no meaning. Completes exceptionally
     *         when none came in time or what came was no response to the query
     */
    CompletionStage<Message> query(Message query);
}
