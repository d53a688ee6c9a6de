// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.dns64;

import java.util.Optional;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Nat64Config;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.PrefixBlock;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.instar.dns64.settings.View;

/** The options below {@code dns64}, checked against what is translated here. */
public final class Dns64Options {

    private static final String FIELD = "dns64";

    private Dns64Options() {
    }

    /**
     * Reads them. Without prefix and blocks the first of the translator's prefixes is taken.
     *
     * @return empty: no DNS64
     * @throws ConfigException naming view, block and option; also for a prefix that is neither translated here nor
     *         among {@code dns64.translators}
     */
    public static Optional<Dns64Settings> read(Nat64Config config) throws ConfigException {
        if (config.dns64().isEmpty()) {
            return Optional.empty();
        }
        Dns64Settings settings;
        try {
            settings = SettingsReader.read(config.dns64().get().options(), Optional.of(config.prefixes().get(0)));
        } catch (SettingsException e) {
            throw new ConfigException(FIELD + "." + e.path(), e.reason());
        }
        if (settings.listen().isEmpty()) {
            throw new ConfigException(FIELD + ".listen", "is missing");
        }
        for (View view : settings.views()) {
            checkPrefixes(config, settings, view);
        }
        return Optional.of(settings);
    }

    private static void checkPrefixes(Nat64Config config, Dns64Settings settings, View view) throws ConfigException {
        for (int i = 0; i < view.blocks().size(); i++) {
            PrefixBlock block = view.blocks().get(i);
            boolean elsewhere = settings.translators().stream()
                    .anyMatch(translator -> translator.prefix().equals(block.prefix()));
            if (!elsewhere && !config.prefixes().contains(block.prefix())) {
                String where = view == settings.whole() ? "" : ".views." + view.name();
                throw new ConfigException(FIELD + where + ".blocks[" + i + "].prefix", block.prefix()
                        + " is not among prefixes, nor among dns64.translators: nothing would translate it");
            }
        }
    }
}
