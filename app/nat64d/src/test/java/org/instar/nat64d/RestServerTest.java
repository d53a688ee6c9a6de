// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.PoolAllocator;
import org.instar.core.config.PoolConfig;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.service.Health;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TcpState;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** REST over a real socket on loopback; the tables behind it are real, the shard's thread isn't there. */
class RestServerTest {

    private static final Prefix64 PREFIX = Prefix64.parse("64:ff9b:1::/96");

    private final HttpClient client = HttpClient.newHttpClient();
    private final SessionTable sessions = new SessionTable();
    private Health health = new Health(true, "", Map.of("sessions", 3));
    private CompletableFuture<Integer> removal = CompletableFuture.completedFuture(2);
    private RestServer server;
    private String base;

    @BeforeEach
    void serve() throws Exception {
        List<PoolConfig> pools = Nat64dConfigTest.standard().nat64().pools();
        PoolAllocator allocator = new PoolAllocator(pools, new Random(1)::nextInt);
        Bib bib = new Bib(allocator);
        for (int i = 0; i < 3; i++) {
            Ip6 address = Ip6.parse("2001:db8:6::" + (i == 2 ? "b" : "a"));
            sessions.create(bib.create(i == 1 ? Protocol.UDP : Protocol.TCP, address.high(), address.low(), 4000),
                    Ip4.parse("192.0.2.80"), 80, PREFIX, 0);
        }
        sessions.get(1).setTcpState(TcpState.ESTABLISHED);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = RestServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        base = "http://127.0.0.1:" + port + "/v1/";
        Nat64AdminService admin = filter -> removal;
        server.serve(new ShardService(pools, allocator, bib, sessions, null, () -> true, () -> Map.of("drop_x", 1L),
                () -> health), admin);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> request(String method, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(base + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = request("GET", path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void listsSessionsInPages() throws Exception {
        JsonNode first = get("sessions?limit=2");
        assertThat(first.get("sessions")).hasSize(2);
        JsonNode session = first.get("sessions").get(0);
        assertThat(session.at("/client/address").asText()).isEqualTo("2001:db8:6::a");
        assertThat(session.at("/client/port").asInt()).isEqualTo(4000);
        assertThat(session.at("/remote6/address").asText()).isEqualTo("64:ff9b:1::c000:250");
        assertThat(session.at("/remote4/address").asText()).isEqualTo("192.0.2.80");
        assertThat(session.get("state").asText()).isEqualTo("ESTABLISHED");
        assertThat(first.at("/sessions/1/state").asText()).isEqualTo("OPEN");

        JsonNode second = get("sessions?limit=2&after=" + first.get("next").asLong());
        assertThat(second.get("sessions")).hasSize(1);
        assertThat(second.get("next").isNull()).isTrue();
    }

    @Test
    void filtersByClientAndProtocol() throws Exception {
        assertThat(get("sessions?client=2001:db8:6:0::a").get("sessions")).hasSize(2);
        assertThat(get("sessions?client=2001:db8:6::a&protocol=udp").get("sessions")).hasSize(1);
        assertThat(get("bindings?client=2001:db8:6::b").get("bindings")).hasSize(1);
        assertThat(get("sessions?client=2001:db8:6::c").get("sessions")).isEmpty();
    }

    @Test
    void showsPoolsCountersTables() throws Exception {
        JsonNode pool = get("pools").get("pools").get(0);
        assertThat(pool.at("/bindings/tcp").asInt()).isEqualTo(2);
        assertThat(pool.get("capacityPerProtocol").asInt()).isEqualTo(16 * 64512);
        assertThat(get("counters").at("/counters/drop_x").asInt()).isEqualTo(1);
        assertThat(get("tables").at("/tables/1/name").asText()).isEqualTo("SESSION_6TO4");
    }

    @Test
    void healthIs503WhenDown() throws Exception {
        assertThat(get("health").get("status").asText()).isEqualTo("up");
        health = new Health(false, "no switch has connected", Map.of());
        HttpResponse<String> down = request("GET", "health");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body()).contains("\"status\":\"down\"", "no switch has connected");
    }

    @Test
    void removesByFilterOnly() throws Exception {
        HttpResponse<String> removed = request("DELETE", "sessions?client=2001:db8:6::a");
        assertThat(removed.statusCode()).isEqualTo(200);
        assertThat(removed.body()).isEqualTo("{\"removed\":2}");
        assertThat(request("DELETE", "sessions").statusCode()).isEqualTo(400);

        removal = CompletableFuture.failedFuture(new FlowsNotConfirmedException("no switch is connected"));
        HttpResponse<String> unconfirmed = request("DELETE", "sessions?protocol=tcp");
        assertThat(unconfirmed.statusCode()).isEqualTo(502);
        assertThat(unconfirmed.body()).contains("no switch is connected");
        removal = CompletableFuture.failedFuture(new IllegalStateException("x"));
        assertThat(request("DELETE", "sessions?protocol=tcp").statusCode()).isEqualTo(500);
        assertThat(request("PUT", "sessions").headers().firstValue("Allow").orElse("")).contains("DELETE");
    }

    @ParameterizedTest(name = "{0} {1}: {2} {3}")
    @CsvSource({
        "GET,    sessions?client=x,             400, client",
        "GET,    sessions?protocol=sctp,        400, protocol",
        "GET,    sessions?limit=0,              400, limit",
        "GET,    sessions?limit=many,           400, limit",
        "GET,    sessions?after=-1,             400, after",
        "GET,    sessions?clint=::1,            400, clint",
        "GET,    sessions?client=::1&client=::2, 400, client",
        "DELETE, sessions?after=1&client=::1,   400, after",
        "GET,    nothing,                       404, ",
        "PUT,    sessions,                      405, ",
    })
    void badRequestsNameTheParameter(String method, String path, int status, String field) throws Exception {
        HttpResponse<String> response = request(method, path);
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = new ObjectMapper().readTree(response.body()).get("error");
        assertThat(error.get("message").asText()).isNotEmpty();
        if (field != null) {
            assertThat(error.get("field").asText()).isEqualTo(field);
        }
    }

    @Test
    void aBusyAddressIsNamed() {
        InetSocketAddress busy = new InetSocketAddress("127.0.0.1", URI.create(base).getPort());
        assertThatThrownBy(() -> RestServer.bind(busy)).isInstanceOf(StartException.class)
                .hasMessageStartingWith("rest.listen: cannot listen on 127.0.0.1:" + busy.getPort());
    }
}
