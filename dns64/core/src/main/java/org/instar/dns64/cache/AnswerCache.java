// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Question;
import org.instar.dns64.RecordCopy;
import org.instar.dns64.UpstreamAnswer;
import org.instar.dns64.settings.CacheSettings;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * Answers of upstreams by question, bounded by bytes. One question is fetched once at a time, whoever asks it. Negative
 * answers are kept by RFC 2308, those asked for near their end are fetched meanwhile, and those past it stand in when
 * nobody answers (RFC 8767). Safe for use by several threads, none of which waits.
 */
public final class AnswerCache {

    /** RFC 8767 §5: upstreams that failed are left alone for as long as a stale answer stands in. */
    private static final long FAILURE_RECHECK_SECONDS = 30;

    /** Of the cache's bytes, for ready messages. */
    private static final int READY_SHARE = 4;

    private final CacheSettings settings;
    private final Dns64Counters counters;
    private final LongSupplier nanoClock;
    private final Cache<Question, CachedAnswer> answers;
    private final ConcurrentHashMap<Question, CompletableFuture<UpstreamAnswer>> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong flushes = new AtomicLong();

    public AnswerCache(CacheSettings settings, Dns64Counters counters, LongSupplier nanoClock) {
        this.settings = settings;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(settings.sizeBytes() - settings.sizeBytes() / READY_SHARE)
                .weigher((Question question, CachedAnswer answer) -> answer.bytes(question.name().length()))
                .expireAfter(Expiry.creating((Question question, CachedAnswer answer) ->
                        Duration.ofNanos(answer.lifeNanos(settings.maxStaleSeconds()))))
                .ticker(nanoClock::getAsLong)
                .build();
    }

    /**
     * The answer, from here or from the fetcher.
     *
     * @param fetcher asks upstreams; completes with {@link UpstreamAnswer#FAILED} rather than exceptionally
     */
    public CompletionStage<UpstreamAnswer> ask(Question question,
            Function<Question, CompletionStage<UpstreamAnswer>> fetcher) {
        CachedAnswer cached = answers.getIfPresent(question);
        long now = nanoClock.getAsLong();
        if (cached != null && cached.isFresh(now)) {
            counters.increment(Dns64Counter.CACHE_HITS);
            if (cached.claimPrefetch(now, settings.prefetchPercent())) {
                counters.increment(Dns64Counter.PREFETCHES);
                fetch(question, fetcher);
            }
            return CompletableFuture.completedFuture(cached.at(now));
        }
        counters.increment(Dns64Counter.CACHE_MISSES);
        if (cached == null || cached.isFailure() || !cached.isWithin(now, settings.maxStaleSeconds())) {
            return fetch(question, fetcher);
        }
        return cached.isResting(now) ? CompletableFuture.completedFuture(stale(cached))
                : freshOrStale(cached, fetch(question, fetcher));
    }

    private CompletableFuture<UpstreamAnswer> fetch(Question question,
            Function<Question, CompletionStage<UpstreamAnswer>> fetcher) {
        CompletableFuture<UpstreamAnswer> mine = new CompletableFuture<>();
        CompletableFuture<UpstreamAnswer> others = inFlight.putIfAbsent(question, mine);
        if (others != null) {
            return others;
        }
        long flushesBefore = flushes.get();
        CompletionStage<UpstreamAnswer> asked;
        try {
            asked = fetcher.apply(question);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        asked.thenApply(this::bound).whenComplete((answer, failure) -> {
            if (failure == null && flushes.get() == flushesBefore) {
                keep(question, answer);
            }
            inFlight.remove(question, mine);
            if (failure == null) {
                mine.complete(answer);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** No TTL above the largest, and those of SOA records of negative answers by RFC 2308 §5. */
    private UpstreamAnswer bound(UpstreamAnswer answer) {
        return answer.mapRecords(record -> RecordCopy.withTtl(record, Math.min(settings.maxTtlSeconds(),
                record instanceof SOARecord && answer.answer().stream().noneMatch(record::equals)
                        ? Math.min(record.getTTL(), ((SOARecord) record).getMinimum()) : record.getTTL())));
    }

    private void keep(Question question, UpstreamAnswer answer) {
        long now = nanoClock.getAsLong();
        if (answer.isFailure()) {
            CachedAnswer before = answers.getIfPresent(question);
            if (before != null && !before.isFailure() && before.isWithin(now, settings.maxStaleSeconds())
                    && settings.maxStaleSeconds() > 0) {
                before.restUntil(now + TimeUnit.SECONDS.toNanos(FAILURE_RECHECK_SECONDS));
            } else if (settings.failureTtlSeconds() > 0) {
                answers.put(question, CachedAnswer.of(answer, now, settings.failureTtlSeconds()));
            }
            return;
        }
        long ttl = answer.ttlSeconds();
        if (answer.rcode() == Rcode.NXDOMAIN || answer.answer().isEmpty()) {
            ttl = Math.min(ttl, settings.maxNegativeTtlSeconds());
        }
        if (ttl > 0) {
            answers.put(question, CachedAnswer.of(answer, now, ttl));
        }
    }

    /** A stale answer when the fetched one is a failure, or takes longer than clients wait (RFC 8767 §5). */
    private CompletionStage<UpstreamAnswer> freshOrStale(CachedAnswer cached,
            CompletableFuture<UpstreamAnswer> fetched) {
        CompletableFuture<UpstreamAnswer> first = fetched.thenApply(answer -> answer.isFailure()
                && answer.security() != UpstreamAnswer.Security.BOGUS ? stale(cached) : answer);
        if (settings.staleClientTimeoutMillis() == 0) {
            return first;
        }
        return first.copy().completeOnTimeout(null, settings.staleClientTimeoutMillis(), TimeUnit.MILLISECONDS)
                .thenApply(answer -> answer == null ? stale(cached) : answer);
    }

    private UpstreamAnswer stale(CachedAnswer cached) {
        counters.increment(Dns64Counter.STALE);
        UpstreamAnswer answer = cached.withTtl(settings.staleTtlSeconds());
        return answer.withError(answer.rcode() == Rcode.NXDOMAIN ? ExtendedErrorCodeOption.STALE_NXDOMAIN_ANSWER
                : ExtendedErrorCodeOption.STALE_ANSWER);
    }

    /** Forgets the answers about a name; how many. */
    public long flushName(Name name) {
        return flush(question -> question.name().equals(name));
    }

    /** Forgets the answers about a domain and all below. */
    public long flushSuffix(Name domain) {
        return flush(question -> question.name().subdomain(domain));
    }

    /** Forgets the answers with an address that is among some: IPv4 addresses are looked at IPv4-mapped. */
    public long flushAddresses(Predicate<byte[]> among) {
        flushes.incrementAndGet();
        long now = nanoClock.getAsLong();
        long before = answers.asMap().size();
        answers.asMap().entrySet().removeIf(entry -> (entry.getKey().type() == Type.A
                || entry.getKey().type() == Type.AAAA || entry.getKey().type() == Type.ANY)
                && entry.getValue().at(now).answer().stream()
                        .filter(record -> record.getType() == Type.A || record.getType() == Type.AAAA)
                        .anyMatch(record -> among.test(record.rdataToWireCanonical())));
        return before - answers.asMap().size();
    }

    public long flushAll() {
        return flush(question -> true);
    }

    private long flush(Predicate<Question> forgotten) {
        flushes.incrementAndGet();   // what is being fetched is of before
        long before = answers.asMap().size();
        answers.asMap().keySet().removeIf(forgotten);
        return before - answers.asMap().size();
    }

    /** How many answers there are, those past their end too. */
    public long entries() {
        answers.cleanUp();
        return answers.estimatedSize();
    }

    /** What they weigh. */
    public long bytes() {
        answers.cleanUp();
        return answers.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
    }
}
