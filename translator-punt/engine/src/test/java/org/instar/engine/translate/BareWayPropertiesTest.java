// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.instar.engine.DropReason;
import org.instar.engine.TestPacket;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.AnyWay;
import org.instar.engine.packet.IpPacket;

/**
 * Bare packets take a way of their own through reading and translating. Whatever the packet, the settings, the tuple
 * and the room: the general way gives the same fields, the same bytes and the same reason. The views are reused all
 * along, as a caller's are, so that fields of packets before would show.
 */
class BareWayPropertiesTest {

    private static final int OFFSET = 3;
    private static final String[] PREFIXES = {"64:ff9b::/96", "2001:db8::/32", "2001:db8:100::/40",
        "2001:db8:122::/48", "2001:db8:122:300::/56", "2001:db8:122:344::/64", "fd00:64::/96"};
    private static final String[] SOURCES6 = {"2001:db8:6::a", "fd00::1", "fe80::1", "::1", "ff02::1",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"};
    private static final String[] SOURCES4 = {"192.0.2.80", "10.0.0.1", "127.0.0.1", "0.1.2.3", "224.0.0.1",
        "169.254.1.1", "255.255.255.255"};
    /** About all the places where something changes: header lengths, short copies, fragments, MTUs. */
    private static final int[] LENGTHS = {0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 39, 40, 41, 47, 48, 64,
        1212, 1213, 1228, 1231, 1232, 1233, 1240, 1252, 1253, 1272, 1432, 1452, 1453, 1472, 1473, 1480, 1481};

    private final IpPacket bare = new IpPacket();
    private final IpPacket any = new IpPacket();

    @Property(tries = 20000)
    void bothWaysAreTheSame(@ForAll long seed, @ForAll boolean from6) {
        Random random = new Random(seed);
        byte[] bytes = packet(random, from6);
        damage(bytes, random);
        TranslatorSettings settings = settings(random);
        PacketTranslator bareTranslator = new PacketTranslator(settings, new IdentificationGenerator(settings, seed));
        PacketTranslator anyTranslator = new PacketTranslator(settings, new IdentificationGenerator(settings, seed));
        for (int i = 0; i < 3; i++) {   // the state between packets has to be the same, too
            int room = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 40) : bytes.length + 40;
            compare(bytes, from6, bareTranslator, anyTranslator, room, random);
        }
        Statistics.label("bare").collect(bare.isBare(from6 ? 6 : 4));
    }

    /** Every checksum of one packet: one of them becomes 0 or 0xffff. */
    @Example
    void allChecksumsAreTheSame() {
        for (int kind = 0; kind < 4; kind++) {
            boolean from6 = kind % 2 == 0;
            byte[] data = {1, 2, 3, 4};
            TestPacket packet = from6 ? TestPacket.v6() : TestPacket.v4();
            byte[] bytes = kind < 2 ? packet.udp(40000, 53, data).build()
                    : packet.tcp(40000, 80, 0x10, data).build();
            int field = (from6 ? 40 : 20) + (kind < 2 ? 6 : 16);
            PacketTranslator bareTranslator = new PacketTranslator(TranslatorSettings.defaults(), identifications());
            PacketTranslator anyTranslator = new PacketTranslator(TranslatorSettings.defaults(), identifications());
            for (int checksum = 0; checksum <= 0xffff; checksum++) {
                ByteBuffer.wrap(bytes).putShort(field, (short) checksum);
                compare(bytes, from6, bareTranslator, anyTranslator, 100, new Random(kind));
            }
        }
    }

    private static IdentificationGenerator identifications() {
        return new IdentificationGenerator(TranslatorSettings.defaults(), 1);
    }

    /** A UDP length below 8 that the IP header agrees with. */
    @Example
    void udpLengthsBelowTheHeader() {
        for (int length = 0; length <= 9; length++) {
            int lie = length - 16;
            for (TestPacket packet : Arrays.asList(TestPacket.v6(), TestPacket.v4())) {
                byte[] bytes = packet.lengthLie(lie).udp(40000, 53, new byte[8]).word(4, length).build();
                compare(bytes, bytes[0] == 0x60,
                        new PacketTranslator(TranslatorSettings.defaults(), identifications()),
                        new PacketTranslator(TranslatorSettings.defaults(), identifications()), 100,
                        new Random(length));
            }
        }
    }

    /** The clamp of the maximum segment size looks at SYNs only. */
    @Property(tries = 300)
    void segmentsWithOptions(@ForAll boolean from6, @ForAll @IntRange(max = 255) int flags,
            @ForAll @IntRange(max = 65535) int size) {
        byte[] segment = ByteBuffer.allocate(24).putInt(40000 << 16 | 80).putLong(7).put((byte) 0x60)
                .put((byte) flags).putShort((short) 1000).putInt(0).put((byte) 2).put((byte) 4).putShort((short) size)
                .array();
        TestPacket packet = from6 ? TestPacket.v6() : TestPacket.v4();
        TranslatorSettings settings = TranslatorSettings.defaults().withMssClamp(true);
        compare(packet.transportWithChecksum(6, 16, segment).build(), from6,
                new PacketTranslator(settings, identifications()),
                new PacketTranslator(settings, identifications()), 100,
                new Random(size));
    }

    private void compare(byte[] bytes, boolean from6, PacketTranslator bareTranslator, PacketTranslator anyTranslator,
            int room, Random random) {
        ByteBuffer in = ByteBuffer.allocate(OFFSET + bytes.length);
        in.position(OFFSET);
        in.put(bytes).clear();
        int version = from6 ? 6 : 4;
        DropReason bareReason = from6 ? bare.read6(in, OFFSET, bytes.length) : bare.read4(in, OFFSET, bytes.length);
        assertThat(bareReason).isEqualTo(AnyWay.read(version, any, in, OFFSET, bytes.length));
        if (bareReason != null) {
            return;
        }
        assertThat(fields(bare)).isEqualTo(fields(any));
        assertThat(any.isBare(version)).isFalse();
        long tuple = random.nextLong();
        assertThat(translate(bareTranslator, bare, room, new Random(tuple)))
                .isEqualTo(translate(anyTranslator, any, room, new Random(tuple)));
    }

    private static List<Object> fields(IpPacket packet) {
        List<Object> fields = new ArrayList<>(Arrays.asList(packet.version(), packet.protocol(), packet.tcpFlags(),
                packet.sourcePort(), packet.destinationPort(), packet.icmpType(), packet.isIcmpError(),
                packet.isPlain(), packet.hasFragmentHeader(), packet.fragmentOffset(), packet.isMoreFragments(),
                packet.datagramLength(), packet.hopLimit(), packet.trafficClass(), packet.dontFragment(),
                packet.offset(), packet.totalLength(), packet.headerLength(), packet.transportLength(),
                packet.buffer()));
        fields.addAll(packet.version() == 4
                ? Arrays.asList(packet.source4(), packet.destination4(), packet.identification())
                : Arrays.asList(packet.source6High(), packet.source6Low(), packet.destination6High(),
                        packet.destination6Low()));
        return fields;
    }

    /** All that comes out, fragments as well, with the bytes behind it and the reason. */
    private static List<Object> translate(PacketTranslator translator, IpPacket packet, int room, Random random) {
        List<Object> results = new ArrayList<>();
        ByteBuffer out = ByteBuffer.allocate(OFFSET + room);
        int offset = random.nextInt(20) == 0 ? -1 : OFFSET;
        int length = packet.version() == 6 ? translator.translate6to4(packet, out, offset, tuple4(random))
                : translator.translate4to6(packet, out, offset, tuple6(random));
        for (; length > 0; length = translator.nextFragment(out, OFFSET)) {
            results.add(length);
            byte[] all = new byte[out.capacity()];
            out.duplicate().get(all);
            results.add(ByteBuffer.wrap(all));
        }
        results.add(length);
        results.add(translator.dropReason());
        return results;
    }

    private static OutgoingTuple4 tuple4(Random random) {
        return new OutgoingTuple4().set(random.nextInt(), random.nextInt(), random.nextInt(65536),
                random.nextInt(65536));
    }

    private static OutgoingTuple6 tuple6(Random random) {
        Prefix64 prefix = Prefix64.parse(pick(PREFIXES, random));
        int source = random.nextBoolean() ? Ip4.parse(pick(SOURCES4, random)) : random.nextInt();
        return new OutgoingTuple6().set(prefix.embedHigh(source), prefix.embedLow(source), random.nextLong(),
                random.nextLong(), random.nextInt(65536), random.nextInt(65536));
    }

    private static byte[] packet(Random random, boolean from6) {
        byte[] data = new byte[random.nextBoolean() ? LENGTHS[random.nextInt(LENGTHS.length)] : random.nextInt(1500)];
        random.nextBytes(data);
        TestPacket packet = (from6 ? TestPacket.v6() : TestPacket.v4())
                .source(random.nextInt(3) == 0 ? pick(from6 ? SOURCES6 : SOURCES4, random)
                        : from6 ? "2001:db8:6::" + Integer.toHexString(random.nextInt(65536)) : "192.0.2.80")
                .hopLimit(random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(256))
                .trafficClass(random.nextInt(256));
        if (from6) {
            packet.destination(Prefix64.parse(pick(PREFIXES, random)).embed(random.nextInt()).toString());
        } else {
            packet.identification(random.nextInt(65536))
                    .flagsAndOffset(random.nextInt(8) == 0 ? random.nextInt(65536) : random.nextInt(4) << 14);
        }
        switch (random.nextInt(5)) {
            case 0:
                return packet.icmp(from6 ? 128 : 8, 0, random.nextInt(65536), 1, data).build();
            case 1:
            case 2:
                return packet.tcp(random.nextInt(65536), random.nextInt(65536), random.nextInt(256), data).build();
            default:
                return packet.udp(random.nextInt(65536), random.nextInt(65536), data).build();
        }
    }

    /** Sometimes one octet of the first 64 is another, mostly with the header's checksum made right again. */
    private static void damage(byte[] bytes, Random random) {
        if (random.nextInt(3) > 0) {
            return;
        }
        bytes[random.nextInt(Math.min(bytes.length, 64))] = (byte) random.nextInt();
        if (bytes[0] >>> 4 == 4 && random.nextInt(4) > 0) {
            ByteBuffer header = ByteBuffer.wrap(bytes).putShort(10, (short) 0);
            int sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += header.getShort(i) & 0xffff;
            }
            sum = (sum & 0xffff) + (sum >>> 16);
            header.putShort(10, (short) ~(sum + (sum >>> 16)));
        }
    }

    private static TranslatorSettings settings(Random random) {
        TranslatorSettings settings = TranslatorSettings.defaults()
                .withMtu6(random.nextBoolean() ? 1500 : 1280 + random.nextInt(300))
                .withMtu4(random.nextBoolean() ? 1500 : 68 + random.nextInt(1500))
                .withLowestMtu6(random.nextBoolean() ? 1280 : 1280 + random.nextInt(300))
                .withAlwaysDontFragment(random.nextBoolean()).withMssClamp(random.nextBoolean())
                .withNonGlobalInWellKnownPrefix(random.nextBoolean())
                .withUdpZeroChecksum(UdpZeroChecksum.values()[random.nextInt(UdpZeroChecksum.values().length)]);
        return random.nextBoolean() ? settings
                : settings.withTrafficClass6(random.nextInt(257) - 1).withTypeOfService4(random.nextInt(257) - 1);
    }

    private static String pick(String[] texts, Random random) {
        return texts[random.nextInt(texts.length)];
    }
}
