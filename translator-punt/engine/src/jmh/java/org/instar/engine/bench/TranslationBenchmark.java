// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading and translating one UDP packet, against copying the bytes of that packet between the same two direct buffers.
 * {@code bytes} is the length of the IP packet that comes in.
 *
 * <p>Where the buffers lie is not left to the allocator's chance, for copies and translations alike: when the addresses
 * read from and written to are the same modulo 4096, the processor takes reads for ones of what was just written, and
 * all that has many small accesses is slower. So the output lies half a page away from both inputs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class TranslationBenchmark {

    private static final int OFFSET = 14;
    private static final int CACHE_LINE = 64;
    private static final int HALF_PAGE = 2048;

    @Param({"64", "576", "1500"})
    public int bytes;

    private final IpPacket packet = new IpPacket();
    private final PacketTranslator translator = new PacketTranslator(TranslatorSettings.defaults().withMtu6(1520));
    private final OutgoingTuple4 tuple4 = TestTranslation.tuple4();
    private final OutgoingTuple6 tuple6 = TestTranslation.tuple6();
    private final ByteBuffer area = ByteBuffer.allocateDirect(3 * HALF_PAGE + CACHE_LINE).alignedSlice(CACHE_LINE);
    private final ByteBuffer in6 = area.slice(0, HALF_PAGE);
    private final ByteBuffer out = area.slice(HALF_PAGE, HALF_PAGE);
    private final ByteBuffer in4 = area.slice(2 * HALF_PAGE, HALF_PAGE);

    @Setup
    public void build() {
        in6.position(OFFSET);
        in6.put(TestPacket.v6().udp(40000, 53, new byte[bytes - 48]).build()).clear();
        in4.position(OFFSET);
        in4.put(TestPacket.v4().udp(53, 20000, new byte[bytes - 28]).build()).clear();
    }

    @Benchmark
    public int translate6to4() {
        if (packet.read6(in6, OFFSET, bytes) != null) {
            throw new AssertionError();
        }
        return translator.translate6to4(packet, out, OFFSET, tuple4);
    }

    @Benchmark
    public int translate4to6() {
        if (packet.read4(in4, OFFSET, bytes) != null) {
            throw new AssertionError();
        }
        return translator.translate4to6(packet, out, OFFSET, tuple6);
    }

    /** The bulk copy of the JDK between absolute offsets. */
    @Benchmark
    public ByteBuffer copy6() {
        return out.put(OFFSET, in6, OFFSET, bytes);
    }

    /** The bulk copy of the JDK between absolute offsets. */
    @Benchmark
    public ByteBuffer copy4() {
        return out.put(OFFSET, in4, OFFSET, bytes);
    }

    /** Eight bytes at a time, as a program would write it that has nothing else to do. */
    @Benchmark
    public void copy6ByLongs() {
        int length = bytes;
        for (int i = 0; i < length; i += Long.BYTES) {
            out.putLong(OFFSET + i, in6.getLong(OFFSET + i));
        }
    }
}
