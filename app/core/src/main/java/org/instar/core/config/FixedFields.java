// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.instar.core.edge.AdvertisedPrefix;
import org.instar.core.edge.Advertisement;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Route4;
import org.instar.core.edge.Vlans;
import org.instar.engine.translate.TranslatorSettings;

/** The fields that are read once at the start: which of them differ between two configurations. */
final class FixedFields {

    private final List<String> changed = new ArrayList<>();

    private FixedFields() {
    }

    /** Paths of the fields that differ. */
    static List<String> changed(Nat64Config old, Nat64Config wanted) {
        FixedFields fields = new FixedFields();
        fields.compare("prefixes", old, wanted, Nat64Config::prefixes);
        fields.compare("shards", old, wanted, Nat64Config::shards);
        fields.compare("limits.subscriberPrefixLength", old.limits(), wanted.limits(),
                LimitConfig::subscriberPrefixLength);
        fields.translation(old.translation(), wanted.translation());
        fields.gateway(old.gateway(), wanted.gateway());
        fields.compare("dns64", old, wanted, config -> config.dns64().isPresent());
        return fields.changed;
    }

    private <T> void compare(String path, T old, T wanted, Function<T, ?> field) {
        if (!Objects.equals(field.apply(old), field.apply(wanted))) {
            changed.add(path);
        }
    }

    private void translation(TranslatorSettings old, TranslatorSettings wanted) {
        compare("translation.mtu6", old, wanted, TranslatorSettings::mtu6);
        compare("translation.mtu4", old, wanted, TranslatorSettings::mtu4);
        compare("translation.lowestMtu6", old, wanted, TranslatorSettings::lowestMtu6);
        compare("translation.trafficClass6", old, wanted, TranslatorSettings::trafficClass6);
        compare("translation.typeOfService4", old, wanted, TranslatorSettings::typeOfService4);
        compare("translation.alwaysDontFragment", old, wanted, TranslatorSettings::isAlwaysDontFragment);
        compare("translation.mssClamp", old, wanted, TranslatorSettings::isMssClamp);
        compare("translation.nonGlobalInWellKnownPrefix", old, wanted,
                TranslatorSettings::isNonGlobalInWellKnownPrefix);
        compare("translation.udpZeroChecksum", old, wanted, TranslatorSettings::udpZeroChecksum);
    }

    private void gateway(EdgeConfig old, EdgeConfig wanted) {
        compare("gateway.mac", old, wanted, EdgeConfig::mac);
        compare("gateway.ipv6.address", old, wanted, edge -> edge.address6() + " in " + edge.onLink6());
        compare("gateway.ipv4.address", old, wanted, edge -> edge.address4() + " in " + edge.onLink4());
        compare("gateway.ipv4.nextHop", old, wanted, EdgeConfig::nextHop4);
        compare("gateway.ipv4.vlan", old, wanted, edge -> edge.links4().get(0).vlan());
        compare("gateway.ipv4.links", old, wanted, edge -> texts(edge.links4().subList(1, edge.links4().size())));
        compare("gateway.ipv4.routes", old, wanted, FixedFields::furtherRoutes);
        compare("gateway.ipv6.vlans", old, wanted, FixedFields::vlans);
        if (old.advertisement() == null || wanted.advertisement() == null) {
            compare("gateway.ipv6.advertise", old, wanted, EdgeConfig::advertisement);
            return;
        }
        advertisement(old.advertisement(), wanted.advertisement());
    }

    private static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.toList());
    }

    private static List<String> furtherRoutes(EdgeConfig edge) {
        return texts(edge.routes4().stream().filter(route -> !route.destination().equals(Route4.DEFAULT))
                .collect(Collectors.toList()));
    }

    /** The VLANs, with the prefixes of those that have their own: the gateway's link is another field. */
    private static List<String> vlans(EdgeConfig edge) {
        return edge.links6().stream().map(link -> link.prefixes().equals(List.of(edge.onLink6()))
                ? Vlans.text(link.vlan()) : link.toString()).collect(Collectors.toList());
    }

    private void advertisement(Advertisement old, Advertisement wanted) {
        compare("gateway.ipv6.advertise.prefixes", old, wanted, advertisement -> advertisement.prefixes().stream()
                .map(AdvertisedPrefix::prefix).collect(Collectors.toList()));
        compare("gateway.ipv6.advertise.intervalSeconds", old, wanted, Advertisement::intervalSeconds);
        compare("gateway.ipv6.advertise.mtu", old, wanted, Advertisement::mtu);
        compare("gateway.ipv6.advertise.pref64", old, wanted, advertisement -> !advertisement.pref64().isEmpty());
        compare("gateway.ipv6.advertise.rdnss", old, wanted, Advertisement::rdnss);
    }
}
