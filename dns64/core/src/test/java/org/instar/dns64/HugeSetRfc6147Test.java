// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.7 at its limit: A records that fit into one message, whose AAAA records don't. */
class HugeSetRfc6147Test {

    private static final int RECORDS = 4000;

    @Test
    void asManyAddressesAsAMessageHoldsAreGiven() {
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");
        for (int i = 0; i < RECORDS; i++) {
            dns64.upstream.with("www.example. 300 IN A 10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
        }

        assertThat(dns64.ask("www.example.", Type.A).getSection(Section.ANSWER)).hasSize(RECORDS);
        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getHeader().getFlag(Flags.TC)).as("over TCP it would help nobody").isFalse();
        assertThat(response.getSection(Section.ANSWER)).hasSizeBetween(2300, 65_535 / 28)
                .allMatch(record -> record.getType() == Type.AAAA);
        assertThat(dns64.counters.get(Dns64Counter.SYNTHESIS_CUT))
                .isEqualTo(RECORDS - response.getSection(Section.ANSWER).size());
    }
}
