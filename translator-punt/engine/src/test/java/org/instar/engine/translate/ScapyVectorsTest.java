// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Pairs of packets that Scapy built from their fields: src/test/vectors/generate.py. */
class ScapyVectorsTest {

    private static final int IDENTIFICATION = 4;

    private final TestTranslation translation = new TestTranslation(TranslatorSettings.defaults().withMtu6(1520), 2000);

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = {"/vectors/6to4.csv", "/vectors/4to6.csv", "/vectors/all-zero-replies.csv",
        "/vectors/skipped-headers.csv"},
            numLinesToSkip = 1)
    void translates(String name, String direction, String prefix, String source, String destination, int sourcePort,
            int destinationPort, String input, String expected) {
        byte[] result;
        if ("6to4".equals(direction)) {
            result = translation.to4(bytes(input), new OutgoingTuple4()
                    .set(Ip4.parse(source), Ip4.parse(destination), sourcePort, destinationPort));
        } else {
            result = translation.to6(bytes(input), TestTranslation
                    .tuple6(Ip6.parse(source), Ip6.parse(destination), sourcePort, destinationPort));
        }
        assertThat(translation.reason()).isNull();
        if (result[0] >>> 4 == 4) {
            assertThat(TestChecksum.headerIsRight(result)).isTrue();
            clearIdentification(result);
        }
        assertThat(hex(result)).isEqualTo(expected);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vectors/icmp-errors.csv", numLinesToSkip = 1)
    void translatesErrors(String name, String direction, String prefix, String source, String destination,
            int sourcePort, int destinationPort, String input, String expected, String reporter) {
        byte[] result;
        if ("6to4".equals(direction)) {
            result = translation.to4(bytes(input), new OutgoingTuple4().set(Ip4.parse(source), Ip4.parse(destination),
                    sourcePort, destinationPort).setReporter(Ip4.parse(reporter)));
            clearIdentification(result);
        } else {
            Ip6 router = Ip6.parse(reporter);
            result = translation.to6(bytes(input), TestTranslation.tuple6(Ip6.parse(source), Ip6.parse(destination),
                    sourcePort, destinationPort).setReporter(router.high(), router.low()));
        }
        assertThat(hex(result)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = {"/vectors/6to4.csv", "/vectors/4to6.csv"}, numLinesToSkip = 1)
    void mapsTheServerByItsPrefix(String name, String direction, String prefix, String source, String destination,
            int sourcePort, int destinationPort, String input) {
        byte[] bytes = bytes(input);
        IpPacket packet = new IpPacket();
        if ("6to4".equals(direction)) {
            assertThat(packet.read6(TestPacket.direct(bytes), 0, bytes.length)).isNull();
            assertThat(Prefix64.parse(prefix).extract(packet.destination6High(), packet.destination6Low()))
                    .isEqualTo(Ip4.parse(destination));
        } else {
            assertThat(packet.read4(TestPacket.direct(bytes), 0, bytes.length)).isNull();
            assertThat(Prefix64.parse(prefix).embed(packet.source4())).isEqualTo(Ip6.parse(source));
        }
    }

    /** Sets the identification to the vectors' 0 and the header checksum to what belongs to it. */
    private static void clearIdentification(byte[] packet) {
        ByteBuffer header = ByteBuffer.wrap(packet);
        header.putShort(IDENTIFICATION, (short) 0);
        header.putShort(10, (short) 0);
        int sum = 0;
        for (int i = 0; i < IpPacket.HEADER4_LENGTH; i += 2) {
            sum += header.getShort(i) & 0xffff;
        }
        header.putShort(10, (short) ~((sum & 0xffff) + (sum >>> 16)));
    }

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
        }
        return text.toString();
    }
}
