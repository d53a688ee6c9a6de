// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.instar.dns64.Upstream;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * A few name servers, asked one after the other until one answers: those that are well first, the quickest of them
 * mostly. An answer of SERVFAIL or REFUSED is kept while another is asked. Safe for use by several threads.
 */
final class DnsjavaUpstream implements Upstream {

    /** So often a server that isn't the quickest is asked first, lest it stay unknown that it has become so. */
    private static final int EXPLORE_ONE_IN = 20;

    private final List<NameServer> servers;
    private final int tries;

    DnsjavaUpstream(List<NameServer> servers, int tries) {
        this.servers = List.copyOf(servers);
        this.tries = tries;
    }

    @Override
    public CompletionStage<Message> query(Message query) {
        return ask(query, order(), 0, null);
    }

    private List<NameServer> order() {
        if (servers.size() == 1) {
            return servers;
        }
        long now = System.nanoTime();
        List<NameServer> order = new ArrayList<>(servers);
        order.sort(Comparator.<NameServer>comparingInt(server -> server.isDown(now) ? 1 : 0)
                .thenComparingLong(NameServer::roundTripNanos));
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int other = random.nextInt(order.size());
        if (random.nextInt(EXPLORE_ONE_IN) == 0 && !order.get(other).isDown(now)) {
            order.add(0, order.remove(other));
        }
        return order;
    }

    private CompletionStage<Message> ask(Message query, List<NameServer> order, int attempt, Message refusal) {
        return order.get(attempt % order.size()).ask(query)
                .handle((response, failure) -> {
                    boolean last = attempt + 1 >= tries;
                    boolean refused = failure == null && (response.getRcode() == Rcode.SERVFAIL
                            || response.getRcode() == Rcode.REFUSED);
                    if (failure == null && (!refused || last || attempt + 1 >= order.size())) {
                        return CompletableFuture.completedFuture(response);
                    }
                    if (last) {
                        return refusal != null ? CompletableFuture.completedFuture(refusal)
                                : CompletableFuture.<Message>failedFuture(failure);
                    }
                    return ask(query, order, attempt + 1, refused ? response : refusal);
                })
                .thenCompose(stage -> stage);
    }
}
