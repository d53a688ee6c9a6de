// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of cases in src/test/cases: one test for each folder. */
class CheckCasesTest {

    static final Path CASES = Path.of("src/test/cases");

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        return folders().stream().map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(),
                () -> assertThat(differences(folder, CheckCommand.DEFAULT_SEED)).isEmpty()));
    }

    /** The pools leave no choice, so no case hangs on what is drawn. */
    @TestFactory
    Stream<DynamicTest> casesWithAnotherSeed() throws IOException {
        return folders().stream().map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(),
                () -> assertThat(differences(folder, 1)).isEmpty()));
    }

    @Test
    void theTableIsThereAndEachCaseIsNamedByItsSection() throws IOException {
        assertThat(folders()).hasSizeGreaterThan(90)
                .allSatisfy(folder -> assertThat(folder.getFileName().toString())
                        .matches("rfc[0-9]{4}-[0-9.]+-[a-z0-9-]+"));
    }

    private static List<String> differences(Path folder, long seed) throws CaseException {
        CheckCase checkCase = new CheckCase(folder);
        CheckRun run = OfflineTranslator.run(checkCase.config(), checkCase.input(), seed);
        return CheckComparison.differences(checkCase, run);
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> entries = Files.list(CASES)) {
            return entries.filter(entry -> Files.exists(entry.resolve("config.yaml"))).sorted().toList();
        }
    }
}
