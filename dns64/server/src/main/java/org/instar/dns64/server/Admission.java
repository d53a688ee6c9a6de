// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder;

/** Lets a bounded number of queries through to the responder; the rest is dropped, as UDP may, and counted. */
final class Admission {

    private final WireResponder responder;
    private final Dns64Counters counters;
    private final Semaphore free;

    Admission(WireResponder responder, Dns64Counters counters, int queriesInFlight) {
        this.responder = responder;
        this.counters = counters;
        this.free = new Semaphore(queriesInFlight);
    }

    /** The bytes of the answer, empty when there is to be none; never completes exceptionally. */
    CompletionStage<Optional<byte[]>> answer(byte[] query, WireResponder.Transport transport) {
        if (!free.tryAcquire()) {
            counters.increment(Dns64Counter.OVERLOAD_DROPPED);
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return responder.answer(query, transport).whenComplete((answer, failure) -> free.release());
    }
}
