// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line: exit codes, what is written, what is said about differences. */
class CheckCommandTest {

    private static final int SAME = 0;
    private static final int DIFFERENT = 1;
    private static final int BROKEN = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    /** There and back: two packets that leave. */
    @BeforeEach
    void copyCase() throws IOException {
        try (Stream<Path> files = Files.list(CheckCasesTest.CASES.resolve("rfc7915-5.1-udp-length-96"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.deleteIfExists(folder.resolve("out.pcap"));
    }

    @Test
    void passesACaseAndLeavesItsPacketsAndCounters() throws Exception {
        assertThat(run("check", folder.toString())).isEqualTo(SAME);

        assertThat(out.toString()).contains(folder + ": 2 packets left", "  packets_6to4: 1", "  as expected");
        assertThat(PcapReader.read(folder.resolve("out.pcap"))).hasSize(2);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void namesTheFieldOfAWrongPacket() throws Exception {
        changeExpected(1, 7, 99);

        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString())
                .contains("differs: packet 2, IPv6 hop limit at offset 7: expected 99 (0x63), but is 63 (0x3f)",
                        "NOT as expected")
                .doesNotContain("packet 1,", "counter");
    }

    @Test
    void namesTheByteOfAWrongPayload() throws Exception {
        changeExpected(0, 28 + 90, 0xee);

        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains("differs: packet 1, payload at offset 118: expected ee", ", but is 76");
    }

    @Test
    void namesTheAddressAndTheTimeOfAWrongPacket() throws Exception {
        changeExpected(0, 19, 81);
        List<TimedPacket> expected = expected();
        expected.set(0, new TimedPacket(expected.get(0).timeNanos() + 1, expected.get(0).bytes()));
        PcapWriter.write(folder.resolve("expected.pcap"), expected);

        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains(
                "packet 1, IPv4 destination at offset 16: expected 198.51.100.81, but is 198.51.100.80",
                "packet 1, time: expected 1767225600.000000001, but is 1767225600.000000000");
    }

    @Test
    void reportsMissingAndSurplusPackets() throws Exception {
        List<TimedPacket> expected = expected();
        PcapWriter.write(folder.resolve("expected.pcap"), expected.subList(0, 1));
        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains("differs: packets: expected 1, but are 2");

        expected.add(expected.get(1));
        PcapWriter.write(folder.resolve("expected.pcap"), expected);
        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains("differs: packets: expected 3, but are 2");
    }

    @Test
    void reportsAWrongCounterAndOneThatShouldBeZero() throws Exception {
        counters("packets_6to4: 2\npackets_4to6: 1\nsessions_created: 1\n");

        assertThat(run("check", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains("differs: counter packets_6to4: expected 2, but is 1",
                "differs: counter bindings_created: expected 0, but is 1").doesNotContain("counter packets_4to6");
    }

    @Test
    void writesWhatIsExpectedAnew() throws Exception {
        Files.delete(folder.resolve("expected.pcap"));
        counters("packets_6to4: 7\n");

        assertThat(run("check", "-r", folder.toString())).isEqualTo(SAME);
        assertThat(expected()).hasSize(2);
        assertThat(folder.resolve("expected-counters.yaml")).hasContent(
                "bindings_created: 1\npackets_4to6: 1\npackets_6to4: 1\nsessions_created: 1\n");
        assertThat(run("check", folder.toString())).isEqualTo(SAME);
    }

    @Test
    void sameSeedSamePorts() throws Exception {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("40000-40000", "1024-65535"));

        assertThat(run("check", "--seed", "1", "--write", folder.toString())).isEqualTo(SAME);
        assertThat(run("check", "--seed", "1", folder.toString())).isEqualTo(SAME);
        assertThat(run("check", "--seed", "2", folder.toString())).isEqualTo(DIFFERENT);
        assertThat(out.toString()).contains("packet 1, UDP source port at offset 20: expected ");
    }

    @Test
    void namesTheFileThatMakesACaseUnusable() throws Exception {
        counters("packets_6to5: 1\n");
        assertBroken("expected-counters.yaml: packets_6to5: there is no such counter");
        counters("packets_6to4: many\n");
        assertBroken("expected-counters.yaml: packets_6to4: not a whole number: 'many'");
        Files.delete(folder.resolve("expected-counters.yaml"));
        assertBroken("expected-counters.yaml: no such file");
        Files.delete(folder.resolve("expected.pcap"));
        assertBroken("expected.pcap: no such file");
    }

    @Test
    void refusesInputThatGoesBackInTime() throws Exception {
        List<TimedPacket> input = PcapReader.read(folder.resolve("in.pcap"));
        PcapWriter.write(folder.resolve("in.pcap"),
                List.of(new TimedPacket(2, input.get(0).bytes()), new TimedPacket(1, input.get(1).bytes())));

        assertBroken("in.pcap: packet 2 is earlier than the one before it");
    }

    @Test
    void refusesOtherSectionsAndBrokenYaml() throws Exception {
        Path config = folder.resolve("config.yaml");
        String good = Files.readString(config);
        Files.writeString(config, good + "openflow:\n  listen: 127.0.0.1:6653\n");
        assertBroken("config.yaml: openflow: is unknown");
        Files.writeString(config, "prefixes: [\n");
        assertBroken("config.yaml: line ");
        Files.writeString(config, "");
        assertBroken("config.yaml: prefixes: is missing");
    }

    @Test
    void theWorstOfSeveralCasesDecides() {
        Path missing = folder.resolve("missing");

        assertThat(run("check", missing.toString(), folder.toString())).isEqualTo(BROKEN);
        assertThat(out.toString()).contains("  as expected");
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(run("check")).isEqualTo(BROKEN);
        assertThat(run("check", "--seed", "x", folder.toString())).isEqualTo(BROKEN);
        assertThat(run()).isEqualTo(BROKEN);
        assertThat(run("check", "--help")).isEqualTo(SAME);
    }

    private void assertBroken(String reason) {
        assertThat(run("check", folder.toString())).isEqualTo(BROKEN);
        assertThat(err.toString().lines().reduce((first, last) -> last).orElseThrow())
                .startsWith("nat64ctl: " + folder).contains(reason);
    }

    private int run(String... args) {
        CommandLine commandLine = Nat64Ctl.commandLine();
        return commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    private void counters(String yaml) throws IOException {
        Files.writeString(folder.resolve("expected-counters.yaml"), yaml);
    }

    private List<TimedPacket> expected() throws CaseException {
        return new ArrayList<>(PcapReader.read(folder.resolve("expected.pcap")));
    }

    private void changeExpected(int packet, int offset, int octet) throws CaseException {
        List<TimedPacket> expected = expected();
        expected.get(packet).bytes()[offset] = (byte) octet;
        PcapWriter.write(folder.resolve("expected.pcap"), expected);
    }
}
