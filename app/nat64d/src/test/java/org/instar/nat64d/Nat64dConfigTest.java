// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.instar.core.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Nat64dConfigTest {

    static final String GOOD = """
            prefixes: ["64:ff9b:1::/96"]
            pools:
              - name: main
                prefixes: [192.0.2.64/28]
            gateway:
              mac: "02:00:5e:00:64:01"
              ipv6:
                address: 2001:db8:6::1/64
              ipv4:
                address: 192.0.2.1/24
            openflow:
              fastPathPort: nat64-sw
            fastPath:
              interface: nat64-fp
            """;

    @TempDir
    private Path directory;

    static Nat64dConfig standard() throws ConfigException {
        return read(GOOD);
    }

    static Nat64dConfig read(String yaml) throws ConfigException {
        try {
            Path file = Files.createTempFile("nat64d", ".yaml");
            try {
                Files.writeString(file, yaml);
                return Nat64dConfig.load(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException | StartException e) {
            throw new AssertionError(e);
        }
    }

    private Nat64dConfig load(String yaml) throws IOException, StartException {
        Path file = directory.resolve("lab.yaml");
        Files.writeString(file, yaml);
        return Nat64dConfig.load(file);
    }

    @Test
    void hasDefaults() throws ConfigException {
        Nat64dConfig config = standard();
        assertThat(Addresses.text(config.openflowListen())).isEqualTo("127.0.0.1:6653");
        assertThat(Addresses.text(config.restListen())).isEqualTo("127.0.0.1:8064");
        assertThat(config.fastPathInterface()).isEqualTo("nat64-fp");
        assertThat(config.state()).isNull();
    }

    @Test
    void readsWhereSessionsAreKept() throws Exception {
        Nat64dConfig config = load(GOOD + "state:\n  file: /var/lib/nat64d/state\n");
        assertThat(config.state()).isEqualTo(new Nat64dConfig.State("/var/lib/nat64d/state", 60, false));
        Nat64dConfig other = load(GOOD + "state: {file: s, intervalSeconds: 0, holdDownAfterLoss: true}\n");
        assertThat(other.state()).isEqualTo(new Nat64dConfig.State("s", 0, true));
        assertThat(config.fixedFieldsChanged(other)).containsExactly("state");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', value = {
        "interface: nat64-fp     | interface: a name with spaces | fastPath.interface: not an interface name",
        "interface: nat64-fp     | interfce: nat64-fp            | fastPath.interface: is missing",
        "fastPathPort: nat64-sw  | listen: 127.0.0.1:65536       | openflow.listen: not a port from 0 to 65535",
        "fastPathPort: nat64-sw  | listen: localhost:1           | openflow.listen: not an IPv4 address: 'localhost'",
        "192.0.2.64/28           | 192.0.2.64/280                | pools[0].prefixes[0]: prefix length",
        "fastPath:               | fastpath:                     | fastPath: is missing",
        "name: main              | name: [main]                  | pools[0].name: is not a single value",
    })
    void namesFileAndField(String from, String to, String message) {
        String yaml = GOOD.replace(from.strip(), to.strip());
        assertThat(yaml).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(StartException.class)
                .hasMessageContaining("lab.yaml: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{}                                  | state.file: is missing",
        "{file: ''}                          | state.file: is empty",
        "{file: a, intervalSeconds: 86401}   | state.intervalSeconds: not a whole number from 0 to 86400: '86401'",
        "{file: a, intervalSeconds: -1}      | state.intervalSeconds: not a whole number from 0 to 86400",
        "{file: a, holdDownAfterLoss: maybe} | state.holdDownAfterLoss: neither true nor false",
        "{file: a, seconds: 1}               | state.seconds: is unknown",
        "a                                   | state: is not an object with fields",
    })
    void namesBadFieldsOfState(String state, String message) {
        assertThatThrownBy(() -> load(GOOD + "state: " + state + "\n")).isInstanceOf(StartException.class)
                .hasMessageContaining("lab.yaml: " + message);
    }

    @Test
    void saysWhatIsNoYaml() {
        assertThatThrownBy(() -> load("prefixes: [")).isInstanceOf(StartException.class)
                .hasMessageContaining("lab.yaml: line ").satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThatThrownBy(() -> load("just text")).isInstanceOf(StartException.class).hasMessageContaining("line 1");
        assertThatThrownBy(() -> load("")).isInstanceOf(StartException.class);
        assertThatThrownBy(() -> load(GOOD + "prefixes: []\n")).isInstanceOf(StartException.class)
                .hasMessageContaining("uplicate").hasMessageContaining("prefixes");
        assertThatThrownBy(() -> Nat64dConfig.load(directory.resolve("none.yaml"))).isInstanceOf(StartException.class)
                .hasMessageContaining("none.yaml: no such file");
    }
}
