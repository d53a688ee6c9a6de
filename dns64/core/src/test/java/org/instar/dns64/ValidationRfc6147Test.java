// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.instar.dns64.Dns64Fixture.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.5: a DNS64 that validates, over a zone that is really signed. */
class ValidationRfc6147Test {

    @TempDir
    private Path directory;
    private SignedZone zone;
    private Dns64Counters counters;
    private WireResponder responder;

    @BeforeEach
    void start() throws Exception {
        zone = new SignedZone();
        responder = responder(Map.of("prefix", "64:ff9b:1::/96"), zone.trustAnchor());
    }

    private WireResponder responder(Map<String, Object> options, String anchors) throws IOException {
        counters = new Dns64Counters();
        Path file = Files.writeString(directory.resolve("anchors"), anchors);
        Map<String, Object> tree = new HashMap<>(options);
        tree.put("dnssec", Map.of("trust-anchor-file", file.toString()));
        Dns64Context context = new Dns64Context(counters, settings -> servers -> zone, TranslatorLoads.NONE);
        return new WireResponder(new Dns64Responder(Dns64Fixture.settings(tree), context), System::nanoTime, null);
    }

    private Message ask(Message query) throws IOException {
        return new Message(responder.answer(query.toWire(), Ip6.parse(Dns64Fixture.CLIENT),
                WireResponder.Transport.TCP).toCompletableFuture().join().orElseThrow());
    }

    @Test
    void secureDataIsSynthesisedAndAdIsNotSetWithoutDo() throws IOException {
        Message response = ask(Dns64Fixture.query("www.example.", Type.AAAA));

        assertThat(answer(response)).containsExactly("www.example. 200 AAAA 64:ff9b:1::c000:250");
        assertThat(response.getHeader().getFlag(Flags.AD)).isFalse();
        assertThat(counters.get(Dns64Counter.SECURE)).isEqualTo(2);
        Message real = ask(Dns64Fixture.query("www.example.", Type.A));
        assertThat(answer(real)).as("proofs for those who ask for them only").hasSize(1);
    }

    @Test
    void clientsThatAskForItAreToldThatRealDataIsAuthentic() throws IOException {
        Message wanting = Dns64Fixture.query("www.example.", Type.A);
        wanting.getHeader().setFlag(Flags.AD);

        assertThat(ask(wanting).getHeader().getFlag(Flags.AD)).isTrue();
        Message signed = ask(Dns64Fixture.dnssecQuery("www.example.", Type.A));
        assertThat(signed.getHeader().getFlag(Flags.AD)).isTrue();
        assertThat(answer(signed)).hasSize(2);
        assertThat(ask(Dns64Fixture.query("www.example.", Type.A)).getHeader().getFlag(Flags.AD)).isFalse();
    }

    @Test
    void secureDataWithDoIsNotChangedUnlessDnssecIsBroken() throws IOException {
        Message kept = ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA));

        assertThat(kept.getSection(Section.ANSWER)).isEmpty();
        assertThat(kept.getHeader().getFlag(Flags.AD)).isTrue();
        assertThat(kept.getSection(Section.AUTHORITY)).anyMatch(record -> record.getType() == Type.NSEC);
        assertThat(counters.get(Dns64Counter.SIGNED_NOT_SYNTHESISED)).isOne();

        responder = responder(Map.of("blocks", List.of(Map.of("prefix", "64:ff9b:1::/96", "break-dnssec", true))),
                zone.trustAnchor());
        Message broken = ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA));
        assertThat(answer(broken)).containsExactly("www.example. 200 AAAA 64:ff9b:1::c000:250");
        assertThat(broken.getHeader().getFlag(Flags.AD)).as("both answers validate: SHOULD").isTrue();
        assertThat(Dns64Fixture.extendedErrors(broken)).contains(29);
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.NSEC, Type.A})
    void nothingIsSynthesisedFromBogusData(int forged) throws IOException {
        zone.forge(forged);

        Message response = ask(Dns64Fixture.ednsQuery("www.example.", Type.AAAA));

        assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(answer(response)).isEmpty();
        assertThat(Dns64Fixture.extendedErrors(response)).as("RFC 8914 §4.7").contains(6);
        assertThat(counters.get(Dns64Counter.BOGUS)).isOne();
    }

    @Test
    void clientsThatCheckGetTheDataAsItIs() throws IOException {
        zone.forge(Type.A);

        Message response = ask(Dns64Fixture.dnssecQuery("www.example.", Type.A, Flags.CD));

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).hasSize(2);
        assertThat(answer(ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA, Flags.CD)))).isEmpty();
        assertThat(counters.get(Dns64Counter.BOGUS)).isZero();
    }

    @Test
    void silenceIsNoForgery() throws IOException {
        zone.breakDown();

        Message response = ask(Dns64Fixture.ednsQuery("www.example.", Type.A));

        assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(Dns64Fixture.extendedErrors(response)).contains(22).doesNotContain(6);
        assertThat(counters.get(Dns64Counter.BOGUS)).isZero();
    }

    @Test
    void anchorsThatAreNoneAreRefused() {
        assertThatIOException().isThrownBy(() -> responder(Map.of(), "; nothing\n"))
                .withMessageStartingWith("dnssec.trust-anchor-file: no DS or DNSKEY");
    }
}
