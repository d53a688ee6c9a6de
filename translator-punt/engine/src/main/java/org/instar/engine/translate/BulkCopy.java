// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * The bulk copy between absolute offsets that {@link ByteBuffer} has from Java 16 on; looked up, because this code runs
 * on Java 11, too. A constant handle costs no more than the call itself.
 */
final class BulkCopy {

    /** {@code target.put(int targetOffset, ByteBuffer source, int sourceOffset, int length)}; null before Java 16. */
    private static final MethodHandle PUT = lookUp();

    private BulkCopy() {
    }

    private static MethodHandle lookUp() {
        try {
            return MethodHandles.publicLookup().findVirtual(ByteBuffer.class, "put",
                    MethodType.methodType(ByteBuffer.class, int.class, ByteBuffer.class, int.class, int.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    static boolean isAvailable() {
        return PUT != null;
    }

    /** Only when {@link #isAvailable()}. */
    static void copy(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        try {
            ByteBuffer ignored = (ByteBuffer) PUT.invokeExact(out, outOffset, in, inOffset, length);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("ByteBuffer.put throws no checked exception", e);
        }
    }
}
