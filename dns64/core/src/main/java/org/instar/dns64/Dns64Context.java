// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.instar.dns64.cache.AnswerCache;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.ForwardZone;
import org.instar.dns64.settings.View;

/**
 * What a DNS64 keeps when it is told something new: counters, the answers of upstreams and what is known about these.
 * Answers are kept as long as the upstreams, the trust anchors and the cache's own settings stay the same; nothing
 * synthetic is among them.
 */
public final class Dns64Context {

    private final Dns64Counters counters;
    private final Function<Dns64Settings, Upstreams> upstreamsOf;
    private final TranslatorLoads loads;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private AnswerCache cache;
    private String cachedFor = "";
    private Upstreams upstreams;
    private String upstreamsFor = "";

    /**
     * @param upstreamsOf makes the upstreams by settings
     */
    public Dns64Context(Dns64Counters counters, Function<Dns64Settings, Upstreams> upstreamsOf,
            TranslatorLoads loads) {
        this(counters, upstreamsOf, loads, System::nanoTime, Clock.systemUTC());
    }

    /**
     * @param nanoClock what TTLs run by
     * @param clock the time that signatures must be valid at
     */
    public Dns64Context(Dns64Counters counters, Function<Dns64Settings, Upstreams> upstreamsOf, TranslatorLoads loads,
            LongSupplier nanoClock, Clock clock) {
        this.counters = counters;
        this.upstreamsOf = upstreamsOf;
        this.loads = loads;
        this.nanoClock = nanoClock;
        this.clock = clock;
    }

    public Dns64Counters counters() {
        return counters;
    }

    TranslatorLoads loads() {
        return loads;
    }

    LongSupplier nanoClock() {
        return nanoClock;
    }

    /** The answers kept now; empty before the first responder was made. */
    public synchronized AnswerCache cache() {
        if (cache == null) {
            throw new IllegalStateException("no responder was made yet");
        }
        return cache;
    }

    synchronized AnswerCache cacheFor(Dns64Settings settings) throws IOException {
        List<Object> key = new ArrayList<>(List.of(settings.upstreams(), settings.cache(),
                settings.dnssec().isValidation(), anchors(settings)));
        for (View view : settings.views()) {
            for (ForwardZone zone : view.forward()) {
                key.add(zone.domain() + " " + zone.upstreams());
            }
        }
        if (cache == null || !cachedFor.equals(key.toString())) {
            cache = new AnswerCache(settings.cache(), counters, nanoClock);
            cachedFor = key.toString();
        }
        return cache;
    }

    synchronized Upstreams upstreamsFor(Dns64Settings settings) {
        String key = settings.upstream().queryTimeoutMillis() + " " + settings.upstream().tries() + " "
                + settings.upstream().isCaseRandomisation() + " " + settings.upstream().isCookies();
        if (upstreams == null || !upstreamsFor.equals(key)) {
            upstreams = upstreamsOf.apply(settings);
            upstreamsFor = key;
        }
        return upstreams;
    }

    Validation validationFor(Dns64Settings settings) throws IOException {
        if (!settings.dnssec().isValidation()) {
            return null;
        }
        try {
            return new Validation(anchors(settings).getBytes(StandardCharsets.UTF_8), counters,
                    clock);
        } catch (IOException e) {
            throw new IOException("dnssec.trust-anchor-file: " + e.getMessage(), e);
        }
    }

    private static String anchors(Dns64Settings settings) throws IOException {
        if (!settings.dnssec().isValidation()) {
            return "";
        }
        String file = settings.dnssec().trustAnchorFile().orElseThrow();
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IOException("dnssec.trust-anchor-file: " + file + ": " + e.getMessage(), e);
        }
    }
}
