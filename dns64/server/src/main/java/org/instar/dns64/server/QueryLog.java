// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.QueryListener;
import org.instar.dns64.WireResponder;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Each query as a line of JSON, written by a thread of its own; lines that find no room in its queue are lost and
 * counted, so that a slow disk slows no answer. A file that was moved away is opened anew within a second.
 */
final class QueryLog implements QueryListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);
    private static final int QUEUE_LINES = 1 << 16;

    private final Path file;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private final LongAdder lost = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final Thread thread;
    private BufferedWriter writer;
    private Object fileKey;
    private volatile boolean closing;

    private record Line(long timeMillis, Ip6 client, String view, Name name, int type,
            WireResponder.Transport transport, int rcode, Dns64Counter outcome, boolean ready, long tookNanos) { }

    private QueryLog(Path file) throws IOException {
        this.file = file;
        open();
        thread = Thread.ofPlatform().name("dns64-query-log").daemon().start(this::write);
    }

    /**
     * @throws IOException when the file can't be written
     */
    static QueryLog open(Path file) throws IOException {
        return new QueryLog(file);
    }

    Path file() {
        return file;
    }

    long lost() {
        return lost.sum();
    }

    long written() {
        return written.sum();
    }

    private void open() throws IOException {
        writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        fileKey = key();
    }

    private Object key() throws IOException {
        return Files.exists(file) ? Files.getAttribute(file, "unix:ino") : null;
    }

    @Override
    public void answered(Ip6 client, String view, Name name, int type, WireResponder.Transport transport, int rcode,
            Dns64Counter outcome, boolean ready, long tookNanos) {
        if (!queue.offer(new Line(System.currentTimeMillis(), client, view, name, type, transport, rcode, outcome,
                ready, tookNanos))) {
            lost.increment();
        }
    }

    private void write() {
        try {
            while (!closing || !queue.isEmpty()) {
                Line line = queue.poll(200, TimeUnit.MILLISECONDS);
                try {
                    if (line == null) {
                        rest();
                    } else {
                        writer.write(json(line));
                        written.increment();
                    }
                } catch (IOException e) {
                    lost.increment();
                    LOG.warn("query-log: {}", e.toString());
                }
            }
            writer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("query-log: {}", e.toString());
        }
    }

    private void rest() throws IOException {
        writer.flush();
        if (!Objects.equals(key(), fileKey)) {
            writer.close();
            open();
        }
    }

    private static String json(Line line) {
        StringBuilder json = new StringBuilder(256).append("{\"time\":\"").append(Instant.ofEpochMilli(line.timeMillis))
                .append("\",\"client\":\"").append(address(line.client)).append("\",\"view\":\"").append(line.view)
                .append("\",\"name\":");
        if (line.name == null) {
            json.append("null");
        } else {
            quote(json, line.name.toString());
        }
        return json.append(",\"type\":\"").append(line.type == 0 ? "" : Type.string(line.type))
                .append("\",\"transport\":\"").append(line.transport == WireResponder.Transport.UDP ? "udp" : "tcp")
                .append("\",\"rcode\":\"").append(Rcode.string(line.rcode))
                .append("\",\"reason\":\"").append(line.outcome.counterName())
                .append("\",\"ready\":").append(line.ready)
                .append(",\"micros\":").append(line.tookNanos / 1000).append("}\n").toString();
    }

    private static String address(Ip6 client) {
        return ClientAddress.isMapped(client.high(), client.low()) ? Ip4.toString((int) client.low())
                : client.toString();
    }

    /** Names are in dnsjava's escaped form: ASCII with backslashes and quotes. */
    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** Writes what is in the queue and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
