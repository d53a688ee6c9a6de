// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.instar.dns64.choice.TranslatorLoad;
import org.instar.dns64.settings.AddressMatch;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Metrics and the few things an operator does to a running DNS64, over HTTP: {@code GET /metrics}, {@code GET
 * /v1/counters}, {@code DELETE /v1/cache?name=|suffix=|prefix=|all=true}, {@code GET /v1/translators} and {@code PUT
 * /v1/translators?prefix=…&state=up|draining|dead|auto}. Nobody is asked who they are: keep it on loopback.
 */
final class AdminServer implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Dns64Service service;

    private AdminServer(HttpServer http, Dns64Service service) {
        this.http = http;
        this.service = service;
    }

    /**
     * @throws IOException naming the option when the address can't be listened on
     */
    static AdminServer start(InetSocketAddress address, Dns64Service service) throws IOException {
        try {
            AdminServer server = new AdminServer(HttpServer.create(address, 0), service);
            server.http.setExecutor(server.executor);
            server.http.createContext("/", server::serve);
            server.http.start();
            return server;
        } catch (IOException e) {
            throw new IOException("admin-listen: " + address + ": " + e.getMessage(), e);
        }
    }

    InetSocketAddress address() {
        return http.getAddress();
    }

    /** What is wrong with a request; answered with 400. */
    private static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1L;

        private BadRequest(String field, String message) {
            super("{\"error\":{\"field\":\"" + field + "\",\"message\":\"" + message.replace("\\", "\\\\")
                    .replace("\"", "'") + "\"}}");
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            try {
                switch (what) {
                    case "GET /metrics" -> answer(exchange, 200, "text/plain; version=0.0.4", metrics());
                    case "GET /v1/counters" -> json(exchange, 200, counters());
                    case "GET /v1/translators" -> json(exchange, 200, translators());
                    case "PUT /v1/translators" -> json(exchange, 200, order(parameters(exchange)));
                    case "DELETE /v1/cache" -> json(exchange, 200, flush(parameters(exchange)));
                    default -> json(exchange, 404, "{\"error\":{\"message\":\"no such thing\"}}");
                }
            } catch (BadRequest e) {
                json(exchange, 400, e.getMessage());
            }
        }
    }

    private static void json(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, "application/json", body);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> parameters(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null ? Map.of() : Arrays.stream(query.split("&")).map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0],
                        pair -> URLDecoder.decode(pair.length < 2 ? "" : pair[1], StandardCharsets.UTF_8),
                        (first, second) -> first));
    }

    private String metrics() {
        StringBuilder text = new StringBuilder();
        service.counters().forEach((name, value) -> {
            boolean gauge = name.endsWith("_bytes") || name.equals("cache_entries");
            String metric = "instar_dns64_" + name + (gauge ? "" : "_total");
            text.append("# TYPE ").append(metric).append(gauge ? " gauge\n" : " counter\n").append(metric).append(' ')
                    .append(value).append('\n');
        });
        text.append("# TYPE instar_dns64_translator_up gauge\n");
        service.loads().known().forEach((prefix, load) -> text.append("instar_dns64_translator_up{prefix=\"")
                .append(prefix).append("\"} ").append(load.state() == TranslatorLoad.State.UP ? 1 : 0).append('\n'));
        return text.toString();
    }

    private String counters() {
        return service.counters().entrySet().stream().map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{\"counters\":{", "}}"));
    }

    private String translators() {
        return service.loads().known().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT,
                        "{\"prefix\":\"%s\",\"state\":\"%s\",\"sessions\":%d,\"headroom\":%.4f}", entry.getKey(),
                        entry.getValue().state().name().toLowerCase(Locale.ROOT), entry.getValue().sessions(),
                        entry.getValue().headroom()))
                .collect(Collectors.joining(",", "{\"translators\":[", "]}"));
    }

    private String order(Map<String, String> parameters) throws BadRequest {
        Prefix64 prefix;
        try {
            prefix = Prefix64.parse(parameters.getOrDefault("prefix", ""));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("prefix", String.valueOf(e.getMessage()));
        }
        String state = parameters.getOrDefault("state", "");
        Optional<TranslatorLoad.State> wanted = Arrays.stream(TranslatorLoad.State.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(state)).findFirst();
        if (wanted.isEmpty() && !state.equals("auto")) {
            throw new BadRequest("state", "not up, draining, dead or auto: '" + state + "'");
        }
        service.loads().order(prefix, wanted);
        return translators();
    }

    private String flush(Map<String, String> parameters) throws BadRequest {
        if (parameters.size() != 1) {
            throw new BadRequest("", "one of name, suffix, prefix and all is needed");
        }
        Map.Entry<String, String> only = parameters.entrySet().iterator().next();
        String value = only.getValue();
        long flushed = switch (only.getKey()) {
            case "name" -> service.flushName(name("name", value));
            case "suffix" -> service.flushSuffix(name("suffix", value));
            case "prefix" -> service.flushAddresses(among(value));
            case "all" -> service.flushAll();
            default -> throw new BadRequest(only.getKey(), "is unknown");
        };
        return "{\"flushed\":" + flushed + "}";
    }

    private static Name name(String field, String text) throws BadRequest {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new BadRequest(field, "not a domain name: '" + text + "'");
        }
    }

    private static Predicate<byte[]> among(String text) throws BadRequest {
        try {
            AddressMatch prefix = AddressMatch.of(List.of(text));
            return bytes -> prefix.matches(Ip6.of(ClientAddress.high(bytes), ClientAddress.low(bytes)));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("prefix", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.stop(0);
        executor.close();
    }
}
