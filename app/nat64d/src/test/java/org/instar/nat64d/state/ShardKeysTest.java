// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.instar.core.path.ShardSelector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardKeysTest {

    @TempDir
    Path directory;

    private Path keys() {
        return directory.resolve("sessions.keys");
    }

    private IntSupplier read() throws IOException {
        return ShardKeys.of(directory.resolve("sessions"));
    }

    @Test
    void clientsGoToTheShardsOfBefore() throws IOException {
        ShardSelector before = new ShardSelector(5, read());
        ShardSelector after = new ShardSelector(5, read());
        ShardSelector others = new ShardSelector(5, new Random(1)::nextInt);
        int same = 0;
        for (int port = 0; port < 1000; port++) {
            assertThat(after.ofClient(1, 2, port)).isEqualTo(before.ofClient(1, 2, port));
            same += others.ofClient(1, 2, port) == before.ofClient(1, 2, port) ? 1 : 0;
        }
        assertThat(same).as("other keys deal out otherwise").isLessThan(500);
    }

    @Test
    void keysAreTheirOwnersAlone() throws IOException {
        read();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys()))).isEqualTo("rw-------");
        assertThat(directory.toFile().list()).as("nothing else is left").containsExactly("sessions.keys");
    }

    @Test
    void whatIsNoFileOfKeysIsNamed() throws IOException {
        Files.write(keys(), List.of("00000001", "2"));
        assertThatIOException().isThrownBy(this::read).withMessage(keys() + ": 2 lines, not 5");
        Files.write(keys(), List.of("00000001", "00000001", "00000001", "00000001", "zero"));
        assertThatIOException().isThrownBy(this::read)
                .withMessage(keys() + ": not eight hexadecimal digits: 'zero'");
    }
}
