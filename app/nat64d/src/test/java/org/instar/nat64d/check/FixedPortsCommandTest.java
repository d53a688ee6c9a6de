// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7422: an old configuration file answers for its time. */
class FixedPortsCommandTest {

    private static final String CONFIG = """
            prefixes: ["64:ff9b:1::/96"]
            pools:
              - name: main
                prefixes: [192.0.2.64/28]
                deterministic:
                  clients: 2001:db8:100::/56
              - name: others
                prefixes: [192.0.2.80/28]
            gateway:
              mac: "02:00:5e:00:64:01"
              ipv6:
                address: 2001:db8:6::1/64
              ipv4:
                address: 192.0.2.1/24
            openflow:
              fastPathPort: nat64-sw
            """;

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("nat64d.yaml"), CONFIG);
    }

    private String ask(int expectedExitCode, String asked) {
        StringWriter out = new StringWriter();
        int exitCode = Nat64Ctl.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out))
                .execute("fixed-ports", file.toString(), asked);
        assertThat(exitCode).as(out.toString()).isEqualTo(expectedExitCode);
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:100:2a::/64", "2001:db8:100:2a::17", "192.0.2.66:41344", "192.0.2.66:45375"})
    void computesBothWays(String asked) {
        assertThat(ask(0, asked)).isEqualToIgnoringNewLines(
                "main: 2001:db8:100:2a::/64 has 192.0.2.66:41344-45375 of tcp, udp, icmp");
    }

    @Test
    void namesTheShardsWhereThereAreSeveral() throws Exception {
        Files.writeString(file, CONFIG + "shards: 2\n");
        assertThat(ask(0, "192.0.2.64:1024").lines()).hasSize(3).element(2).asString()
                .startsWith("  shard 1: 1040-1055 1072-1087");
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:200::1", "192.0.2.66:1023", "192.0.2.80:41344", "2001:db8:100::/56"})
    void nobodyIsAnAnswer(String asked) {
        assertThat(ask(1, asked)).isEqualToIgnoringNewLines("nobody");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.66", "192.0.2.66:65536", "192.0.2.256:80", "x", "2001:db8::/129"})
    void whatIsNeitherIsNamed(String asked) {
        assertThat(ask(2, asked)).startsWith("nat64ctl: " + asked + ": neither");
    }

    @Test
    void aBadFileIsNamed() throws Exception {
        Files.writeString(file, CONFIG.replace("192.0.2.80/28", "192.0.2.72/29"));
        assertThat(ask(2, "2001:db8:100::1")).contains(file + ": pools[1].prefixes[0]: 192.0.2.72/29 overlaps");
        Files.delete(file);
        assertThat(ask(2, "2001:db8:100::1")).contains(file + ": no such file");
    }
}
