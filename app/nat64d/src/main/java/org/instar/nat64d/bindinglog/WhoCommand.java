// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.bindinglog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.instar.core.config.Endpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nat64ctl who}: who had an IPv4 address and port at a time, by the binding log. */
@Command(name = "who", mixinStandardHelpOptions = true,
        description = "Tells from a binding log who had an IPv4 address and port at a time.")
public final class WhoCommand implements Callable<Integer> {

    private static final int NOBODY = 1;
    private static final int BROKEN = 2;

    private static final class EndpointConverter implements ITypeConverter<InetSocketAddress> {

        @Override
        public InetSocketAddress convert(String text) {
            return Endpoint.parse(text);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "the binding log")
    private Path file;

    @Parameters(index = "1", paramLabel = "ADDRESS:PORT", converter = EndpointConverter.class,
            description = "the IPv4 address and port as the Internet saw them")
    private InetSocketAddress endpoint;

    @Parameters(index = "2", paramLabel = "TIME", description = "such as 2026-01-31T12:00:00Z")
    private Instant time;

    @Option(names = "--protocol", paramLabel = "PROTOCOL", description = "only tcp, udp or icmp")
    private String protocol;

    /** What is held at the time reached, by protocol; the block under "block". */
    private final Map<String, JsonNode> held = new LinkedHashMap<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int lineNumber = 0;
        int badLine = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            ObjectMapper mapper = new ObjectMapper();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                lineNumber++;
                JsonNode entry = read(mapper, line);
                boolean starts = entry != null && entry.path("event").asText().equals(BindingLogFile.STARTED);
                if (badLine > 0 && !starts) {
                    return broken(badLine);
                }
                badLine = entry == null ? lineNumber : 0;
                if (entry != null && Instant.parse(entry.path("time").asText()).isAfter(time)) {
                    break;
                }
                if (starts) {
                    held.clear();
                } else if (entry != null) {
                    take(entry);
                }
            }
        } catch (IOException e) {
            return broken(file + ": cannot be read: " + e.getMessage());
        }
        if (badLine > 0) {
            return broken(badLine);
        }
        held.values().forEach(out::println);
        if (held.isEmpty()) {
            out.println("nobody");
        }
        out.flush();
        return held.isEmpty() ? NOBODY : 0;
    }

    /** A line; null when it is none, as the last one of a process that was killed. */
    private static JsonNode read(ObjectMapper mapper, String line) {
        try {
            JsonNode entry = mapper.readTree(line);
            Instant.parse(entry.path("time").asText());
            return entry;
        } catch (JsonProcessingException | DateTimeParseException e) {
            return null;
        }
    }

    private int broken(int lineNumber) {
        return broken(file + ": line " + lineNumber + " is not one of a binding log");
    }

    private int broken(String message) {
        spec.commandLine().getErr().println("nat64ctl: " + message);
        spec.commandLine().getErr().flush();
        return BROKEN;
    }

    private void take(JsonNode entry) {
        if (!endpoint.getAddress().getHostAddress().equals(entry.path("address").asText())) {
            return;
        }
        int port = endpoint.getPort();
        String event = entry.path("event").asText();
        boolean covers = event.startsWith("block")
                ? port >= entry.path("firstPort").asInt() && port <= entry.path("lastPort").asInt()
                : event.startsWith("binding") && port == entry.path("port").asInt()
                        && (protocol == null || protocol.equals(entry.path("protocol").asText()));
        if (covers) {
            String key = event.startsWith("block") ? "block" : entry.path("protocol").asText();
            if (event.endsWith("assigned") || event.endsWith("created") || event.endsWith("restored")) {
                held.put(key, entry);
            } else {
                held.remove(key);
            }
        }
    }
}
