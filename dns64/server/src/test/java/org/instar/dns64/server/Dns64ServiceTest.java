// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.instar.dns64.upstream.ExampleZone;
import org.instar.dns64.upstream.LoopbackNameServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The DNS64 as a whole: alone, as its main starts it. */
@Timeout(60)
class Dns64ServiceTest {

    @TempDir
    private Path directory;
    private LoopbackNameServer nameServer;
    private Dns64Service service;

    @BeforeEach
    void open() throws IOException {
        nameServer = new LoopbackNameServer(ExampleZone.ORIGIN, ExampleZone.records());
        service = new Dns64Service(TranslatorLoads.NONE);
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
        nameServer.close();
    }

    private Dns64Settings settings(Object... options) throws SettingsException {
        Map<String, Object> tree = new HashMap<>(Map.of("listen", "127.0.0.1:0", "prefix", "64:ff9b:1::/96",
                "upstreams", "127.0.0.1:" + nameServer.address().getPort(), "admin-listen", "127.0.0.1:0"));
        for (int i = 0; i < options.length; i += 2) {
            tree.put((String) options[i], options[i + 1]);
        }
        if (tree.containsKey("blocks")) {
            tree.remove("prefix");
        }
        return SettingsReader.read(tree);
    }

    private String address() throws IOException {
        try (DnsClient client = new DnsClient(service.addresses().getFirst())) {
            return ((AAAARecord) client.askUdp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)
                    .getFirst()).getAddress().getHostAddress();
        }
    }

    private String http(String method, String path, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + service.adminAddress().getPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    @Test
    void otherSettingsAreTakenWhileItRuns() throws Exception {
        service.start(settings());
        assertThat(address()).startsWith("64:ff9b:1:0:");

        service.prepare(settings("prefix", "2001:db8:64::/96")).apply();
        assertThat(address()).startsWith("2001:db8:64:0:");

        assertThatIOException().isThrownBy(() -> service.prepare(settings("threads", 7)))
                .withMessage("threads: needs a restart");
        assertThatIOException().isThrownBy(() -> service.prepare(settings("dnssec",
                Map.of("trust-anchor-file", directory.resolve("none").toString()))))
                .withMessageStartingWith("dnssec.trust-anchor-file: ");
        service.prepare(settings("query-log", directory.resolve("queries").toString())).discard();
        assertThat(address()).as("as before").startsWith("2001:db8:64:0:");
    }

    @Test
    void everyQueryIsALineOfJson() throws Exception {
        Path log = directory.resolve("queries");
        service.start(settings("query-log", log.toString()));
        address();
        address();
        Path moved = Files.move(log, directory.resolve("moved"));
        assertThat(ServedDns64.becomes(() -> Files.exists(log))).as("opened anew").isTrue();
        try (DnsClient client = new DnsClient(service.addresses().getFirst())) {
            client.sendUdp(new byte[20]);
            client.receiveUdp();
        }
        service.close();

        List<String> lines = Files.readAllLines(moved);
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.getFirst());
        assertThat(first.path("client").asText()).isEqualTo("127.0.0.1");
        assertThat(first.path("name").asText()).isEqualTo("www.example.");
        assertThat(first.path("type").asText()).isEqualTo("AAAA");
        assertThat(first.path("reason").asText()).isEqualTo("synthesised");
        assertThat(first.path("ready").asBoolean()).isFalse();
        assertThat(new ObjectMapper().readTree(lines.get(1)).path("ready").asBoolean()).isTrue();
        JsonNode broken = new ObjectMapper().readTree(Files.readAllLines(log).getFirst());
        assertThat(broken.path("rcode").asText()).isEqualTo("FORMERR");
        assertThat(broken.path("reason").asText()).isEqualTo("malformed");
    }

    @Test
    void metricsHaveReasonsAndTheCacheIsFlushed() throws Exception {
        service.start(settings());
        address();
        assertThat(http("GET", "/metrics", 200)).contains("instar_dns64_synthesised_total 1\n",
                "instar_dns64_rcode_noerror_total 1\n", "instar_dns64_stale_total 0\n",
                        "instar_dns64_cache_entries 2\n");

        assertThat(http("DELETE", "/v1/cache?prefix=192.0.2.0/24", 200)).isEqualTo("{\"flushed\":1}");
        assertThat(http("DELETE", "/v1/cache?suffix=example", 200)).isEqualTo("{\"flushed\":1}");
        int before = nameServer.received().size();
        address();
        assertThat(nameServer.received()).hasSize(before + 2);
        assertThat(http("DELETE", "/v1/cache?name=www.example.", 200)).isEqualTo("{\"flushed\":2}");
        assertThat(http("DELETE", "/v1/cache?prefix=x", 400)).contains("\"field\":\"prefix\"");
        assertThat(http("DELETE", "/v1/cache", 400)).contains("one of name");
        assertThat(http("GET", "/v1/other", 404)).contains("error");
    }

    @Test
    void translatorsElsewhereAreAskedByRestAndLeaveAtOnce() throws Exception {
        Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
                "/a/v1/health", "{\"status\":\"up\",\"sessions\":10}", "/b/v1/health",
                        "{\"status\":\"up\",\"sessions\":5}",
                "/a/v1/pools", pools(10, false), "/b/v1/pools", pools(90, false)));
        HttpServer rest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        rest.createContext("/", exchange -> {
            byte[] body = answers.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes();
            exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, Math.max(1, body.length));
            exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
            exchange.close();
        });
        rest.start();
        String base = "http://127.0.0.1:" + rest.getAddress().getPort();
        service.start(settings("prefix-choice", Map.of("strategy", "least-sessions", "sticky-seconds", 0),
                "blocks", List.of(Map.of("prefix", "2001:db8:a::/96"), Map.of("prefix", "2001:db8:b::/96")),
                "translators", List.of(
                        Map.of("prefix", "2001:db8:a::/96", "url", base + "/a", "interval-millis", 50, "failures", 1),
                        Map.of("prefix", "2001:db8:b::/96", "url", base + "/b", "interval-millis", 50, "failures",
                                1))));

        assertThat(ServedDns64.becomes(() -> translators().contains("\"sessions\":5,\"headroom\":0.1000"))).isTrue();
        assertThat(ServedDns64.becomes(() -> translators().contains("\"sessions\":10,\"headroom\":0.9000"))).isTrue();
        assertThat(address()).as("fewest sessions").startsWith("2001:db8:b:0:");
        answers.put("/b/v1/pools", pools(90, true));
        assertThat(ServedDns64.becomes(() -> translators().contains("draining"))).isTrue();
        assertThat(address()).as("drains").startsWith("2001:db8:a:0:");
        answers.put("/b/v1/pools", pools(90, false));
        answers.remove("/a/v1/health");
        assertThat(ServedDns64.becomes(() -> translators().contains("dead") && !translators().contains("draining")))
                .isTrue();
        assertThat(address()).as("dead").startsWith("2001:db8:b:0:");
        http("PUT", "/v1/translators?prefix=2001:db8:a::/96&state=up", 200);
        http("PUT", "/v1/translators?prefix=2001:db8:b::/96&state=draining", 200);
        assertThat(address()).as("an operator's word").startsWith("2001:db8:a:0:");
        assertThat(http("PUT", "/v1/translators?prefix=2001:db8:b::/96&state=gone", 400)).contains("state");
        rest.stop(0);
    }

    private String translators() {
        try {
            return http("GET", "/v1/translators", 200);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pools(int taken, boolean draining) {
        return "{\"pools\":[{\"bindings\":{\"tcp\":" + taken + ",\"udp\":" + taken
                + "},\"capacityPerProtocol\":100,\"draining\":" + draining + "}]}";
    }

    @Test
    void whatCannotStartLeavesNothingOpen() throws Exception {
        Dns64Settings good = settings();
        service.start(good);
        int port = service.addresses().getFirst().getPort();
        Dns64Service second = new Dns64Service(TranslatorLoads.NONE);

        assertThatIOException().isThrownBy(() -> second.start(settings("listen", "127.0.0.1:" + port)))
                .withMessageStartingWith("listen: cannot listen on 127.0.0.1:" + port);
        assertThat(address()).startsWith("64:ff9b:1:0:");
    }
}
