// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.instar.engine.address.Prefix64;

/** A nat64d elsewhere that translates a prefix, and whose load is asked for by REST. Immutable. */
public final class TranslatorSettings {

    private final Prefix64 prefix;
    private final URI url;
    private final int intervalMillis;
    private final int failures;

    private TranslatorSettings(Options options) throws SettingsException {
        prefix = options.required("prefix", Prefix64::parse);
        url = options.required("url", TranslatorSettings::url);
        intervalMillis = options.integer("interval-millis", 1000, 50, 3_600_000);
        failures = options.integer("failures", 2, 1, 100);
        options.refuseUnknown();
    }

    static List<TranslatorSettings> readAll(Options options) throws SettingsException {
        List<TranslatorSettings> translators = new ArrayList<>();
        List<Options> objects = options.objects("translators");
        if (objects != null) {
            for (Options object : objects) {
                translators.add(new TranslatorSettings(object));
            }
        }
        return List.copyOf(translators);
    }

    private static URI url(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !text.matches("https?://.*")) {
            throw new IllegalArgumentException("not a URL of http or https: '" + text + "'");
        }
        return url;
    }

    public Prefix64 prefix() {
        return prefix;
    }

    /** The base of its REST: {@code http://192.0.2.1:8064}. */
    public URI url() {
        return url;
    }

    public int intervalMillis() {
        return intervalMillis;
    }

    /** After how many answers that didn't come it counts as dead. */
    public int failures() {
        return failures;
    }
}
