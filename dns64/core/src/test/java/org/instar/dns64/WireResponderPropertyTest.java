// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Whatever arrives, the responder answers or drops it for a reason, and answers the next query. */
class WireResponderPropertyTest {

    private Dns64Fixture dns64;
    private WireResponder responder;

    @BeforeTry
    void zone() {
        dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");
        responder = dns64.responder();
    }

    private Optional<byte[]> answer(byte[] query) {
        return responder.answer(query, Ip6.parse(Dns64Fixture.CLIENT), WireResponder.Transport.UDP)
                .toCompletableFuture().join();
    }

    @Property(tries = 2000)
    void anyBytesAreAnsweredOrDropped(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        checkAnswer(bytes);
    }

    @Property(tries = 2000)
    void anyBrokenQueryIsAnsweredOrDropped(@ForAll @IntRange(max = 60) int position, @ForAll byte value,
            @ForAll @IntRange(max = 60) int cut) throws IOException {
        byte[] wire = Dns64Fixture.dnssecQuery("www.example.", Type.AAAA).toWire();
        wire[position % wire.length] = value;
        checkAnswer(Arrays.copyOf(wire, wire.length - cut % wire.length));
    }

    private void checkAnswer(byte[] query) throws IOException {
        Optional<byte[]> answer = answer(query);
        if (answer.isPresent()) {
            Message response = new Message(answer.get());
            assertThat(response.getHeader().getFlag(Flags.QR)).isTrue();
            assertThat(Arrays.copyOf(answer.get(), 2)).isEqualTo(Arrays.copyOf(query, 2));
        } else {
            assertThat(query.length < Header.LENGTH || query[2] < 0).isTrue();
        }
        assertThat(dns64.counters.get(Dns64Counter.INTERNAL_ERRORS)).isZero();
        byte[] next = answer(Dns64Fixture.query("www.example.", Type.AAAA).toWire()).orElseThrow();
        assertThat(new Message(next).getSection(Section.ANSWER)).hasSize(1);
    }
}
