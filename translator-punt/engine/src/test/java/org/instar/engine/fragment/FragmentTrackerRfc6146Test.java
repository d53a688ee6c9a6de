// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fragment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.packet.IpPacket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.4: fragments")
class FragmentTrackerRfc6146Test {

    private static final long SECOND = 1_000_000_000L;
    private static final int MF = 0x2000;

    private final List<DropReason> drops = new ArrayList<>();
    private FragmentTracker tracker = new FragmentTracker(FragmentSettings.defaults(), drops::add);
    private final IpPacket packet = new IpPacket();
    private long now = 5 * SECOND;

    /** Bytes from and to, of the transport packet, as an IPv4 fragment. */
    private static byte[] fragment4(TestPacket whole, int from, int to, boolean last) {
        return whole.flagsAndOffset(from / 8 | (last ? 0 : MF)).part(from, to).build();
    }

    private static byte[] udp4(int from, int to) {
        return fragment4(TestPacket.v4().udp(80, 20000, new byte[92]), from, to, to == 100);
    }

    private static byte[] udp6(int from, int to) {
        return TestPacket.v6().fragmentHeader(from, to != 100, 0x77777).udp(40000, 80, new byte[92])
                .part(from, to).build();
    }

    private DropReason read(byte[] bytes) {
        ByteBuffer buffer = TestPacket.direct(bytes);
        return bytes[0] >>> 4 == 6 ? packet.read6(buffer, 0, bytes.length) : packet.read4(buffer, 0, bytes.length);
    }

    /** Offsets and ports of what becomes ready with a fragment. */
    private List<String> admit(byte[] bytes) {
        assertThat(read(bytes)).isNull();
        tracker.admit(packet, now);
        List<String> ready = new ArrayList<>();
        while (tracker.next(packet)) {
            ready.add(packet.fragmentOffset() + ":" + packet.sourcePort() + ">" + packet.destinationPort());
        }
        return ready;
    }

    @Test
    @DisplayName("§3.4: fragments in order go on as they come, with the ports of the first")
    void inOrder() {
        assertThat(admit(udp4(0, 40))).containsExactly("0:80>20000");
        assertThat(admit(udp4(40, 80))).containsExactly("40:80>20000");
        assertThat(admit(udp4(80, 100))).containsExactly("80:80>20000");
        assertThat(tracker.packets()).isZero();
        assertThat(admit(udp6(0, 40))).containsExactly("0:40000>80");
        assertThat(admit(udp6(40, 100))).containsExactly("40:40000>80");
        assertThat(tracker.packets()).isZero();
        assertThat(drops).isEmpty();
    }

    @Test
    @DisplayName("§3.4: fragments out of order wait for the first, in both versions")
    void outOfOrder() {
        assertThat(admit(udp4(80, 100))).isEmpty();
        assertThat(admit(udp4(40, 80))).isEmpty();
        assertThat(tracker.storedFragments()).isEqualTo(2);
        assertThat(admit(udp4(0, 40))).containsExactly("0:80>20000", "80:80>20000", "40:80>20000");
        assertThat(tracker.storedFragments()).isZero();
        assertThat(tracker.packets()).isZero();
        assertThat(admit(udp6(40, 100))).isEmpty();
        assertThat(admit(udp6(0, 40))).containsExactly("0:40000>80", "40:40000>80");
        assertThat(drops).isEmpty();
    }

    @Test
    @DisplayName("§3.4: what was stored comes out as it came in")
    void storedBytes() {
        byte[] last = udp6(40, 100);
        admit(last);
        read(udp6(0, 40));
        tracker.admit(packet, now);
        assertThat(tracker.next(packet)).isTrue();
        assertThat(tracker.next(packet)).isTrue();
        byte[] shown = new byte[packet.totalLength()];
        packet.buffer().duplicate().position(packet.offset()).get(shown);
        assertThat(shown).isEqualTo(last);
        assertThat(tracker.next(packet)).isFalse();
    }

    @Test
    @DisplayName("§3.4: packets are told apart by addresses, identification, protocol and version")
    void keys() {
        admit(udp4(0, 40));
        assertThat(admit(fragment4(TestPacket.v4().identification(1).udp(80, 1, new byte[92]), 40, 100, true)))
                .isEmpty();
        assertThat(admit(fragment4(TestPacket.v4().source("192.0.2.81").udp(80, 1, new byte[92]), 40, 100, true)))
                .isEmpty();
        assertThat(admit(fragment4(TestPacket.v4().destination("192.0.2.66").udp(80, 1, new byte[92]), 40, 100, true)))
                .isEmpty();
        assertThat(admit(fragment4(TestPacket.v4().tcp(80, 1, 0, new byte[80]), 40, 100, true))).isEmpty();
        assertThat(admit(udp6(40, 100))).isEmpty();
        assertThat(tracker.packets()).isEqualTo(6);
        assertThat(admit(udp4(40, 100))).hasSize(1);
        assertThat(tracker.packets()).isEqualTo(5);
    }

    @Test
    @DisplayName("§3.4: the tuple of a packet in one piece needs no other")
    void noFragment() {
        assertThat(admit(TestPacket.v6().udp(1, 2).build())).containsExactly("0:1>2");
        assertThat(tracker.packets()).isZero();
    }

    @Test
    @DisplayName("RFC 5722: overlapping fragments refuse the whole packet, those stored and those to come")
    void overlap() {
        admit(udp6(40, 80));
        assertThat(admit(udp6(72, 100))).isEmpty();
        assertThat(drops).containsExactly(DropReason.FRAGMENT_OVERLAP, DropReason.FRAGMENT_OVERLAP);
        assertThat(admit(udp6(0, 40))).isEmpty();
        assertThat(drops).hasSize(3);
        assertThat(tracker.storedFragments()).isZero();
        now += 2 * SECOND;
        assertThat(admit(udp6(0, 40))).hasSize(1);
    }

    @Test
    @DisplayName("RFC 5722: two ends of one packet, or data behind its end, are overlaps; a duplicate alone is dropped")
    void contradictions() {
        admit(udp4(80, 100));
        admit(fragment4(TestPacket.v4().udp(80, 20000, new byte[192]), 104, 112, false));
        assertThat(drops).containsOnly(DropReason.FRAGMENT_OVERLAP).hasSize(2);
        drops.clear();
        admit(udp6(0, 40));
        assertThat(admit(udp6(0, 40))).isEmpty();
        assertThat(drops).containsExactly(DropReason.FRAGMENT_DUPLICATE);
        assertThat(admit(udp6(40, 100))).hasSize(1);
    }

    @Test
    @DisplayName("§3.4: fragments may arrive over FRAGMENT_MIN, 2 seconds, from the first on, not longer")
    void lifetime() {
        admit(udp4(40, 100));
        now += 2 * SECOND - 1;
        assertThat(admit(udp4(0, 40))).hasSize(2);
        admit(udp4(40, 100));
        now += 2 * SECOND;
        assertThat(admit(udp4(0, 40))).hasSize(1);
        assertThat(drops).containsExactly(DropReason.FRAGMENT_TIMEOUT);
        tracker.expire(now + 2 * SECOND);
        assertThat(tracker.packets()).isZero();
        assertThat(tracker.storedFragments()).isZero();
    }

    @Test
    @DisplayName("§3.4: the time is configurable, not below FRAGMENT_MIN")
    void configurable() {
        tracker = new FragmentTracker(FragmentSettings.defaults().withLifetimeNanos(5 * SECOND), drops::add);
        admit(udp4(40, 100));
        now += 5 * SECOND - 1;
        assertThat(admit(udp4(0, 40))).hasSize(2);
        assertThat(FragmentSettings.defaults().lifetimeNanos()).isGreaterThanOrEqualTo(2 * SECOND);
        assertThat(FragmentSettings.defaults().withLifetimeNanos(2 * SECOND).lifetimeNanos()).isEqualTo(2 * SECOND);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FragmentSettings.defaults().withLifetimeNanos(2 * SECOND - 1))
                .withMessageContaining("lifetimeNanos");
        assertThatIllegalArgumentException().isThrownBy(() -> FragmentSettings.defaults().withMaxPackets(0))
                .withMessage("maxPackets is 1 to 65536, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> FragmentSettings.defaults().withStore(65536, 65535));
    }

    @Test
    @DisplayName("§3.4: the number of packets, of stored fragments and their length are limited")
    void limits() {
        tracker = new FragmentTracker(FragmentSettings.defaults().withMaxPackets(3).withStore(2, 100), drops::add);
        for (int id = 0; id < 4; id++) {
            admit(fragment4(TestPacket.v4().identification(id).udp(80, 1, new byte[92]), 40, 100, true));
        }
        assertThat(drops).containsExactly(DropReason.FRAGMENT_TABLE_FULL, DropReason.FRAGMENT_TABLE_FULL);
        assertThat(tracker.packets()).isEqualTo(3);
        assertThat(tracker.storedFragments()).isEqualTo(2);
        now += 2 * SECOND;
        tracker.expire(now);
        drops.clear();
        admit(fragment4(TestPacket.v4().udp(80, 1, new byte[192]), 40, 200, true));
        assertThat(drops).containsExactly(DropReason.FRAGMENT_TABLE_FULL);
    }

    @Test
    @DisplayName("§3.4: more than 128 fragments of one packet are not followed")
    void tooManyParts() {
        for (int i = 1; i <= 129; i++) {
            admit(fragment4(TestPacket.v4().udp(80, 1, new byte[2000]), i * 8, i * 8 + 8, false));
        }
        assertThat(drops).hasSize(129).containsOnly(DropReason.FRAGMENT_TABLE_FULL);
    }

    @Test
    @DisplayName("§3.4: UDP from IPv4 without checksum is taken together, and the checksum is calculated")
    void zeroChecksum() {
        byte[] data = new byte[92];
        Arrays.fill(data, (byte) 0x5a);
        assertThat(admit(zero(data, 0, 40, false))).isEmpty();
        assertThat(admit(zero(data, 80, 100, true))).isEmpty();
        read(zero(data, 40, 80, false));
        tracker.admit(packet, now);
        byte[] whole = translateAll(true);
        assertThat(ByteBuffer.wrap(whole).getShort(46)).isNotZero();
        assertThat(TestChecksum.transportIsRight(whole)).isTrue();
        assertThat(drops).isEmpty();
        assertThat(tracker.packets()).isZero();
    }

    private static byte[] zero(byte[] data, int from, int to, boolean last) {
        return fragment4(TestPacket.v4().udp(80, 20000, data).word(6, 0), from, to, last);
    }

    @Test
    @DisplayName("§3.4: UDP without checksum whose length lies is dropped")
    void zeroChecksumLies() {
        byte[] data = new byte[92];
        admit(fragment4(TestPacket.v4().udp(80, 20000, data).word(6, 0).word(4, 99), 0, 40, false));
        assertThat(admit(zero(data, 40, 100, true))).isEmpty();
        assertThat(drops).containsExactly(DropReason.BAD_TRANSPORT_LENGTH, DropReason.BAD_TRANSPORT_LENGTH);
    }

    @Test
    @DisplayName("RFC 7915 §4.2, §5.2: the checksum of a fragmented echo covers the length of all fragments")
    void echo() {
        byte[] data = new byte[90];
        Arrays.fill(data, (byte) 0x33);
        assertThat(admit(fragment4(TestPacket.v4().icmp(8, 0, 20000, 1, data), 48, 98, true))).isEmpty();
        read(fragment4(TestPacket.v4().icmp(8, 0, 20000, 1, data), 0, 48, false));
        tracker.admit(packet, now);
        assertThat(TestChecksum.transportIsRight(translateAll(true))).isTrue();
        TestPacket head = TestPacket.v6().fragmentHeader(0, true, 9).icmp(128, 0, 40000, 1, data).part(0, 48);
        assertThat(admit(head.build())).isEmpty();
        read(TestPacket.v6().fragmentHeader(48, false, 9).icmp(128, 0, 40000, 1, data).part(48, 98).build());
        tracker.admit(packet, now);
        assertThat(TestChecksum.transportIsRight(translateAll(false))).isTrue();
    }

    /** Translates all that is ready, and puts it together as one packet. */
    private byte[] translateAll(boolean to6) {
        byte[] whole = new byte[0];
        TestTranslation translation = new TestTranslation();
        int headers = to6 ? 48 : 20;
        while (tracker.next(translation.packet())) {
            byte[] part = to6 ? translation.read6(TestTranslation.tuple6())
                    : translation.read4(TestTranslation.tuple4());
            int offset = translation.packet().fragmentOffset();
            int end = (to6 ? 40 : 20) + offset + part.length - headers;
            whole = Arrays.copyOf(whole, Math.max(whole.length, end));
            if (offset == 0) {
                System.arraycopy(part, 0, whole, 0, to6 ? 40 : 20);
                whole[6] = to6 ? part[40] : whole[6];
            }
            System.arraycopy(part, headers, whole, end - part.length + headers, part.length - headers);
        }
        return whole;
    }

    @Test
    @DisplayName("a caller that does not ask to the end loses what it did not take, not more")
    void abandoned() {
        admit(udp4(40, 100));
        read(udp4(0, 40));
        tracker.admit(packet, now);
        assertThat(tracker.next(packet)).isTrue();
        assertThat(admit(udp6(0, 40))).hasSize(1);
        assertThat(drops).containsExactly(DropReason.FRAGMENT_TIMEOUT);
        assertThat(tracker.storedFragments()).isZero();
        assertThat(tracker.packets()).isEqualTo(1);
    }
}
