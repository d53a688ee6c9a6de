// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.ArrayList;
import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/**
 * BIND's address match list: prefixes of IPv4 and IPv6, {@code any} and {@code none}, each of which {@code !} negates;
 * the first that an address is in decides, and what is in none doesn't match. IPv4 addresses are looked at in their
 * IPv4-mapped form. Immutable.
 */
public final class AddressMatch {

    public static final AddressMatch ANY = of(List.of("any"));
    public static final AddressMatch NONE = of(List.of());

    private static final long MAPPED_LOW = 0xffff_0000_0000L;
    private static final int MAPPED_LENGTH = 96;

    private final List<Element> elements;
    private final boolean any;

    private static final class Element {
        private final Prefix6 prefix;
        private final boolean matches;

        private Element(Prefix6 prefix, boolean matches) {
            this.prefix = prefix;
            this.matches = matches;
        }
    }

    private AddressMatch(List<Element> elements) {
        this.elements = elements;
        this.any = !elements.isEmpty() && elements.get(0).matches && elements.get(0).prefix.length() == 0;
    }

    /**
     * @throws IllegalArgumentException naming the element that is none
     */
    public static AddressMatch of(List<String> texts) {
        List<Element> elements = new ArrayList<>();
        for (String text : texts) {
            boolean negated = text.startsWith("!");
            String body = negated ? text.substring(1).trim() : text;
            if (body.equals("none")) {
                elements.add(new Element(Prefix6.parse("::/0"), negated));
            } else {
                elements.add(new Element(prefix(body), !negated));
            }
        }
        return new AddressMatch(elements);
    }

    /** A prefix of either family, or an address for itself, or any: as an IPv6 prefix. */
    static Prefix6 prefix(String text) {
        if (text.equals("any")) {
            return Prefix6.parse("::/0");
        }
        if (text.indexOf(':') >= 0) {
            return text.indexOf('/') >= 0 ? Prefix6.parse(text) : Prefix6.of(Ip6.parse(text), Long.SIZE * 2);
        }
        Prefix4 prefix = text.indexOf('/') >= 0 ? Prefix4.parse(text) : Prefix4.of(Ip4.parse(text), Integer.SIZE);
        return Prefix6.of(mapped(prefix.address()), MAPPED_LENGTH + prefix.length());
    }

    /** ::ffff:a.b.c.d. */
    public static Ip6 mapped(int ip4) {
        return Ip6.of(0, MAPPED_LOW | Integer.toUnsignedLong(ip4));
    }

    public boolean matches(long high, long low) {
        if (any) {
            return true;
        }
        for (Element element : elements) {
            if (element.prefix.contains(high, low)) {
                return element.matches;
            }
        }
        return false;
    }

    public boolean matches(Ip6 address) {
        return matches(address.high(), address.low());
    }

    public boolean matches4(int ip4) {
        return matches(0, MAPPED_LOW | Integer.toUnsignedLong(ip4));
    }

    public boolean isNone() {
        return elements.isEmpty();
    }

    /** Whether every address that another list's element of the form "prefix" lets in has met this list's before. */
    boolean coversAll(AddressMatch later) {
        return !later.elements.isEmpty() && later.elements.stream().filter(element -> element.matches)
                .allMatch(element -> elements.stream().anyMatch(mine -> mine.matches
                        && mine.prefix.length() <= element.prefix.length()
                        && mine.prefix.contains(element.prefix.address())
                        && elements.stream().takeWhile(before -> before != mine)
                                .noneMatch(before -> !before.matches && before.prefix.overlaps(element.prefix))));
    }
}
