// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Any bytes of clients and of upstreams give answers or nothing, never an exception. Run with the seeds in the tests;
 * to search for more: {@code JAZZER_FUZZ=1 mvn -f dns64/core/pom.xml test
 * -Dtest=WireFuzzTest#queriesAreAnsweredOrDropped}.
 */
class WireFuzzTest {

    private static final Ip6 CLIENT = Ip6.parse(Dns64Fixture.CLIENT);

    /** Ready messages and answers made anew say the same. */
    @FuzzTest
    void queriesAreAnsweredOrDropped(byte[] data) throws IOException {
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");
        byte[] query = Arrays.copyOf(data, Math.min(data.length, 4096));
        byte[] first = null;
        for (int round = 0; round < 2; round++) {
            byte[] out = new byte[4096];
            int ready = dns64.responder().worker().answer(query, query.length, CLIENT.high(), CLIENT.low(),
                    WireResponder.Transport.UDP, out);
            Optional<byte[]> answer = ready > 0 ? Optional.of(Arrays.copyOf(out, ready))
                    : dns64.responder().answer(query, CLIENT, WireResponder.Transport.UDP).toCompletableFuture().join();
            assertThat(answer.isPresent()).isEqualTo(query.length >= Header.LENGTH && query[2] >= 0);
            if (answer.isPresent()) {
                assertThat(new Message(answer.get()).getHeader().getFlag(Flags.QR)).isTrue();
                assertThat(Arrays.copyOf(answer.get(), 2)).isEqualTo(Arrays.copyOf(query, 2));
                assertThat(first == null || Arrays.equals(first, answer.get())).isTrue();
                first = answer.get();
            }
        }
        assertThat(dns64.counters.get(Dns64Counter.INTERNAL_ERRORS)).isZero();
    }

    /** What parses as a message is taken for an upstream's answer. */
    @FuzzTest
    void upstreamsAreBelievedOrNot(byte[] data) throws IOException {
        Message said;
        try {
            said = new Message(data);
        } catch (IOException | RuntimeException e) {
            return;   // dnsjava's resolver counts it as no answer
        }
        Record question = Dns64Fixture.query("www.example.", Type.AAAA).getQuestion();
        said.removeAllRecords(Section.QUESTION);
        said.addRecord(question, Section.QUESTION);
        Dns64Counters counters = new Dns64Counters();
        Dns64Context context = new Dns64Context(counters,
                settings -> servers -> query -> CompletableFuture.completedFuture(said.clone()), TranslatorLoads.NONE,
                () -> 1, Clock.systemUTC());
        WireResponder responder = new WireResponder(new Dns64Responder(
                Dns64Fixture.settings(Map.of("prefix", "64:ff9b:1::/96")), context), () -> 1, null);
        for (int type : new int[] {Type.AAAA, Type.A, Type.PTR, Type.ANY}) {
            byte[] answer = responder.answer(Dns64Fixture.ednsQuery("www.example.", type).toWire(), CLIENT,
                    WireResponder.Transport.TCP).toCompletableFuture().join().orElseThrow();
            assertThat(new Message(answer).getHeader().getFlag(Flags.QR)).isTrue();
        }
        assertThat(counters.get(Dns64Counter.INTERNAL_ERRORS)).isZero();
    }
}
