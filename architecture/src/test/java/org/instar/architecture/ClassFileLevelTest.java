// SPDX-License-Identifier: Apache-2.0
package org.instar.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ONOS 2.7 runs on Java 11: what enters it is of class file level 55, what doesn't may be newer. */
class ClassFileLevelTest {

    private static final int JAVA_11 = 55;
    private static final int JAVA_25 = 69;

    private static final JavaClasses INSTAR = Modules.read();

    @ParameterizedTest
    @EnumSource(Modules.class)
    void levels(Modules module) {
        int expected = module.entersOnos ? JAVA_11 : JAVA_25;
        assertThat(INSTAR.stream().filter(module::has).collect(Collectors.toMap(JavaClass::getName, this::level)))
                .isNotEmpty().allSatisfy((name, level) -> assertThat(level).as(name).isEqualTo(expected));
    }

    private int level(JavaClass javaClass) {
        try (DataInputStream in = new DataInputStream(
                javaClass.getSource().orElseThrow().getUri().toURL().openStream())) {
            assertThat(in.readInt()).isEqualTo(0xcafebabe);
            in.readUnsignedShort();
            return in.readUnsignedShort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
