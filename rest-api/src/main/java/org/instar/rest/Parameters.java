// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.UriInfo;
import org.instar.core.Protocol;
import org.instar.core.service.SessionFilter;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;

/** The query parameters of one request; an unknown one is refused, so that a misspelt filter can't mean "all". */
final class Parameters {

    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 10_000;

    private final MultivaluedMap<String, String> values;

    Parameters(UriInfo uri, Set<String> known) {
        values = uri.getQueryParameters();
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new BadParameterException(name, "unknown parameter; known are " + new TreeSet<>(known));
            }
            if (values.get(name).size() > 1) {
                throw new BadParameterException(name, "given more than once");
            }
        }
    }

    SessionFilter filter() {
        return SessionFilter.of(parse("client", Ip6::parse), parse("protocol", Protocol::parse));
    }

    int limit() {
        return (int) number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }

    long after() {
        return number("after", 0, 0, Long.MAX_VALUE);
    }

    /** A parameter that must be there. */
    String required(String name) {
        return parse(name, text -> text).orElseThrow(() -> new BadParameterException(name, "is missing"));
    }

    /** true or false; false when it isn't there. */
    boolean flag(String name) {
        return parse(name, text -> {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException("neither true nor false: '" + text + "'");
            }
            return Boolean.valueOf(text);
        }).orElse(false);
    }

    private long number(String name, long fallback, long min, long max) {
        return parse(name, text -> {
            long value = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "not a whole number from " + min + " to " + max + ": '" + text + "'");
            }
            return value;
        }).orElse(fallback);
    }

    /** An address or prefix of clients. */
    Optional<Prefix6> clients() {
        return parse("client", Prefix6::parse);
    }

    /** An IPv4 address, packed. */
    Optional<Integer> address() {
        return parse("address", Ip4::parse);
    }

    int port() {
        required("port");
        return (int) number("port", 0, 0, 65535);
    }

    private <T> Optional<T> parse(String name, Function<String, T> parser) {
        String text = values.getFirst(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(name, e.getMessage());
        }
    }
}
