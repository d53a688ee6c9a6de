// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.instar.dns64.Dns64Context;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.WireResponder;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.TranslatorSettings;
import org.instar.dns64.upstream.DnsjavaUpstreams;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.Name;

/** A whole DNS64: sockets, answers, the log of queries, what is known of translators, and the change of settings. */
public final class Dns64Service implements AutoCloseable {

    private final Dns64Counters counters = new Dns64Counters();
    private final KnownLoads loads;
    private final Dns64Context context;
    private Dns64Settings settings;
    private WireResponder responder;
    private Dns64Server server;
    private QueryLog queryLog;
    private AdminServer admin;

    /**
     * @param own the load of translators in this process
     */
    public Dns64Service(TranslatorLoads own) {
        this.loads = new KnownLoads(own);
        this.context = new Dns64Context(counters,
                wanted -> new DnsjavaUpstreams(wanted.upstream(), counters), loads);
    }

    /**
     * Starts, or doesn't and leaves nothing open.
     *
     * @throws IOException naming the option, or the address that can't be listened on
     */
    public synchronized void start(Dns64Settings first) throws IOException {
        try {
            queryLog = openLog(first);
            responder = responder(first, queryLog);
            server = new Dns64Server(first.listen(), responder);
            startServer();
            if (first.adminListen().isPresent()) {
                admin = AdminServer.start(first.adminListen().get(), this);
            }
            settings = first;
            follow(first.translators());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startServer() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException("listen: " + e.getMessage(), e);
        }
    }

    private WireResponder responder(Dns64Settings wanted, QueryLog log) throws IOException {
        return new WireResponder(new Dns64Responder(wanted, context), System::nanoTime, log);
    }

    private static QueryLog openLog(Dns64Settings wanted) throws IOException {
        if (wanted.queryLogFile().isEmpty()) {
            return null;
        }
        try {
            return QueryLog.open(Path.of(wanted.queryLogFile().get()));
        } catch (IOException e) {
            throw new IOException("query-log: " + e, e);
        }
    }

    /** Other settings, ready to be taken: everything that could fail has been done. */
    public final class Change {

        private final Dns64Settings wanted;
        private final QueryLog log;
        private final WireResponder next;

        private Change(Dns64Settings wanted, QueryLog log, WireResponder next) {
            this.wanted = wanted;
            this.log = log;
            this.next = next;
        }

        /** Takes them; queries that wait are answered by the ones of before. */
        public void apply() {
            synchronized (Dns64Service.this) {
                server.replace(next);
                QueryLog before = queryLog;
                responder = next;
                queryLog = log;
                settings = wanted;
                if (before != null && before != log) {
                    before.close();
                }
                follow(wanted.translators());
            }
        }

        /** Leaves all as it is. */
        public void discard() {
            if (log != null && log != queryLog) {
                log.close();
            }
        }
    }

    /**
     * Makes other settings ready.
     *
     * @throws IOException naming the option that can't be followed; all is as it was
     */
    public synchronized Change prepare(Dns64Settings wanted) throws IOException {
        String fixed = fixedChange(settings, wanted);
        if (!fixed.isEmpty()) {
            throw new IOException(fixed + ": needs a restart");
        }
        QueryLog log = sameLog(wanted) ? queryLog : openLog(wanted);
        try {
            return new Change(wanted, log, responder(wanted, log));
        } catch (IOException | RuntimeException e) {
            if (log != null && log != queryLog) {
                log.close();
            }
            throw e;
        }
    }

    /** The first of the options that are read at the start only and differ; empty: none. */
    private static String fixedChange(Dns64Settings before, Dns64Settings wanted) {
        return !before.listen().equals(wanted.listen()) ? "listen"
                : !before.adminListen().equals(wanted.adminListen()) ? "admin-listen"
                : before.serving().threads() != wanted.serving().threads() ? "threads" : "";
    }

    private boolean sameLog(Dns64Settings wanted) {
        return queryLog == null ? wanted.queryLogFile().isEmpty()
                : wanted.queryLogFile().map(Path::of).filter(queryLog.file()::equals).isPresent();
    }

    private void follow(List<TranslatorSettings> wanted) {
        Map<Prefix64, TranslatorPoll> before = loads.polls();
        Map<Prefix64, TranslatorPoll> now = new HashMap<>();
        wanted.forEach(translator -> now.put(translator.prefix(), TranslatorPoll.start(translator)));
        loads.poll(now);
        before.values().forEach(TranslatorPoll::close);
    }

    /** Where clients are served, with the ports really bound. */
    public synchronized List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** Where metrics are served; null: nowhere. */
    public synchronized InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    KnownLoads loads() {
        return loads;
    }

    /** All counters by name, zeros included, with what the caches weigh. */
    public synchronized Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>(counters.asMap());
        if (responder != null) {
            all.put("cache_entries", context.cache().entries());
            all.put("cache_bytes", context.cache().bytes());
            all.put("ready_bytes", responder.readyBytes());
        }
        if (queryLog != null) {
            all.put("query_log_lines", queryLog.written());
            all.put("query_log_lost", queryLog.lost());
        }
        return all;
    }

    /** Forgets the answers about one name; how many. */
    public long flushName(Name name) {
        return flushed(context.cache().flushName(name));
    }

    /** Forgets the answers about a domain and all below. */
    public long flushSuffix(Name domain) {
        return flushed(context.cache().flushSuffix(domain));
    }

    /** Forgets the answers with an address among some. */
    public long flushAddresses(Predicate<byte[]> among) {
        return flushed(context.cache().flushAddresses(among));
    }

    public long flushAll() {
        return flushed(context.cache().flushAll());
    }

    private synchronized long flushed(long answers) {
        responder.flush();   // whatever they were made of
        return answers;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close();
        }
        if (server != null) {
            server.close();
        }
        loads.polls().values().forEach(TranslatorPoll::close);
        loads.poll(Map.of());
        if (queryLog != null) {
            queryLog.close();
        }
    }
}
