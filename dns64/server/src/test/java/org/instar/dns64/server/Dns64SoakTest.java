// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Minutes, an hour by default of {@code make soak}, of a million names while upstreams die and return. */
@EnabledIfSystemProperty(named = "soak.minutes", matches = "[0-9]+")
class Dns64SoakTest {

    private static final int NAMES = 1_000_000;
    private static final int CACHE_KILOBYTES = 32_768;
    private static final int CLIENTS = 2;

    /** Has A records for every name, and is silent every now and then. */
    private static final class MortalUpstream implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        private volatile boolean dead;

        private MortalUpstream() throws IOException {
            Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            byte[] buffer = new byte[2048];
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    if (!dead) {
                        byte[] wire = answer(new Message(Arrays.copyOf(buffer, packet.getLength()))).toWire();
                        socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                    }
                } catch (IOException e) {
                    // closed, or a query that is none
                }
            }
        }

        private static Message answer(Message query) throws IOException {
            Message response = new Message(query.getHeader().getID());
            response.getHeader().setFlag(Flags.QR);
            Record question = query.getQuestion();
            response.addRecord(question, Section.QUESTION);
            if (question.getType() == Type.A) {
                response.addRecord(new ARecord(question.getName(), DClass.IN, 30,
                        InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1})), Section.ANSWER);
            } else {
                response.addRecord(new SOARecord(Name.root, DClass.IN, 30, Name.root, Name.root, 1, 1, 1, 1, 30),
                        Section.AUTHORITY);
            }
            return response;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void aMillionNamesWhileUpstreamsDieAndReturn() throws Exception {
        long end = System.nanoTime() + Integer.getInteger("soak.minutes") * 60_000_000_000L;
        AtomicLong answered = new AtomicLong();
        AtomicLong unanswered = new AtomicLong();
        try (MortalUpstream one = new MortalUpstream(); MortalUpstream other = new MortalUpstream();
                Dns64Service service = new Dns64Service(TranslatorLoads.NONE)) {
            service.start(SettingsReader.read(Map.of("listen", "127.0.0.1:0", "prefix", "64:ff9b:1::/96",
                    "upstreams", List.of("127.0.0.1:" + one.socket.getLocalPort(),
                            "127.0.0.1:" + other.socket.getLocalPort()),
                    "query-timeout-millis", 200, "cache", Map.of("size-kilobytes", CACHE_KILOBYTES))));
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                clients.add(Thread.ofPlatform().start(() -> ask(service, seed, end, answered, unanswered)));
            }
            int round = 0;
            while (System.nanoTime() < end) {
                one.dead = round % 4 == 1;
                other.dead = round % 4 == 3;
                round++;
                clients.getFirst().join(2_000);
            }
            for (Thread client : clients) {
                client.join();
            }
            Map<String, Long> counters = service.counters();
            System.out.println("soak: " + answered + " answered, " + unanswered + " not, " + counters);
            assertThat(answered.get()).isPositive();
            assertThat(unanswered.get()).isLessThanOrEqualTo(answered.get() / 1000);
            assertThat(counters.get("internal_errors")).isZero();
            assertThat(counters.get("upstream_timeouts")).as("they died").isPositive();
            assertThat(counters.get("cache_bytes") + counters.get("ready_bytes"))
                    .isLessThanOrEqualTo(CACHE_KILOBYTES * 1024L);
        }
    }

    private static void ask(Dns64Service service, int seed, long end, AtomicLong answered, AtomicLong unanswered) {
        SplittableRandom random = new SplittableRandom(seed);
        try (DnsClient client = new DnsClient(service.addresses().getFirst())) {
            while (System.nanoTime() < end) {
                // most of the names are asked seldom, some often
                int name = (int) (Math.pow(random.nextDouble(), 4) * NAMES);
                try {
                    Message response = client.askUdp(DnsClient.query("n" + name + ".example.", Type.AAAA));
                    (response.getRcode() == Rcode.NOERROR && response.getSection(Section.ANSWER).size() == 1
                            ? answered : unanswered).incrementAndGet();
                } catch (SocketTimeoutException e) {
                    unanswered.incrementAndGet();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
