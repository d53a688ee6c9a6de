// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.Optional;
import org.instar.core.config.Deterministic;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/**
 * Who has which ports of a deterministic pool (RFC 7422): computed both ways from the configuration alone. Subscribers
 * are numbered as their prefixes follow one another; the first ones share the pool's first address, each with the next
 * range of ports, and so on. Immutable.
 */
public final class DeterministicMap {

    static final int NOBODY = -1;

    private final List<Prefix4> prefixes;
    private final Deterministic clients;
    private final int bits;
    private final int firstPort;
    private final int perAddress;
    private final int portsEach;

    /**
     * @throws IllegalArgumentException when the pool is not deterministic
     */
    public DeterministicMap(PoolConfig pool) {
        this.clients = pool.deterministic().orElseThrow(
                () -> new IllegalArgumentException("pool '" + pool.name() + "' is not deterministic"));
        this.prefixes = pool.prefixes();
        this.bits = clients.subscriberLength() - clients.clients().length();
        this.firstPort = pool.firstPort();
        this.perAddress = pool.subscribersPerAddress();
        this.portsEach = pool.portsPerSubscriber();
    }

    /** The ports of a subscriber, or of one host in its prefix; empty for what is outside the pool's clients. */
    public Optional<PortSpan> forward(Prefix6 subscriber) {
        int number = number(subscriber.address().high(), subscriber.address().low(), subscriber.length());
        if (number == NOBODY) {
            return Optional.empty();
        }
        int first = firstPort(number);
        return Optional.of(new PortSpan(address(number), first, first + portsEach - 1));
    }

    /** Whose port that is; empty when it can be nobody's. */
    public Optional<Prefix6> reverse(int address, int port) {
        int before = 0;
        for (Prefix4 prefix : prefixes) {
            if (prefix.contains(address)) {
                return reverseAt(before + address - prefix.address(), port);
            }
            before += (int) prefix.size();
        }
        return Optional.empty();
    }

    private Optional<Prefix6> reverseAt(int index, int port) {
        int range = port < firstPort ? perAddress : (port - firstPort) / portsEach;
        long number = (long) index * perAddress + range;
        if (range >= perAddress || number >= clients.subscribers()) {
            return Optional.empty();
        }
        int behind = 128 - clients.subscriberLength();
        Ip6 start = clients.clients().address();
        long high = behind >= 64 ? number << behind - 64 : behind == 0 ? 0 : number >>> 64 - behind;
        long low = behind >= 64 ? 0 : number << behind;
        return Optional.of(Prefix6.of(Ip6.of(start.high() | high, start.low() | low), clients.subscriberLength()));
    }

    /** The number of the subscriber that a prefix of that length is, or lies in; {@link #NOBODY} for none. */
    int number(long high, long low, int length) {
        if (length < clients.subscriberLength() || !clients.clients().contains(high, low)) {
            return NOBODY;
        }
        int behind = 128 - clients.subscriberLength();
        long shifted = behind >= 64 ? (behind == 128 ? 0 : high >>> behind - 64)
                : behind == 0 ? low : low >>> behind | high << 64 - behind;
        return (int) (shifted & (1L << bits) - 1);
    }

    int address(int number) {
        int index = number / perAddress;
        for (Prefix4 prefix : prefixes) {
            if (index < prefix.size()) {
                return prefix.address() + index;
            }
            index -= (int) prefix.size();
        }
        throw new IllegalArgumentException("no subscriber " + number);
    }

    int firstPort(int number) {
        return firstPort + number % perAddress * portsEach;
    }
}
