// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.1: real AAAA records are the answer, and nothing is synthesised beside them. */
class AaaaAvailableRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @Test
    void realRecordsPassAndNoARecordIsAskedFor() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80", "www.example. 900 IN AAAA 2001:db8::80");

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(answer(response)).containsExactly("www.example. 900 AAAA 2001:db8::80");
        assertThat(dns64.upstream.questions()).startsWith("www.example. AAAA");
        assertThat(dns64.counters.get(Dns64Counter.PASSED)).isOne();
        assertThat(dns64.counters.get(Dns64Counter.SYNTHESISED)).isZero();
    }
}
