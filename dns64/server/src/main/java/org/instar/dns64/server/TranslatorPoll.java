// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.dns64.choice.TranslatorLoad;
import org.instar.dns64.settings.TranslatorSettings;

/** Asks a nat64d for its health and pools by REST, again and again. */
final class TranslatorPoll implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TranslatorSettings settings;
    private final HttpClient client;
    private final ScheduledExecutorService timer;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile TranslatorLoad load = TranslatorLoad.UNKNOWN;

    private TranslatorPoll(TranslatorSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder().connectTimeout(timeout()).build();
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("dns64-translators").daemon().factory());
    }

    static TranslatorPoll start(TranslatorSettings settings) {
        TranslatorPoll poll = new TranslatorPoll(settings);
        poll.timer.scheduleWithFixedDelay(poll::once, 0, settings.intervalMillis(), TimeUnit.MILLISECONDS);
        return poll;
    }

    private Duration timeout() {
        return Duration.ofMillis(Math.max(200, settings.intervalMillis()));
    }

    TranslatorLoad load() {
        return load;
    }

    private void once() {
        try {
            CompletableFuture<HttpResponse<String>> health = get("/v1/health");
            CompletableFuture<HttpResponse<String>> pools = get("/v1/pools");
            load = read(health.join(), pools.join());
            failures.set(0);
        } catch (CompletionException | IOException | IllegalArgumentException e) {
            if (failures.incrementAndGet() >= settings.failures()) {
                load = TranslatorLoad.GONE;
            }
        }
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.url() + path)).timeout(timeout()).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** 503 is nat64d's word that it doesn't work; one whose pools all drain is to get nobody. */
    private static TranslatorLoad read(HttpResponse<String> health, HttpResponse<String> pools) throws IOException {
        if (health.statusCode() == 503) {
            return TranslatorLoad.GONE;
        }
        if (health.statusCode() != 200 || pools.statusCode() != 200) {
            throw new IOException("status " + health.statusCode() + " and " + pools.statusCode());
        }
        JsonNode all = MAPPER.readTree(pools.body()).path("pools");
        long taken = 0;
        long capacity = 0;
        boolean draining = !all.isEmpty();
        for (JsonNode pool : all) {
            draining &= pool.path("draining").asBoolean();
            for (JsonNode bindings : pool.path("bindings")) {
                taken += bindings.asLong();
                capacity += pool.path("capacityPerProtocol").asLong();
            }
        }
        return new TranslatorLoad(draining ? TranslatorLoad.State.DRAINING : TranslatorLoad.State.UP,
                MAPPER.readTree(health.body()).path("sessions").asLong(),
                capacity == 0 ? 1 : 1 - (double) taken / capacity);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        client.shutdownNow();
    }
}
