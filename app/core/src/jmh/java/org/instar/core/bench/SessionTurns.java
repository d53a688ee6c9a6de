// SPDX-License-Identifier: Apache-2.0
package org.instar.core.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The forms of {@link SessionBenchmark} turn by turn in one process, by the processor time of the thread: what others
 * do to the machine meanwhile falls on all of them alike. Tells of each form the median, and of each refresh the ratio
 * to the two free or chained reads of the same turn. Arguments: how many sessions (1000000), turns (41).
 */
public final class SessionTurns {

    private static final String[] NAMES = {"two reads", "refresh6", "refresh4", "refresh6Burst", "refresh4Burst"};
    private static final int OPERATIONS = 200_000;
    private static final int WARM_TURNS = 8;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SessionTurns() {
    }

    public static void main(String[] args) {
        int turns = args.length > 1 ? Integer.parseInt(args[1]) : 41;
        LongSupplier[] sides = sides(args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000);
        compare("free", turns, sides[0], sides[1], sides[2], sides[6], sides[7]);
        compare("one after the other", turns, sides[3], sides[4], sides[5]);
    }

    /** Each a turn: free, then one after the other, the two reads first of both; then in bursts. */
    public static LongSupplier[] sides(int sessions) {
        SessionBenchmark benchmark = new SessionBenchmark();
        benchmark.sessions = sessions;
        benchmark.fill();
        return new LongSupplier[] {() -> twoReads(benchmark), () -> refresh6(benchmark), () -> refresh4(benchmark),
            () -> twoReadsChained(benchmark), () -> refresh6Chained(benchmark), () -> refresh4Chained(benchmark),
            () -> refresh6Burst(benchmark), () -> refresh4Burst(benchmark)};
    }

    /** The first is what the others are compared to. */
    private static void compare(String form, int turns, LongSupplier... sides) {
        double[][] nanos = new double[sides.length][turns];
        long sum = 0;
        for (int turn = -WARM_TURNS; turn < turns; turn++) {
            for (int side = 0; side < sides.length; side++) {
                long begin = THREADS.getCurrentThreadCpuTime();
                sum += sides[side].getAsLong();
                if (turn >= 0) {
                    nanos[side][turn] = (double) (THREADS.getCurrentThreadCpuTime() - begin) / OPERATIONS;
                }
            }
        }
        for (int side = 0; side < sides.length; side++) {
            double[] ratios = new double[turns];
            for (int turn = 0; turn < turns; turn++) {
                ratios[turn] = nanos[side][turn] / nanos[0][turn];
            }
            double[] sorted = nanos[side].clone();
            Arrays.sort(sorted);
            Arrays.sort(ratios);
            System.out.printf("%s, %s: median %.0f ns, fastest %.0f; ratio min %.2f median %.2f max %.2f%s%n", form,
                    NAMES[side], sorted[turns / 2], sorted[0], ratios[0], ratios[turns / 2], ratios[turns - 1],
                    sum == 0 ? "!" : "");
        }
    }

    private static long twoReads(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.twoReads();
        }
        return sum;
    }

    private static long refresh6(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.refresh6();
        }
        return sum;
    }

    private static long refresh4(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.refresh4();
        }
        return sum;
    }

    private static long twoReadsChained(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.twoReadsChained();
        }
        return sum;
    }

    private static long refresh6Chained(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.refresh6Chained();
        }
        return sum;
    }

    private static long refresh4Chained(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            sum += benchmark.refresh4Chained();
        }
        return sum;
    }

    private static long refresh6Burst(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i += SessionBenchmark.BURST) {
            sum += benchmark.refresh6Burst();
        }
        return sum;
    }

    private static long refresh4Burst(SessionBenchmark benchmark) {
        long sum = 0;
        for (int i = 0; i < OPERATIONS; i += SessionBenchmark.BURST) {
            sum += benchmark.refresh4Burst();
        }
        return sum;
    }
}
