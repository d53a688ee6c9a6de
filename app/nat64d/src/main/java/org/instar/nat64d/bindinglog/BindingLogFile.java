// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.bindinglog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.instar.core.Protocol;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolEvents;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.jctools.queues.MpscArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the binding log as JSON lines, on a thread of its own: who got and gave back which port block, which IPv4
 * transport address, and if wanted which session. A full queue or disk loses lines, never packets: they are counted.
 */
public final class BindingLogFile implements BindingLog, PoolEvents, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BindingLogFile.class);
    private static final int QUEUE = 1 << 16;
    private static final long IDLE_NANOS = 20_000_000;
    private static final long FULL_NANOS = 100_000;
    static final String STARTED = "started";

    /** One line to be: what it says is put into words by the thread that writes. */
    private record Entry(String event, long timeMillis, Protocol protocol, long high, long low, int clientPort,
            int address, int first, int last, int remoteAddress, int remotePort, int prefixLength, String pool) { }

    private final MpscArrayQueue<Entry> queue = new MpscArrayQueue<>(QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Writer out;
    private final boolean sessions;
    private final Thread thread;
    private volatile boolean open = true;
    /** Block events are of blocks that were leased before the start. */
    private volatile boolean restoring;

    /** While it is open, nothing is lost but the log waits, and blocks that are leased were so before the start. */
    public final class Restoring implements AutoCloseable {

        private Restoring() {
            restoring = true;
        }

        @Override
        public void close() {
            restoring = false;
        }
    }

    private BindingLogFile(Writer out, boolean sessions) {
        this.out = out;
        this.sessions = sessions;
        this.thread = Thread.ofPlatform().name("binding-log").start(this::run);
    }

    /**
     * Opens the file, to go on at its end: with a line that says that a process has started, and that what was held
     * before is over if it isn't restored after it.
     *
     * @param sessions whether sessions with their destinations are logged too
     * @param nowMillis when the process has started
     */
    public static BindingLogFile open(Path file, boolean sessions, long nowMillis) throws IOException {
        boolean torn = endsWithinLine(file);
        Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (torn) {
            out.write('\n');
        }
        BindingLogFile log = new BindingLogFile(out, sessions);
        log.add(new Entry(STARTED, nowMillis, null, 0, 0, 0, 0, 0, 0, 0, -1, 0, null));
        return log;
    }

    /** A process that was killed may have left half a line. */
    private static boolean endsWithinLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /** Says that what comes now was there before the process started; close it when that is all. */
    public Restoring restoring() {
        return new Restoring();
    }

    /** Lines that were lost. */
    public long lost() {
        return lost.get();
    }

    /** Lines in the file. */
    public long written() {
        return written.get();
    }

    @Override
    public void bindingCreated(Protocol protocol, long high, long low, int clientPort, int address, int port,
            long nowMillis) {
        add(binding("binding_created", protocol, high, low, clientPort, address, port, nowMillis));
    }

    @Override
    public void bindingRemoved(Protocol protocol, long high, long low, int clientPort, int address, int port,
            long nowMillis) {
        add(binding("binding_removed", protocol, high, low, clientPort, address, port, nowMillis));
    }

    @Override
    public void bindingRestored(Protocol protocol, long high, long low, int clientPort, int address, int port,
            long nowMillis) {
        add(binding("binding_restored", protocol, high, low, clientPort, address, port, nowMillis));
    }

    @Override
    public void sessionRestored(Protocol protocol, long high, long low, int clientPort, int address, int port,
            int remoteAddress, int remotePort, long nowMillis) {
        if (sessions) {
            add(new Entry("session_restored", nowMillis, protocol, high, low, clientPort, address, port, port,
                    remoteAddress, remotePort, 0, null));
        }
    }

    private static Entry binding(String event, Protocol protocol, long high, long low, int clientPort, int address,
            int port, long nowMillis) {
        return new Entry(event, nowMillis, protocol, high, low, clientPort, address, port, port, 0, -1, 0, null);
    }

    @Override
    public void sessionCreated(Protocol protocol, long high, long low, int clientPort, int address, int port,
            int remoteAddress, int remotePort, long nowMillis) {
        if (sessions) {
            add(new Entry("session_created", nowMillis, protocol, high, low, clientPort, address, port, port,
                    remoteAddress, remotePort, 0, null));
        }
    }

    @Override
    public void sessionRemoved(Protocol protocol, long high, long low, int clientPort, int address, int port,
            int remoteAddress, int remotePort, long nowMillis) {
        if (sessions) {
            add(new Entry("session_removed", nowMillis, protocol, high, low, clientPort, address, port, port,
                    remoteAddress, remotePort, 0, null));
        }
    }

    @Override
    public void blockAssigned(long high, long low, int prefixLength, int address, int first, int last, String pool) {
        add(block(restoring ? "block_restored" : "block_assigned", high, low, prefixLength, address, first, last,
                pool));
    }

    @Override
    public void blockReleased(long high, long low, int prefixLength, int address, int first, int last, String pool) {
        add(block("block_released", high, low, prefixLength, address, first, last, pool));
    }

    private static Entry block(String event, long high, long low, int prefixLength, int address, int first, int last,
            String pool) {
        return new Entry(event, System.currentTimeMillis(), null, high, low, 0, address, first, last, 0, -1,
                prefixLength, pool);
    }

    @Override
    public void alarm(String pool, boolean raised) {
        add(new Entry(raised ? "pool_alarm_raised" : "pool_alarm_cleared", System.currentTimeMillis(), null, 0, 0, 0,
                0, 0, 0, 0, -1, 0, pool));
    }

    private void add(Entry entry) {
        boolean added = queue.offer(entry);
        while (!added && restoring && thread.isAlive()) {
            LockSupport.parkNanos(FULL_NANOS);
            added = queue.offer(entry);
        }
        if (!added) {
            lost.incrementAndGet();
        }
    }

    private void run() {
        while (open || !queue.isEmpty()) {
            Entry entry = queue.poll();
            if (entry != null) {
                write(entry);
            } else {
                flush();
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        flush();
    }

    private void write(Entry entry) {
        try {
            out.write(line(entry));
            written.incrementAndGet();
        } catch (IOException e) {
            lose(e);
        }
    }

    private String line(Entry entry) {
        ObjectNode node = mapper.createObjectNode();
        node.put("time", Instant.ofEpochMilli(entry.timeMillis()).toString());
        node.put("event", entry.event());
        if (entry.pool() != null) {
            node.put("pool", entry.pool());
        }
        if (entry.protocol() != null) {
            node.put("protocol", entry.protocol().text());
            node.put("client", Ip6.of(entry.high(), entry.low()).toString());
            node.put("clientPort", entry.clientPort());
            node.put("address", Ip4.toString(entry.address()));
            node.put("port", entry.first());
        } else if (entry.event().startsWith("block")) {
            if (entry.prefixLength() > 0) {
                node.put("subscriber", Ip6.of(entry.high(), entry.low()) + "/" + entry.prefixLength());
            }
            node.put("address", Ip4.toString(entry.address()));
            node.put("firstPort", entry.first());
            node.put("lastPort", entry.last());
        }
        if (entry.remotePort() >= 0) {
            node.put("remoteAddress", Ip4.toString(entry.remoteAddress()));
            node.put("remotePort", entry.remotePort());
        }
        return node + "\n";
    }

    private void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            lose(e);
        }
    }

    private void lose(IOException e) {
        if (lost.getAndIncrement() == 0) {
            LOG.error("the binding log loses lines: {}", e.getMessage());
        }
    }

    /** Writes what is still there and closes the file. */
    @Override
    public void close() throws IOException, InterruptedException {
        open = false;
        thread.join();
        out.close();
    }
}
