// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

/** An upstream as dnsjava's validator takes it. How it is asked is the upstream's matter: the setters do nothing. */
final class UpstreamResolver implements Resolver {

    private final Upstream upstream;

    UpstreamResolver(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        return upstream.query(query);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        return upstream.query(query);
    }

    @Override
    public void setPort(int port) {
        // the upstream has its own
    }

    @Override
    public void setTCP(boolean flag) {
        // the upstream goes over to TCP by itself
    }

    @Override
    public void setIgnoreTruncation(boolean flag) {
        // no answer is truncated
    }

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
        // queries bring their own
    }

    @Override
    public void setTSIGKey(TSIG key) {
        // none is used
    }

    @Override
    public void setTimeout(Duration timeout) {
        // the upstream has its own
    }
}
