// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace of the test's own with one veth pair, {@code left} and {@code right}, both up, without IPv6, so
 * the kernel says nothing on it by itself. Closing removes all of it.
 *
 * <p>A socket belongs for life to the namespace of the thread that opened it, and setns(2) moves one thread only. So
 * {@link #inside} opens sockets on a short-lived thread in the namespace and the test goes on with them outside.
 */
final class VethNamespace implements AutoCloseable {
    static final String LEFT = "left";
    static final String RIGHT = "right";

    private static final int CLONE_NEWNET = 0x40000000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "instar-fp-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();

    private VethNamespace() {
    }

    /**
     * Whether this process may make namespaces; the reason not to is printed, for a skipped test is easily overlooked.
     */
    static boolean available() {
        return Availability.AVAILABLE;
    }

    /** Asked once. */
    private static final class Availability {
        static final boolean AVAILABLE = probe();
    }

    private static boolean probe() {
        try (VethNamespace probe = create()) {
            return true;
        } catch (IOException failure) {
            System.err.println("SKIPPED: packet socket tests need root, ip(8) and veth: " + failure.getMessage());
            return false;
        }
    }

    /** Skips the test, saying so, where a program it needs is not installed. */
    static void assumeInstalled(String program) {
        try {
            run(program, "--version");
        } catch (IOException failure) {
            System.err.println("SKIPPED: test needs " + program + ": " + failure.getMessage());
            Assumptions.abort("needs " + program);
        }
    }

    static VethNamespace create() throws IOException {
        VethNamespace namespace = new VethNamespace();
        run("ip", "netns", "add", namespace.name);
        try {
            namespace.exec("sh", "-c", "for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done");
            namespace.ip("link", "add", LEFT, "type", "veth", "peer", "name", RIGHT);
            namespace.ip("link", "set", LEFT, "up");
            namespace.ip("link", "set", RIGHT, "up");
            return namespace;
        } catch (IOException failure) {
            namespace.close();
            throw failure;
        }
    }

    PacketSocket open(String interfaceName, int batchSize, int frameBytes) throws IOException {
        return inside(() -> PacketSocket.open(interfaceName, batchSize, frameBytes));
    }

    /** Calls on a thread inside the namespace. */
    <T> T inside(Callable<T> action) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return action.call();
        });
        Thread.ofPlatform().name(name).start(task);
        try {
            return task.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Throwable cause -> throw new AssertionError(cause);
            }
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @SuppressWarnings("restricted")
    private void enter() throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
        MethodHandle setns = linker.downcallHandle(linker.defaultLookup().findOrThrow("setns"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            int result = (int) setns.invokeExact(fd, CLONE_NEWNET);
            new SystemCalls().close(fd);
            if (result != 0) {
                throw new IOException("setns failed: " + name);
            }
        } catch (IOException failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    String exec(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(List.of(command));
        return run(whole.toArray(String[]::new));
    }

    private static String run(String... command) throws IOException {
        Path output = Files.createTempFile("instar-fp", ".out");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            String text = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + (ended ? text : "did not end"));
            }
            return text;
        } catch (InterruptedException interruption) {
            throw new AssertionError(interruption);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    @Override
    public void close() {
        try {
            run("ip", "netns", "del", name);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
