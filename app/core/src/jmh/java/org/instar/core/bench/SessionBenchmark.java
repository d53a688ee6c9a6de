// SPDX-License-Identifier: Apache-2.0
package org.instar.core.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.instar.core.session.Lookahead;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding and refreshing one of {@link #sessions} sessions at random, against two dependent reads of 64 random bytes in
 * an area as large as the tables. Both come in two forms: as packets come, where the processor may work at several at
 * once, and each waiting for what the one before found ({@code Chained}), which is the time that one alone takes. The
 * refreshes come in a third: {@link #BURST} at once, of which the tables are told ahead ({@link Lookahead}).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:MaxDirectMemorySize=2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SessionBenchmark {

    /** Frames that come at once. */
    static final int BURST = 32;

    private static final int LINE_SHIFT = 6;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    @Param("1000000")
    public int sessions;

    private final SplittableRandom random = new SplittableRandom(5);
    private final int[] burst = new int[BURST];
    private Tables tables;
    private ByteBuffer area;
    private int lines;
    private long now;
    private long found;

    @Setup
    public void fill() {
        tables = new Tables(0);
        for (int i = 0; i < sessions; i++) {
            tables.create(i, 0, Tables.LIFETIME_MILLIS);
        }
        int bytes = (int) tables.memoryBytes();
        area = ByteBuffer.allocateDirect(bytes + (1 << LINE_SHIFT)).alignedSlice(1 << LINE_SHIFT)
                .order(ByteOrder.nativeOrder());
        lines = bytes >>> LINE_SHIFT;
        for (int i = 0; i < lines << LINE_SHIFT; i += Long.BYTES) {
            area.putLong(i, random.nextLong());
        }
    }

    @Benchmark
    public long refresh6() {
        return tables.refresh6(below(random.nextInt(), sessions), now += 1000);
    }

    @Benchmark
    public long refresh4() {
        return tables.refresh4(below(random.nextInt(), sessions), now += 1000);
    }

    @Benchmark
    public long twoReads() {
        return twoReads(random.nextInt());
    }

    @Benchmark
    public long refresh6Chained() {
        return found = tables.refresh6(below(random.nextInt() ^ (int) found & 1, sessions), now += 1000);
    }

    @Benchmark
    public long refresh4Chained() {
        return found = tables.refresh4(below(random.nextInt() ^ (int) found & 1, sessions), now += 1000);
    }

    @Benchmark
    public long twoReadsChained() {
        return found = twoReads(random.nextInt() ^ (int) found & 1);
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public long refresh6Burst() {
        for (int i = 0; i < BURST; i++) {
            burst[i] = below(random.nextInt(), sessions);
            tables.expect6(burst[i]);
        }
        long sum = tables.lookahead.fetch();
        for (int number : burst) {
            sum += tables.refresh6(number, now += 1000);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public long refresh4Burst() {
        for (int i = 0; i < BURST; i++) {
            burst[i] = below(random.nextInt(), sessions);
            tables.expect4(burst[i]);
        }
        long sum = tables.lookahead.fetch();
        for (int number : burst) {
            sum += tables.refresh4(number, now += 1000);
        }
        return sum;
    }

    private long twoReads(int drawn) {
        long first = read(below(drawn, lines));
        return read(below((int) (first * SPREAD >>> Integer.SIZE), lines));
    }

    private long read(int line) {
        int at = line << LINE_SHIFT;
        long sum = 0;
        for (int i = 0; i < 1 << LINE_SHIFT; i += Long.BYTES) {
            sum += area.getLong(at + i);
        }
        return sum;
    }

    /** A number from 0 on below a bound, by the bits of another. */
    private static int below(int bits, int bound) {
        return (int) ((bits & 0xffff_ffffL) * bound >>> Integer.SIZE);
    }
}
