// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Opens sockets in another network namespace. A socket belongs for life to the namespace of the thread that opened it,
 * and setns(2) moves one thread only: a short-lived one opens it, and everybody uses it.
 */
final class NetworkNamespace {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final long WAIT_SECONDS = 20;

    private NetworkNamespace() {
    }

    /** Calls on a thread inside the namespace of this name (ip-netns(8)). */
    static <T> T inside(String name, Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(name);
            return action.call();
        });
        Thread.ofPlatform().name(name).daemon().start(task);
        return task.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    @SuppressWarnings("restricted")
    private static void enter(String name) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        MethodHandle setns = linker.downcallHandle(linker.defaultLookup().findOrThrow("setns"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        int result;
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            result = (int) setns.invokeExact(fd, CLONE_NEWNET);
            int closed = (int) close.invokeExact(fd);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
        if (result != 0) {
            throw new IOException("setns failed: " + name);
        }
    }
}
