// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class WireResponderTest {

    private Dns64Fixture dns64;
    private WireResponder responder;

    @BeforeEach
    void zone() {
        dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");
        responder = dns64.responder();
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");
        for (int i = 0; i < 60; i++) {
            dns64.upstream.with("big.example. 300 IN A 198.51.100." + i);
        }
    }

    private Optional<byte[]> answer(byte[] query, WireResponder.Transport transport) {
        return responder.answer(query, Ip6.parse(Dns64Fixture.CLIENT), transport).toCompletableFuture().join();
    }

    private static Message query(String name, int payloadBytes) {
        Message query = Dns64Fixture.query(name, Type.AAAA);
        if (payloadBytes > 0) {
            query.addRecord(new OPTRecord(payloadBytes, 0, 0), Section.ADDITIONAL);
        }
        return query;
    }

    private Message udp(Message query, int maxBytes) throws IOException {
        byte[] wire = answer(query.toWire(), WireResponder.Transport.UDP).orElseThrow();
        assertThat(wire.length).isLessThanOrEqualTo(maxBytes);
        return new Message(wire);
    }

    @Test
    void answersOverUdpFitWhatTheClientTakes() throws IOException {
        Message plain = udp(query("big.example.", 0), 512);
        Message tiny = udp(query("big.example.", 100), 512);
        Message some = udp(query("big.example.", 800), 800);
        Message huge = udp(query("big.example.", 65535), 1232);

        assertThat(List.of(plain, tiny, some, huge))
                .allMatch(response -> response.getHeader().getFlag(Flags.TC));
        assertThat(plain.getOPT()).isNull();
        assertThat(huge.getOPT()).isNotNull();
        assertThat(dns64.counters.get(Dns64Counter.TRUNCATED)).isEqualTo(4);
        assertThat(udp(query("www.example.", 0), 512).getHeader().getFlag(Flags.TC)).isFalse();
    }

    @Test
    void answersOverTcpAreWhole() throws IOException {
        Message response = new Message(
                answer(query("big.example.", 0).toWire(), WireResponder.Transport.TCP).orElseThrow());

        assertThat(response.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(response.getSection(Section.ANSWER)).hasSize(60);
    }

    @Test
    void responsesAreDropped() {
        Message response = query("www.example.", 0);
        response.getHeader().setFlag(Flags.QR);

        assertThat(answer(response.toWire(), WireResponder.Transport.UDP)).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.RESPONSES_DROPPED)).isOne();
    }

    @Test
    void messagesShorterThanAHeaderAreDropped() {
        assertThat(answer(new byte[Header.LENGTH - 1], WireResponder.Transport.UDP)).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.TOO_SHORT_DROPPED)).isOne();
    }

    @Test
    void brokenMessagesAreFormatErrorsWithTheirId() throws IOException {
        byte[] cut = Arrays.copyOf(query("www.example.", 0).toWire(), 20);

        Message response = new Message(answer(cut, WireResponder.Transport.UDP).orElseThrow());

        assertThat(response.getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(response.getHeader().getID()).isEqualTo((cut[0] & 0xff) << 8 | cut[1] & 0xff);
        assertThat(response.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(dns64.counters.get(Dns64Counter.MALFORMED)).isOne();
    }

    @Test
    void countsBeyondTheMessageAreFormatErrors() throws IOException {
        byte[] header = new byte[Header.LENGTH];
        Arrays.fill(header, 4, Header.LENGTH, (byte) 0xff);

        assertThat(new Message(answer(header, WireResponder.Transport.UDP).orElseThrow()).getRcode())
                .isEqualTo(Rcode.FORMERR);
    }
}
