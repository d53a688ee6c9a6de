// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Ready messages say the same as the answers they are made of, aged and in the case they are asked for. */
class ReadyAnswerPropertyTest {

    @Property(tries = 500)
    void readyMessagesAreTheAnswerLessItsAge(
            @ForAll @Size(min = 1, max = 5) List<@AlphaChars @StringLength(min = 1, max = 20) String> labels,
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 100_000) Integer> ttls,
            @ForAll @IntRange(max = 200) int ageSeconds, @ForAll @IntRange(min = 512, max = 4096) int maxBytes,
            @ForAll boolean opt) throws IOException {
        Name name = Name.fromString(String.join(".", labels) + ".");
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < ttls.size(); i++) {
            records.add(i % 3 == 2 ? new MXRecord(name, DClass.IN, ttls.get(i), i, name)
                    : Synthesis.aaaa(name, DClass.IN, ttls.get(i), Ip6.of(i, i)));
        }
        Message query = Message.newQuery(Record.newRecord(name, Type.AAAA, DClass.IN));
        ClientQuery asked = new ClientQuery(query, Ip6.of(0, 1), 1);
        ReadyAnswer ready = ReadyAnswer.of(Reply.passed(asked,
                UpstreamAnswer.own(0, records, List.of()), Dns64Counter.PASSED), asked, 0, 10);

        Name upper = Name.fromString(name.toString().toUpperCase(Locale.ROOT));
        byte[] later = Message.newQuery(Record.newRecord(upper, Type.AAAA, DClass.IN)).toWire();
        byte[] out = new byte[4096];
        int length = ready.write(later, false, opt, false, maxBytes, TimeUnit.SECONDS.toNanos(ageSeconds), out);

        assertThat(length).isLessThanOrEqualTo(maxBytes);
        Message sent = new Message(Arrays.copyOf(out, length));
        assertThat(sent.getHeader().getID()).isEqualTo((later[0] & 0xff) << 8 | later[1] & 0xff);
        assertThat(sent.getQuestion().getName().toString()).isEqualTo(upper.toString());
        assertThat(sent.getOPT() != null).isEqualTo(opt);
        if (sent.getHeader().getFlag(Flags.TC)) {
            assertThat(sent.getSection(Section.ANSWER)).isEmpty();
            assertThat(ready.maxBytes()).isGreaterThan(maxBytes);
            return;
        }
        List<Record> got = sent.getSection(Section.ANSWER);
        assertThat(got).hasSize(records.size());
        for (int i = 0; i < records.size(); i++) {
            assertThat(got.get(i).getTTL()).isEqualTo(Math.max(1, records.get(i).getTTL() - ageSeconds));
            assertThat(got.get(i).rdataToWireCanonical()).isEqualTo(records.get(i).rdataToWireCanonical());
            assertThat(got.get(i).getName()).isEqualTo(name);
        }
    }
}
