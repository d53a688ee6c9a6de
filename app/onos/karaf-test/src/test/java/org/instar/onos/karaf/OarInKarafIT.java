// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.w3c.dom.Element;

/**
 * One life of the application in the Karaf of ONOS 2.7: activated from the archive, configured, asked, deactivated. The
 * tests are its stations, in order.
 */
@TestMethodOrder(OrderAnnotation.class)
class OarInKarafIT {

    private static final String NAME = "org.instar.nat64";
    private static final String STATUS = "/onos/nat64/v1/status";
    private static final String CONFIGURATION = "/stand-in/configuration?name=" + NAME + "&key=nat64";
    private static final String ADMIN = "onos:rocks";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static KarafContainer karaf;
    private static String application;

    @BeforeAll
    static void start() throws Exception {
        karaf = KarafContainer.start();
        try (Oar oar = new Oar()) {
            KarafContainer.copy(oar.m2(), karaf.system());
            Element app = oar.app();
            application = "/stand-in/application?name=" + app.getAttribute("name") + "&feature="
                    + app.getAttribute("features") + "&featuresRepo=" + app.getAttribute("featuresRepo")
                    + "&webContext=/onos/nat64";
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (karaf != null) {
            karaf.stop();
        }
    }

    /** Shows that this test can fail: what ONOS does not export does not resolve here either. */
    @Test
    @Order(1)
    void refusesABundleThatImportsWhatOnosLacks() throws Exception {
        Path folder = karaf.system().resolve("org/instar/lacking/1.0");
        Bundles.write(folder.resolve("lacking-1.0.jar"), "lacking", "org.example.absent");
        Files.writeString(folder.resolve("lacking-1.0-features.xml"),
                "<features xmlns='http://karaf.apache.org/xmlns/features/v1.2.0' name='lacking'>"
                        + "<feature name='lacking' version='1.0'><bundle>mvn:org.instar/lacking/1.0</bundle></feature>"
                        + "</features>");

        HttpResponse<String> answer = send("PUT", "/stand-in/application?name=lacking&feature=lacking"
                + "&featuresRepo=mvn:org.instar/lacking/1.0/xml/features&webContext=/none", null, null);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("missing requirement").contains("org.example.absent");
    }

    @Test
    @Order(2)
    void activatesFromTheArchiveAlone() throws Exception {
        JsonNode state = expect200(send("PUT", application, null, null));

        assertThat(bundlesNotRunning(state)).as("bundles not running").isEmpty();
        assertThat(state.get("bundles").has("org.instar.onos-app/" + bundleVersion())).isTrue();
        assertThat(state.at("/components/org.instar.onos.Nat64App/0").asText()).isEqualTo("ACTIVE");
    }

    @Test
    @Order(3)
    void registersItsIdItsHookAndItsNetworkConfiguration() throws Exception {
        JsonNode state = state();

        assertThat(state.get("applications")).extracting(JsonNode::asText).containsExactly(NAME);
        assertThat(state.get("hooks")).extracting(JsonNode::asText).containsExactly(NAME);
        assertThat(state.get("configFactories")).extracting(JsonNode::asText).containsExactly("apps/nat64");
        assertThat(state.get("configListeners").asInt()).isEqualTo(1);
    }

    @Test
    @Order(4)
    void restAsksWhoIsThere() throws Exception {
        assertThat(send("GET", STATUS, null, null).statusCode()).isEqualTo(401);
        assertThat(send("GET", STATUS, "onos:wrong", null).statusCode()).isEqualTo(401);
        assertThat(send("GET", STATUS, "nobody:rocks", null).statusCode()).isEqualTo(403);
        assertThat(send("GET", STATUS, "watcher:rocks", null).statusCode()).isEqualTo(200);
    }

    @Test
    @Order(5)
    void restTellsThatThereIsNoConfigurationYet() throws Exception {
        assertThat(status()).isEqualTo(MAPPER.readTree("{\"application\":\"org.instar.nat64\",\"version\":\""
                + System.getProperty("project.version") + "\",\"configured\":false,\"prefixes\":[],\"pools\":[]}"));
    }

    @Test
    @Order(6)
    void restTellsTheConfigurationInForce() throws Exception {
        expect200(send("PUT", CONFIGURATION, null, netcfg()));

        assertThat(status().get("configured").asBoolean()).isTrue();
        assertThat(status().at("/prefixes/0").asText()).isEqualTo("64:ff9b:1::/96");
        assertThat(status().at("/pools/0")).isEqualTo(MAPPER.readTree("{\"name\":\"main\","
                + "\"prefixes\":[\"192.0.2.64/28\"],\"ports\":\"1024-65535\","
                + "\"protocols\":[\"tcp\",\"udp\",\"icmp\"]}"));
    }

    @Test
    @Order(7)
    void aWrongConfigurationIsRefusedByFieldAndChangesNothing() throws Exception {
        String wrong = netcfg().replace("192.0.2.64/28", "192.0.2.64/33");

        HttpResponse<String> answer = send("PUT", CONFIGURATION, null, wrong);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("InvalidFieldException").contains("pools[0].prefixes[0]");
        assertThat(status().at("/pools/0/prefixes/0").asText()).isEqualTo("192.0.2.64/28");
    }

    @Test
    @Order(8)
    void deactivationLeavesNothingRegistered() throws Exception {
        JsonNode state = expect200(send("DELETE", application, null, null));

        assertThat(state.get("configFactories")).isEmpty();
        assertThat(state.get("configListeners").asInt()).isZero();
        assertThat(state.get("components").has("org.instar.onos.Nat64App")).isFalse();
        assertThat(state.get("bundles").has("org.instar.onos-app/" + bundleVersion())).isFalse();
        assertThat(send("GET", STATUS, ADMIN, null).statusCode()).isEqualTo(404);
    }

    @Test
    @Order(9)
    void activatedAgainFindsTheConfigurationThatOnosKept() throws Exception {
        expect200(send("PUT", application, null, null));

        assertThat(status().get("configured").asBoolean()).isTrue();
        expect200(send("DELETE", CONFIGURATION, null, null));
        assertThat(status().get("configured").asBoolean()).isFalse();
    }

    private static JsonNode status() throws Exception {
        return expect200(send("GET", STATUS, ADMIN, null));
    }

    private static JsonNode state() throws Exception {
        return expect200(send("GET", "/stand-in/state", null, null));
    }

    private static List<String> bundlesNotRunning(JsonNode state) {
        List<String> names = new ArrayList<>();
        state.get("bundles").fields().forEachRemaining(bundle -> {
            if (!List.of("ACTIVE", "RESOLVED FRAGMENT").contains(bundle.getValue().asText())) {
                names.add(bundle.getKey() + " " + bundle.getValue().asText());
            }
        });
        return names;
    }

    /** OSGi's spelling: 0.1.0.SNAPSHOT. */
    private static String bundleVersion() {
        return System.getProperty("project.version").replace('-', '.');
    }

    private static String netcfg() throws IOException {
        JsonNode all = MAPPER.readTree(Path.of("../netcfg-example.json").toFile());
        return all.at("/apps/" + NAME + "/nat64").toString();
    }

    private static JsonNode expect200(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body() + "\n" + karaf.logTail());
        }
        return MAPPER.readTree(answer.body());
    }

    private static HttpResponse<String> send(String method, String path, String user, String body) throws Exception {
        BodyPublisher publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(karaf.url(path)))
                .timeout(Duration.ofMinutes(2)).method(method, publisher);
        if (user != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes()));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
