// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.instar.core.Protocol;

/**
 * Random allocations, claims, releases, ticks, reconfigurations and drains over three shards. Always: no transport
 * address twice, every port at its shard, counters that add up. In the end: nothing left.
 */
class PoolStateMachineTest {

    /** One thing that happens; as text in a failure's report. */
    private static final class Step {

        private final String text;
        private final Consumer<PoolModel> action;

        Step(String text, Consumer<PoolModel> action) {
            this.text = text;
            this.action = action;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Property(tries = 400)
    void everythingAddsUpAndNothingIsLeft(@ForAll("steps") List<Step> steps) {
        PoolModel model = new PoolModel();
        for (Step step : steps) {
            step.action.accept(model);
            model.check();
        }
        model.end();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.frequencyOf(Tuple.of(12, allocate()), Tuple.of(6, allocateShared()), Tuple.of(2, claim()),
                Tuple.of(9, release()), Tuple.of(4, pass()), Tuple.of(2, reconfigure()), Tuple.of(1, follow()),
                Tuple.of(1, bindByHand()))
                .list().ofMinSize(1).ofMaxSize(250);
    }

    private static Arbitrary<Integer> upTo(int max) {
        return Arbitraries.integers().between(0, max);
    }

    private static Arbitrary<Step> allocate() {
        return Combinators.combine(upTo(PoolModel.SHARDS - 1), Arbitraries.of(Protocol.class), upTo(15),
                Arbitraries.of(0, 53, 1023, 1024, 5001), upTo(31)).as((shard, protocol, client, port, pools) ->
                new Step("allocate " + shard + " " + protocol + " " + client + ":" + port + " " + pools,
                        model -> model.allocate(shard, protocol, client, port, pools, -1)));
    }

    private static Arbitrary<Step> allocateShared() {
        return Combinators.combine(upTo(PoolModel.SHARDS - 1), Arbitraries.of(Protocol.TCP, Protocol.UDP), upTo(15),
                Arbitraries.of(53, 5000, 5001), upTo(31), upTo(3)).as((shard, protocol, client, port, pools, remote) ->
                new Step("share " + shard + " " + protocol + " " + client + ":" + port + " " + pools + "/" + remote,
                        model -> model.allocate(shard, protocol, client, port, pools, remote)));
    }

    private static Arbitrary<Step> claim() {
        return Combinators.combine(upTo(PoolModel.SHARDS - 1), Arbitraries.of(Protocol.class), upTo(3),
                Arbitraries.integers().between(100, 1200)).as((shard, protocol, pool, port) ->
                new Step("claim " + shard + " " + protocol + " " + pool + ":" + port,
                        model -> model.claim(shard, protocol, pool, port)));
    }

    private static Arbitrary<Step> release() {
        return upTo(1000).map(number -> new Step("release " + number, model -> model.release(number)));
    }

    private static Arbitrary<Step> pass() {
        return upTo(PoolModel.HOLD_DOWN_SECONDS).map(
                seconds -> new Step("pass " + seconds, model -> model.pass(seconds)));
    }

    private static Arbitrary<Step> reconfigure() {
        return Combinators.combine(upTo(5), Arbitraries.of(true, false)).as((config, drain) ->
                new Step("reconfigure " + config + " " + drain, model -> model.reconfigure(config, drain)));
    }

    private static Arbitrary<Step> bindByHand() {
        return upTo(31).map(bits -> new Step("bind by hand " + bits, model -> model.bindByHand(bits)));
    }

    private static Arbitrary<Step> follow() {
        return upTo(3).map(address -> new Step("follow " + address, model -> model.followInterface(address)));
    }
}
