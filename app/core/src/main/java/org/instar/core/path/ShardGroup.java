// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

/** A shard's view of the group it belongs to: its own number, how clients are dealt out, the ways to the others. */
public final class ShardGroup {

    private final int self;
    private final ShardSelector selector;
    private final HandOver handOver;

    /**
     * @param self this shard's number, 0 to below {@link ShardSelector#shards()}
     */
    public ShardGroup(int self, ShardSelector selector, HandOver handOver) {
        this.self = self;
        this.selector = selector;
        this.handOver = handOver;
    }

    /** A shard that is alone. */
    public static ShardGroup alone() {
        return new ShardGroup(0, new ShardSelector(1, () -> 1), HandOver.NONE);
    }

    public int self() {
        return self;
    }

    public int size() {
        return selector.shards();
    }

    public boolean isAlone() {
        return size() == 1;
    }

    /** Whether this is the shard that does what only one may do. */
    public boolean isFirst() {
        return self == 0;
    }

    public ShardSelector selector() {
        return selector;
    }

    public HandOver handOver() {
        return handOver;
    }
}
