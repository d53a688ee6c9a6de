// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.bindinglog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.stream.Stream;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** RFC 6888 §4: the log is enough to tell who had a transport address when, and has no destinations unless asked. */
class BindingLogTest {

    private static final Ip6 FIRST = Ip6.parse("2001:db8:6::a");
    private static final Ip6 SECOND = Ip6.parse("2001:db8:6::b");
    private static final int POOL = Ip4.parse("192.0.2.65");
    private static final int REMOTE = Ip4.parse("198.51.100.7");

    @TempDir
    Path folder;

    private Path written(boolean sessions) throws Exception {
        Path file = folder.resolve("bindings.log");
        try (BindingLogFile log = BindingLogFile.open(file, sessions, millis("09:00:00"))) {
            log.bindingCreated(Protocol.TCP, FIRST.high(), FIRST.low(), 4000, POOL, 5000, millis("10:00:00"));
            log.sessionCreated(Protocol.TCP, FIRST.high(), FIRST.low(), 4000, POOL, 5000, REMOTE, 443,
                    millis("10:00:00"));
            log.bindingCreated(Protocol.UDP, SECOND.high(), SECOND.low(), 4001, POOL, 5000, millis("10:01:00"));
            log.bindingRemoved(Protocol.TCP, FIRST.high(), FIRST.low(), 4000, POOL, 5000, millis("10:05:00"));
            log.bindingCreated(Protocol.TCP, SECOND.high(), SECOND.low(), 4002, POOL, 5000, millis("10:09:00"));
        }
        return file;
    }

    private static long millis(String time) {
        return instant(time).toEpochMilli();
    }

    private static Instant instant(String time) {
        return Instant.parse("2026-01-31T" + time + "Z");
    }

    private String who(int expectedExitCode, Path file, String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new WhoCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out));
        String[] all = new String[arguments.length + 1];
        all[0] = file.toString();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(command.execute(all)).as(out.toString()).isEqualTo(expectedExitCode);
        return out.toString();
    }

    @Test
    void tellsWhoHadATransportAddress() throws Exception {
        Path file = written(false);
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T10:00:30Z")).contains("2001:db8:6::a", "4000");
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T10:06:00Z", "--protocol", "udp"))
                .contains("2001:db8:6::b", "4001").doesNotContain("tcp");
        assertThat(who(1, file, "192.0.2.65:5000", "2026-01-31T10:06:00Z", "--protocol", "tcp")).contains("nobody");
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T10:09:00Z", "--protocol", "tcp"))
                .contains("2001:db8:6::b", "4002");
        assertThat(who(1, file, "192.0.2.65:5001", "2026-01-31T10:06:00Z")).contains("nobody");
        assertThat(who(1, file, "192.0.2.65:5000", "2026-01-31T09:59:59Z")).contains("nobody");
    }

    @Test
    void blocksAreLinesOfTheirOwn() throws Exception {
        Path file = folder.resolve("blocks.log");
        try (BindingLogFile log = BindingLogFile.open(file, false, millis("09:00:00"))) {
            log.blockAssigned(FIRST.high(), 0, 64, POOL, 5120, 5375, "main");
            log.alarm("main", true);
        }
        String now = Instant.now().plusSeconds(1).toString();
        assertThat(who(0, file, "192.0.2.65:5200", now)).contains("2001:db8:6::/64", "5120", "5375", "main");
        assertThat(who(1, file, "192.0.2.65:5376", now)).contains("nobody");
        assertThat(Files.readString(file)).contains("pool_alarm_raised");
    }

    @Test
    void afterARestartOnlyWhatIsRestoredIsHeld() throws Exception {
        Path file = written(false);
        try (BindingLogFile log = BindingLogFile.open(file, false, millis("11:00:00"))) {
            try (BindingLogFile.Restoring restoring = log.restoring()) {
                log.bindingRestored(Protocol.UDP, SECOND.high(), SECOND.low(), 4001, POOL, 5000, millis("11:00:00"));
            }
            log.bindingRemoved(Protocol.UDP, SECOND.high(), SECOND.low(), 4001, POOL, 5000, millis("11:05:00"));
        }
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T10:59:59Z")).contains("4001", "4002");
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T11:00:00Z")).contains("2001:db8:6::b", "4001",
                "binding_restored").doesNotContain("4002");
        assertThat(who(1, file, "192.0.2.65:5000", "2026-01-31T11:06:00Z")).contains("nobody");
    }

    @Test
    void blocksThatAreRestoredAreNotAssignedAgain() throws Exception {
        Path file = folder.resolve("blocks.log");
        try (BindingLogFile log = BindingLogFile.open(file, false, millis("11:00:00"))) {
            try (BindingLogFile.Restoring restoring = log.restoring()) {
                log.blockAssigned(FIRST.high(), 0, 64, POOL, 5120, 5375, "main");
            }
            log.blockAssigned(SECOND.high(), 0, 64, POOL, 5376, 5631, "main");
        }
        assertThat(Files.readAllLines(file)).satisfiesExactly(line -> assertThat(line).contains("started"),
                line -> assertThat(line).contains("block_restored", "5120"),
                line -> assertThat(line).contains("block_assigned", "5376"));
        assertThat(who(0, file, "192.0.2.65:5200", Instant.now().plusSeconds(1).toString())).contains("restored");
    }

    @Test
    void whileRestoringTheLogWaitsInsteadOfLosingLines() throws Exception {
        Path file = folder.resolve("many.log");
        int many = 200_000;
        try (BindingLogFile log = BindingLogFile.open(file, false, millis("11:00:00"))) {
            try (BindingLogFile.Restoring restoring = log.restoring()) {
                for (int i = 0; i < many; i++) {
                    log.bindingRestored(Protocol.UDP, 0, i, 4001, POOL, 5000, millis("11:00:00"));
                }
            }
            assertThat(log.lost()).isZero();
        }
        try (Stream<String> lines = Files.lines(file)) {
            assertThat(lines.count()).isEqualTo(many + 1);
        }
    }

    @Test
    void halfALineOfAProcessThatWasKilledIsPassedOver() throws Exception {
        Path file = written(false);
        Files.writeString(file, "{\"time\":\"2026-01-3", StandardOpenOption.APPEND);
        BindingLogFile.open(file, false, millis("11:00:00")).close();
        assertThat(who(0, file, "192.0.2.65:5000", "2026-01-31T10:06:00Z")).contains("4001");
        assertThat(who(1, file, "192.0.2.65:5000", "2026-01-31T11:06:00Z")).contains("nobody");
        Files.writeString(file, "x\n" + Files.readAllLines(file).get(1) + "\n", StandardOpenOption.APPEND);
        assertThat(who(2, file, "192.0.2.65:5000", "2026-01-31T12:06:00Z")).contains("line 8");
    }

    @Test
    void destinationsAreLoggedOnlyWhenAskedFor() throws Exception {
        assertThat(Files.readString(written(false))).doesNotContain("198.51.100.7").contains("binding_created");
        assertThat(Files.readString(written(true))).contains("198.51.100.7", "\"remotePort\":443");
    }

    @Test
    void aFileThatIsNoLogIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "hello\n");
        assertThat(who(2, file, "192.0.2.65:5000", "2026-01-31T10:00:30Z")).contains("line 1");
        assertThat(who(2, folder.resolve("none"), "192.0.2.65:5000", "2026-01-31T10:00:30Z")).contains("none");
    }
}
