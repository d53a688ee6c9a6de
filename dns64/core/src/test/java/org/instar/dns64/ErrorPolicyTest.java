// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.2 and §5.1.3, and how far an operator follows it. */
class ErrorPolicyTest {

    @ParameterizedTest
    @CsvSource({"lenient, true, true", "timeout, false, true", "strict, false, false"})
    void errorsAndSilenceAreEmptyByPolicy(String policy, boolean afterErrors, boolean afterSilence) {
        for (Map<String, Object> options : List.<Map<String, Object>>of(
                Map.of("prefix", "64:ff9b:1::/96", "error-policy", policy),
                Map.of("prefix", "64:ff9b:1::/96", "error-policy", policy.equals("strict") ? "lenient" : "strict",
                        "domains", List.of(Map.of("domain", "example", "error-policy", policy))))) {
            Dns64Fixture dns64 = Dns64Fixture.of();
            dns64.reload(options);
            dns64.upstream.with("error.example. 300 IN A 192.0.2.80", "silent.example. 300 IN A 192.0.2.80",
                    "empty.example. 300 IN A 192.0.2.80")
                    .answering("error.example.", Type.AAAA, Rcode.NOTIMP).silentFor("silent.example.", Type.AAAA);

            assertThat(dns64.ask("error.example.", Type.AAAA).getRcode())
                    .isEqualTo(afterErrors ? Rcode.NOERROR : Rcode.NOTIMP);
            assertThat(answer(dns64.ask("error.example.", Type.AAAA))).hasSize(afterErrors ? 1 : 0);
            assertThat(dns64.ask("silent.example.", Type.AAAA).getRcode())
                    .isEqualTo(afterSilence ? Rcode.NOERROR : Rcode.SERVFAIL);
            assertThat(answer(dns64.ask("silent.example.", Type.AAAA))).hasSize(afterSilence ? 1 : 0);
            assertThat(answer(dns64.ask("empty.example.", Type.AAAA))).hasSize(1);
        }
    }
}
