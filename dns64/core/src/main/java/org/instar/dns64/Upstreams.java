// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.net.InetSocketAddress;
import java.util.List;

/** The upstreams by the addresses that options name. */
public interface Upstreams {

    /** Those that are asked in turn; the same for the same addresses. */
    Upstream of(List<InetSocketAddress> servers);
}
