// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Locale;
import org.instar.engine.translate.TranslatorSettings;
import org.instar.engine.translate.UdpZeroChecksum;

/** Reads the section {@code translation}: what RFC 7915 leaves to the operator. */
final class TranslationReader {

    private static final int MAX_OCTET = 255;

    private TranslationReader() {
    }

    static TranslatorSettings read(ConfigNode node) throws ConfigException {
        TranslatorSettings settings = TranslatorSettings.defaults()
                .withMtu6(node.integer("mtu6", TranslatorSettings.defaults().mtu6(), TranslatorSettings.MIN_MTU6,
                        TranslatorSettings.MAX_MTU))
                .withMtu4(node.integer("mtu4", TranslatorSettings.defaults().mtu4(), TranslatorSettings.MIN_MTU4,
                        TranslatorSettings.MAX_MTU))
                .withLowestMtu6(node.integer("lowestMtu6", TranslatorSettings.MIN_MTU6, TranslatorSettings.MIN_MTU6,
                        TranslatorSettings.MAX_MTU))
                .withTrafficClass6(node.optional("trafficClass6", TranslatorSettings.COPY, TranslationReader::octet))
                .withTypeOfService4(node.optional("typeOfService4", TranslatorSettings.COPY, TranslationReader::octet))
                .withAlwaysDontFragment(node.flag("alwaysDontFragment", false))
                .withMssClamp(node.flag("mssClamp", true))
                .withNonGlobalInWellKnownPrefix(node.flag("nonGlobalInWellKnownPrefix", false))
                .withUdpZeroChecksum(node.optional("udpZeroChecksum", UdpZeroChecksum.COMPUTE,
                        TranslationReader::policy));
        node.refuseUnknown();
        return settings;
    }

    /** "copy", or a number from 0 to 255. */
    private static int octet(String text) {
        if (text.equals("copy")) {
            return TranslatorSettings.COPY;
        }
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > MAX_OCTET) {
            throw new IllegalArgumentException("neither copy nor a number from 0 to 255: '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static UdpZeroChecksum policy(String text) {
        for (UdpZeroChecksum policy : UdpZeroChecksum.values()) {
            if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("not one of compute, drop, forward: '" + text + "'");
    }
}
