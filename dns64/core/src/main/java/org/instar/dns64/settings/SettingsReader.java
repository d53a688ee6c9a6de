// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.Map;
import java.util.Optional;
import org.instar.engine.address.Prefix64;

/** Makes {@link Dns64Settings} of a tree of maps, lists and scalars, as YAML and JSON parsers deliver it. */
public final class SettingsReader {

    private SettingsReader() {
    }

    /**
     * Reads all options. Without {@code prefix} and {@code blocks} nothing is synthesised.
     *
     * @throws SettingsException naming view, block and option
     */
    public static Dns64Settings read(Map<String, ?> tree) throws SettingsException {
        return read(tree, Optional.empty());
    }

    /**
     * Reads all options.
     *
     * @param defaultPrefix what is synthesised with where the whole has neither {@code prefix} nor {@code blocks}
     * @throws SettingsException naming view, block and option
     */
    public static Dns64Settings read(Map<String, ?> tree, Optional<Prefix64> defaultPrefix) throws SettingsException {
        return new Dns64Settings(new Options("", tree), defaultPrefix.orElse(null));
    }
}
