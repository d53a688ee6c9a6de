// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples of docs/rules.md are rules and static bindings that go together. */
class DocumentedRulesTest {

    private static List<String> examples(String start) throws IOException {
        return Files.readAllLines(Path.of("../../docs/rules.md")).stream().filter(line -> line.matches("  - " + start))
                .map(line -> line.substring(4)).collect(Collectors.toList());
    }

    @Test
    void rulesParse() throws IOException {
        assertThat(examples("(no )?nat64 .*")).hasSizeGreaterThan(4).allSatisfy(line ->
                assertThat(Rule.parse(0, line, TimerConfig.defaults(), SubscriberLimits.NONE).toString())
                        .isEqualTo(line.replaceAll(" *#.*", "")));
    }

    @Test
    void staticBindingsParseAndDoNotOverlap() throws IOException {
        List<StaticBinding> bindings = examples("rdr64 .*").stream().map(StaticBinding::parse)
                .collect(Collectors.toList());

        assertThat(bindings).hasSizeGreaterThan(2).allSatisfy(binding -> assertThat(bindings)
                .noneMatch(other -> other != binding && (other.overlaps4(binding) || other.overlaps6(binding))));
    }
}
