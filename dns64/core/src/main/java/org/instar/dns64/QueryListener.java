// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import org.instar.engine.address.Ip6;
import org.xbill.DNS.Name;

/** Told of each answered query; quick, and by any thread. */
public interface QueryListener {

    /**
     * @param client IPv4-mapped where it came over IPv4
     * @param view name of its view
     * @param name what was asked for; null where the query could not be read
     * @param type asked for
     * @param transport what it came over
     * @param rcode full RCODE of the answer
     * @param outcome why the answer is what it is
     * @param ready whether it was given from the ready messages
     * @param tookNanos from reading the query to having the answer
     */
    void answered(Ip6 client, String view, Name name, int type, WireResponder.Transport transport, int rcode,
            Dns64Counter outcome, boolean ready, long tookNanos);
}
