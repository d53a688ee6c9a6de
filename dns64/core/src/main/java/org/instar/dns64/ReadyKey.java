// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Arrays;

/**
 * The bytes that an answer depends on. One that is looked up with is written again and again; those kept are
 * copies.
 */
final class ReadyKey {

    private byte[] bytes;
    private int length;
    private int hash;

    ReadyKey(int capacity) {
        bytes = new byte[capacity];
    }

    private ReadyKey(ReadyKey from) {
        bytes = Arrays.copyOf(from.bytes, from.length);
        length = from.length;
        hash = from.hash;
    }

    byte[] start(int bytesNeeded) {
        if (bytes.length < bytesNeeded) {
            bytes = new byte[bytesNeeded];
        }
        length = bytesNeeded;
        return bytes;
    }

    void finish() {
        int h = 1;
        for (int i = 0; i < length; i++) {
            h = 31 * h + bytes[i];
        }
        hash = h;
    }

    ReadyKey copy() {
        return new ReadyKey(this);
    }

    int length() {
        return length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReadyKey && hash == ((ReadyKey) other).hash
                && Arrays.equals(bytes, 0, length, ((ReadyKey) other).bytes, 0, ((ReadyKey) other).length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
