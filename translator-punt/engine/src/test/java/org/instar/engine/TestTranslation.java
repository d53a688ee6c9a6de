// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;

/** Runs packets through the engine as a caller would: read, translate between guard bytes, look at what came out. */
public final class TestTranslation {

    private static final int GUARD = 48;
    private static final byte FILL = (byte) 0xa5;

    private final IpPacket packet = new IpPacket();
    private final PacketTranslator translator;
    private final ByteBuffer out;
    private DropReason reason;

    /** @param room bytes that the translator may write */
    public TestTranslation(TranslatorSettings settings, int room) {
        translator = new PacketTranslator(settings);
        out = ByteBuffer.allocateDirect(GUARD + room + GUARD);
    }

    public TestTranslation() {
        this(TranslatorSettings.defaults(), 2000);
    }

    /** From the pool address and port 20000 to the server, port 80; the identifier of an echo is 20000. */
    public static OutgoingTuple4 tuple4() {
        return new OutgoingTuple4().set(Ip4.parse(TestPacket.POOL4), Ip4.parse(TestPacket.SERVER4), 20000, 80);
    }

    /** From the server, port 80, to the client, port 40000; the identifier of an echo is 40000. */
    public static OutgoingTuple6 tuple6() {
        return tuple6(Ip6.parse(TestPacket.SERVER6), Ip6.parse(TestPacket.CLIENT6), 80, 40000);
    }

    public static OutgoingTuple6 tuple6(Ip6 source, Ip6 destination, int sourcePort, int destinationPort) {
        return new OutgoingTuple6().set(source.high(), source.low(), destination.high(), destination.low(),
                sourcePort, destinationPort);
    }

    /** The IPv4 packet, or null when it was dropped; then see {@link #reason()}. */
    public byte[] to4(byte[] in, OutgoingTuple4 tuple) {
        prepare();
        reason = packet.read6(TestPacket.direct(in), 0, in.length);
        return reason != null ? nothing() : result(translator.translate6to4(packet, out, GUARD, tuple));
    }

    /** The IPv6 packet, or null when it was dropped; then see {@link #reason()}. */
    public byte[] to6(byte[] in, OutgoingTuple6 tuple) {
        prepare();
        reason = packet.read4(TestPacket.direct(in), 0, in.length);
        return reason != null ? nothing() : result(translator.translate4to6(packet, out, GUARD, tuple));
    }

    public byte[] to4(TestPacket in) {
        return to4(in.build(), tuple4());
    }

    public byte[] to6(TestPacket in) {
        return to6(in.build(), tuple6());
    }

    /** Translates what {@link #packet()} shows. */
    public byte[] read4(OutgoingTuple4 tuple) {
        prepare();
        return result(translator.translate6to4(packet, out, GUARD, tuple));
    }

    /** Translates what {@link #packet()} shows. */
    public byte[] read6(OutgoingTuple6 tuple) {
        prepare();
        return result(translator.translate4to6(packet, out, GUARD, tuple));
    }

    /** All fragments of the IPv4 packet; empty when it was dropped. */
    public List<byte[]> allTo4(TestPacket in) {
        return withFragments(to4(in));
    }

    /** All fragments of the IPv6 packet; empty when it was dropped. */
    public List<byte[]> allTo6(TestPacket in) {
        return withFragments(to6(in));
    }

    private List<byte[]> withFragments(byte[] first) {
        List<byte[]> all = new ArrayList<>();
        for (byte[] packet = first; packet != null; packet = nextFragment()) {
            all.add(packet);
        }
        return all;
    }

    /** The next fragment of the last packet; null when there is no more. */
    public byte[] nextFragment() {
        prepare();
        int length = translator.nextFragment(out, GUARD);
        return length == 0 ? null : result(length);
    }

    /** The view of the last packet. */
    public IpPacket packet() {
        return packet;
    }

    /** Why nothing came out; null when something did. */
    public DropReason reason() {
        return reason;
    }

    private void prepare() {
        byte[] fill = new byte[out.capacity()];
        Arrays.fill(fill, FILL);
        out.clear();
        out.put(fill).clear();
        // the last bytes of the buffer lie behind its limit: room that is not the translator's
        out.limit(out.capacity() - GUARD);
    }

    private byte[] nothing() {
        requireUntouched(0, out.capacity());
        return null;
    }

    private byte[] result(int length) {
        reason = translator.dropReason();
        if (length == -1) {
            return nothing();
        }
        if (length <= 0 || reason != null) {
            throw new AssertionError("length " + length + " with reason " + reason);
        }
        byte[] result = new byte[length];
        out.clear().position(GUARD);
        out.get(result).clear();
        requireUntouched(0, GUARD);
        requireUntouched(GUARD + length, out.capacity());
        return result;
    }

    private void requireUntouched(int from, int to) {
        out.clear();
        for (int i = from; i < to; i++) {
            if (out.get(i) != FILL) {
                throw new AssertionError("byte " + (i - GUARD) + " was written");
            }
        }
    }
}
