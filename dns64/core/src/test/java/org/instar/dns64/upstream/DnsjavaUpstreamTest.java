// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Upstream;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(20)
class DnsjavaUpstreamTest {

    private final Dns64Counters counters = new Dns64Counters();
    private LoopbackNameServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackNameServer(ExampleZone.ORIGIN, ExampleZone.records());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Upstream upstream(int tries, InetSocketAddress... servers) {
        return upstream(Map.of("tries", tries), servers);
    }

    private Upstream upstream(Map<String, Object> options, InetSocketAddress... servers) {
        Map<String, Object> tree = new HashMap<>(Map.of("upstreams", "192.0.2.53:53", "query-timeout-millis", 300));
        tree.putAll(options);
        try {
            return new DnsjavaUpstreams(SettingsReader.read(tree).upstream(), counters).of(List.of(servers));
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Message query(String name) {
        Message query = Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN));
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        return query;
    }

    private static Message ask(Upstream upstream, Message query) {
        return upstream.query(query).toCompletableFuture().join();
    }

    @Test
    void answersComeOverUdp() {
        Message response = ask(upstream(1, server.address()), query("www.example."));

        assertThat(response.getSection(Section.ANSWER)).hasSize(1);
        assertThat(server.received()).singleElement().asString().startsWith("udp")
                .endsWithIgnoringCase("www.example. A edns");
        assertThat(counters.get(Dns64Counter.UPSTREAM_QUERIES)).isOne();
    }

    @Test
    void truncatedAnswersAreAskedForAgainOverTcp() {
        Message query = query("big.example.");
        query.removeAllRecords(Section.ADDITIONAL);

        Message response = ask(upstream(Map.of("tries", 1, "query-timeout-millis", 5000), server.address()), query);

        assertThat(response.getSection(Section.ANSWER)).hasSize(ExampleZone.BIG);
        assertThat(server.received()).extracting(line -> line.substring(0, 3)).containsExactly("udp", "tcp");
    }

    @Test
    void everyTryHasAnIdOfItsOwn() {
        server.overUdp(response -> null);
        Message query = query("www.example.");

        assertThatThrownBy(() -> ask(upstream(4, server.address()), query)).isNotNull();

        List<String> ids = server.received().stream().map(line -> line.split(" ")[1]).collect(Collectors.toList());
        assertThat(ids).hasSize(4);
        assertThat(ids.stream().distinct().count()).isGreaterThan(1);
        assertThat(counters.get(Dns64Counter.UPSTREAM_TIMEOUTS)).isEqualTo(4);
    }

    @Test
    void silentServerIsLeftForTheNextOneWhichStaysPreferred() throws IOException {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            Upstream upstream = upstream(2, (InetSocketAddress) silent.getLocalSocketAddress(), server.address());

            assertThat(ask(upstream, query("www.example.")).getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(counters.get(Dns64Counter.UPSTREAM_TIMEOUTS)).isOne();

            ask(upstream, query("www.example."));
            assertThat(counters.get(Dns64Counter.UPSTREAM_TIMEOUTS)).isOne();
        }
    }

    @Test
    void unreachableServerIsLeftForTheNextOne() throws IOException {
        DatagramSocket gone = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        InetSocketAddress address = (InetSocketAddress) gone.getLocalSocketAddress();
        gone.close();

        assertThat(ask(upstream(2, address, server.address()), query("www.example.")).getRcode())
                .isEqualTo(Rcode.NOERROR);
    }

    @Test
    void triesEndInTime() {
        server.overUdp(response -> null);
        long start = System.nanoTime();

        assertThatThrownBy(() -> ask(upstream(2, server.address()), query("www.example."))).isNotNull();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(550L, 2000L);
    }

    @Test
    void serverWithoutEdnsIsAskedWithoutIt() {
        server.overUdp(response -> {
            if (response.getOPT() != null) {
                response.removeAllRecords(Section.ADDITIONAL);
                response.removeAllRecords(Section.ANSWER);
                response.getHeader().setRcode(Rcode.FORMERR);
            }
            return response;
        });

        Message response = ask(upstream(1, server.address()), query("www.example."));

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(server.received()).hasSize(2).last().asString().endsWithIgnoringCase("www.example. A");
    }

    @Test
    void answersToAnotherQuestionAreErrors() {
        server.overUdp(response -> {
            response.removeAllRecords(Section.QUESTION);
            response.addRecord(query("evil.example.").getQuestion(), Section.QUESTION);
            return response;
        });

        assertThatThrownBy(() -> ask(upstream(2, server.address()), query("www.example."))).isNotNull();
        assertThat(counters.get(Dns64Counter.UPSTREAM_ERRORS)).isEqualTo(2);
    }

    @Test
    void queriesAsAnswersAreErrors() {
        server.overUdp(response -> {
            response.getHeader().unsetFlag(Flags.QR);
            return response;
        });

        assertThatThrownBy(() -> ask(upstream(1, server.address()), query("www.example."))).isNotNull();
        assertThat(counters.get(Dns64Counter.UPSTREAM_ERRORS)).isOne();
    }

    @Test
    void anAnswerInAnotherCaseIsAskedForOverTcp() {   // 0x20
        server.overUdp(response -> {
            Record question = response.getQuestion();
            response.removeAllRecords(Section.QUESTION);
            response.addRecord(Record.newRecord(Name.fromConstantString("www.example."), question.getType(),
                    question.getDClass()), Section.QUESTION);
            return response;
        });
        Upstream upstream = upstream(1, server.address());

        for (int i = 0; i < 10; i++) {
            Message response = ask(upstream, query("www.example."));
            assertThat(response.getQuestion().getName()).hasToString("www.example.");
            assertThat(response.getSection(Section.ANSWER).get(0).getName()).hasToString("www.example.");
        }
        long overTcp = server.received().stream().filter(line -> line.startsWith("tcp")).count();
        assertThat(overTcp).as("one case in 1024 is that by chance").isGreaterThanOrEqualTo(8);
        assertThat(counters.get(Dns64Counter.UPSTREAM_SPOOFED)).isEqualTo(overTcp);
    }

    private static void cookie(Message response, byte[] client, byte[] fromServer) {
        response.removeAllRecords(Section.ADDITIONAL);
        response.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(new CookieOption(client, fromServer))),
                Section.ADDITIONAL);
    }

    @Test
    void anAnswerWithoutTheCookieOfBeforeIsAskedForOverTcp() {   // RFC 7873 §5.3
        AtomicReference<byte[]> sent = new AtomicReference<>();
        server.cookies(sent::set);
        Upstream upstream = upstream(Map.of("tries", 1), server.address());
        server.overUdp(response -> {
            cookie(response, sent.get(), new byte[16]);
            return response;
        });
        ask(upstream, query("www.example."));
        assertThat(counters.get(Dns64Counter.UPSTREAM_TCP)).isZero();

        server.overUdp(response -> response);
        ask(upstream, query("www.example."));
        assertThat(counters.get(Dns64Counter.UPSTREAM_SPOOFED)).as("none").isOne();
        server.overUdp(response -> {
            cookie(response, new byte[8], new byte[16]);
            return response;
        });
        ask(upstream, query("www.example."));
        assertThat(counters.get(Dns64Counter.UPSTREAM_SPOOFED)).as("another's").isEqualTo(2);
        assertThat(counters.get(Dns64Counter.UPSTREAM_TCP)).isEqualTo(2);
    }

    @Test
    void serverErrorsAreAskedOfTheNextOne() throws IOException {
        try (LoopbackNameServer other = new LoopbackNameServer(ExampleZone.ORIGIN, ExampleZone.records())) {
            server.overUdp(response -> {
                response.getHeader().setRcode(Rcode.SERVFAIL);
                return response;
            });
            Upstream upstream = upstream(2, server.address(), other.address());

            assertThat(ask(upstream, query("www.example.")).getRcode()).isEqualTo(Rcode.NOERROR);
            other.overUdp(response -> {
                response.getHeader().setRcode(Rcode.REFUSED);
                return response;
            });
            assertThat(ask(upstream, query("www.example.")).getRcode()).isIn(Rcode.REFUSED, Rcode.SERVFAIL);
        }
    }

    @Test
    void aServerThatIsDownIsLeftAloneForAWhile() throws IOException {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            Upstream upstream = upstream(Map.of("tries", 3, "query-timeout-millis", 200),
                    (InetSocketAddress) silent.getLocalSocketAddress(), server.address());
            for (int i = 0; i < 60; i++) {
                assertThat(ask(upstream, query("www.example.")).getRcode()).isEqualTo(Rcode.NOERROR);
            }

            assertThat(counters.get(Dns64Counter.UPSTREAM_TIMEOUTS)).isLessThan(20);
        }
    }
}
