// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.instar.dns64.choice.TranslatorLoad;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.engine.address.Prefix64;

/** The load of translators: what an operator says of their state goes before what they say, here or by REST. */
final class KnownLoads implements TranslatorLoads {

    private final TranslatorLoads own;
    private final Map<Prefix64, TranslatorLoad.State> ordered = new ConcurrentHashMap<>();
    private volatile Map<Prefix64, TranslatorPoll> polls = Map.of();

    /**
     * @param own of those in this process
     */
    KnownLoads(TranslatorLoads own) {
        this.own = own;
    }

    void poll(Map<Prefix64, TranslatorPoll> now) {
        polls = Map.copyOf(now);
    }

    Map<Prefix64, TranslatorPoll> polls() {
        return polls;
    }

    /** An operator's word on a translator; empty: its own counts again. */
    void order(Prefix64 prefix, Optional<TranslatorLoad.State> state) {
        state.ifPresentOrElse(given -> ordered.put(prefix, given), () -> ordered.remove(prefix));
    }

    @Override
    public TranslatorLoad of(Prefix64 prefix) {
        TranslatorPoll poll = polls.get(prefix);
        TranslatorLoad load = poll == null ? own.of(prefix) : poll.load();
        TranslatorLoad.State order = ordered.isEmpty() ? null : ordered.get(prefix);
        return order == null ? load : new TranslatorLoad(order, load.sessions(), load.headroom());
    }

    /** Those somebody has said something about. */
    Map<Prefix64, TranslatorLoad> known() {
        Map<Prefix64, TranslatorLoad> known = new LinkedHashMap<>();
        polls.keySet().forEach(prefix -> known.put(prefix, of(prefix)));
        ordered.keySet().forEach(prefix -> known.put(prefix, of(prefix)));
        return known;
    }
}
