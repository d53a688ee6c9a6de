// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

/** One shard's ways to the others, each with one sender and one receiver. For the shard's thread. */
public interface HandOver {

    /** Of a shard that is alone. */
    HandOver NONE = new HandOver() {
        @Override
        public HandedPacket claim(int shard) {
            return null;
        }

        @Override
        public void commit(int shard, HandedPacket packet) {
            throw new IllegalStateException("there is no shard " + shard);
        }
    };

    /** Something to fill for another shard, and to {@link #commit} then; null: its queue is full. */
    HandedPacket claim(int shard);

    /** Sends what was claimed for that shard. */
    void commit(int shard, HandedPacket packet);
}
