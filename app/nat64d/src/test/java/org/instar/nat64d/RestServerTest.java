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
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.rule.StaticBinding;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.service.Health;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpState;
import org.instar.core.shard.Shard;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** REST over a real socket on loopback; the tables behind it are real, the shard's thread isn't there. */
class RestServerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private Health health = new Health(true, "", Map.of("sessions", 3));
    private CompletableFuture<Integer> removal = CompletableFuture.completedFuture(2);
    private final List<ShardState> states = new ArrayList<>();
    private RestServer server;
    private String base;

    @BeforeEach
    void serve() throws Exception {
        Nat64dConfig config = Nat64dConfigTest.standard();
        Random random = new Random(1);
        List<PoolConfig> configured = new ArrayList<>(config.nat64().pools());
        configured.add(PoolConfig.builder("fixed").prefix(Prefix4.parse("192.0.2.96/28"))
                .deterministic(Prefix6.parse("2001:db8:100::/56"), 64).build());
        PoolDirectory pools = new PoolDirectory(configured, 1, random::nextInt, PoolEvents.NONE);
        PortAllocator ports = new PortAllocator(pools, 0, random::nextInt);
        for (int shard = 0; shard < 3; shard++) {
            states.add(new ShardState(new KeyedHash(random::nextLong), config.nat64().prefixes(),
                    config.nat64().rules(), System.nanoTime(), shard));
        }
        int poolAddress = Ip4.parse("192.0.2.65");
        for (int i = 0; i < 3; i++) {
            Ip6 address = Ip6.parse("2001:db8:6::" + (i == 2 ? "b" : "a"));
            Protocol protocol = i == 1 ? Protocol.UDP : Protocol.TCP;
            assertThat(ports.take(protocol, poolAddress, 4000 + i)).isTrue();
            ShardState state = states.get(i == 2 ? 2 : 0);   // the shard between them has nothing
            state.sessions().create(state.bib().create(protocol, address.high(), address.low(), 4000, poolAddress,
                    4000 + i, false, false), Ip4.parse("192.0.2.80"), 80, true, 0, 0, 0);
        }
        states.get(0).sessions().setTcpState(1, TcpState.ESTABLISHED);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = RestServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        base = "http://127.0.0.1:" + port + "/v1/";
        LiveConfig live = new LiveConfig(config, () -> config, pools, null, changed -> { });
        server.serve(new ShardService(pools, live, new Standing(), () -> Map.of("drop_x", 1L), () -> health),
                new Admin());
    }

    /** Shards whose threads do nothing. */
    private final class Standing implements ShardThreads {

        @Override
        public int count() {
            return states.size();
        }

        @Override
        public ShardState state(int shard) {
            return states.get(shard);
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void execute(int shard, Consumer<Shard> command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> executeAll(Consumer<Shard> command) {
            throw new UnsupportedOperationException();
        }
    }

    /** What changes are asked for; what is not of these tests is refused. */
    private final class Admin implements Nat64AdminService {

        @Override
        public CompletableFuture<Integer> removeSessions(SessionFilter filter) {
            return removal;
        }

        @Override
        public CompletableFuture<Integer> leaveSwitch(SessionFilter filter) {
            return CompletableFuture.completedFuture(filter.isEmpty() ? 7 : 3);
        }

        @Override
        public void reload(boolean drain) throws ConfigRefusedException {
            if (!drain) {
                throw new ConfigRefusedException("pools[0].prefixes[0]: in use");
            }
        }

        @Override
        public void addStaticBinding(StaticBinding binding) throws ConfigRefusedException {
            if (binding.poolAddress() != Ip4.parse("192.0.2.70")) {
                throw new ConfigRefusedException("staticBindings[0]: not ours");
            }
        }

        @Override
        public boolean removeStaticBinding(StaticBinding binding) {
            return binding.poolAddress() == Ip4.parse("192.0.2.70");
        }

        @Override
        public CompletableFuture<List<String>> check() {
            return CompletableFuture.completedFuture(List.of("session 1 has no timer"));
        }
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
    void reloadsOrTellsWhyNot() throws Exception {
        assertThat(request("POST", "reload?drain=true").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = request("POST", "reload");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("pools[0].prefixes[0]: in use");
        assertThat(request("POST", "reload?drain=maybe").statusCode()).isEqualTo(400);
    }

    @Test
    void addsAndRemovesStaticBindings() throws Exception {
        String line = "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80";
        assertThat(post("static-bindings", line).statusCode()).isEqualTo(201);
        assertThat(post("static-bindings", line.replace(".70", ".71")).statusCode()).isEqualTo(409);
        assertThat(post("static-bindings", "rdr65").statusCode()).isEqualTo(400);
        String query = "static-bindings?binding=" + URLEncoder.encode(line, StandardCharsets.UTF_8);
        assertThat(request("DELETE", query).statusCode()).isEqualTo(200);
        assertThat(request("DELETE", query.replace(".70", ".71")).statusCode()).isEqualTo(404);
        assertThat(request("DELETE", "static-bindings").statusCode()).isEqualTo(400);
        assertThat(get("static-bindings").get("staticBindings")).isEmpty();
    }

    @Test
    void computesFixedPortsBothWays() throws Exception {
        JsonNode ofClient = get("pools/fixed/deterministic?client=2001:db8:100:2a::17");
        assertThat(ofClient.toString()).isEqualTo("{\"pool\":\"fixed\",\"subscriber\":\"2001:db8:100:2a::/64\","
                + "\"address\":\"192.0.2.98\",\"firstPort\":41344,\"lastPort\":45375,"
                + "\"protocols\":[\"tcp\",\"udp\",\"icmp\"],\"shards\":[{\"shard\":0,\"ports\":[\"41344-45375\"]}]}");
        JsonNode ofPort = get("pools/fixed/deterministic?address=192.0.2.98&port=42000");
        assertThat(ofPort.get("subscriber").asText()).isEqualTo("2001:db8:100:2a::/64");
        assertThat(ofPort.get("shard").asInt()).isZero();
    }

    @Test
    void showsRulesAndWhatACheckFinds() throws Exception {
        assertThat(get("rules").at("/rules/0").asText()).isEqualTo("nat64 from any to any -> pool main");
        assertThat(get("check").get("good").asBoolean()).isFalse();
        assertThat(get("check").at("/violations/0").asText()).isEqualTo("session 1 has no timer");
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(base + path)).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void showsPoolsCountersTables() throws Exception {
        JsonNode pool = get("pools").get("pools").get(0);
        assertThat(pool.at("/bindings/tcp").asInt()).isEqualTo(2);
        assertThat(pool.get("capacityPerProtocol").asInt()).isEqualTo(16 * 64512);
        assertThat(get("counters").at("/counters/drop_x").asInt()).isEqualTo(1);
        JsonNode tables = get("tables").at("/tables");
        assertThat(tables.at("/1/name").asText()).isEqualTo("SESSION_6TO4");
        assertThat(tables).filteredOn(table -> table.get("id").asInt() == 36).singleElement()
                .satisfies(table -> assertThat(table.get("name").asText()).isEqualTo("ADDRESSES_6"))
                .satisfies(table -> assertThat(table.get("pass").asInt()).isEqualTo(3));
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
        "GET,    pools/fixed/deterministic,     400, client",
        "GET,    pools/fixed/deterministic?client=x, 400, client",
        "GET,    pools/fixed/deterministic?client=::1&address=192.0.2.98&port=1, 400, client",
        "GET,    pools/fixed/deterministic?address=192.0.2.98, 400, port",
        "GET,    pools/fixed/deterministic?address=x&port=1, 400, address",
        "GET,    pools/fixed/deterministic?address=192.0.2.98&port=65536, 400, port",
        "GET,    pools/fixed/deterministic?address=192.0.2.98&port=1023, 404, port",
        "GET,    pools/fixed/deterministic?client=2001:db8:200::1, 404, client",
        "GET,    pools/main/deterministic?client=::1, 404, name",
        "GET,    pools/none/deterministic?client=::1, 404, name",
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
