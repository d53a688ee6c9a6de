// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One object of the tree, read option by option; {@link #refuseUnknown()} finds those that nobody asked for. */
final class Options {

    private final String path;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    /** Reads an option's text; throws IllegalArgumentException with the reason for what it refuses. */
    interface Parser<T> {
        T parse(String text);
    }

    Options(String path, Map<?, ?> values) {
        this.path = path;
        values.forEach((name, value) -> this.values.put(String.valueOf(name), value));   // YAML has keys of any type
    }

    boolean has(String name) {
        asked.add(name);
        return values.get(name) != null;
    }

    <T> T get(String name, T fallback, Parser<T> parser) throws SettingsException {
        return has(name) ? parse(pathOf(name), values.get(name), parser) : fallback;
    }

    <T> T required(String name, Parser<T> parser) throws SettingsException {
        if (!has(name)) {
            throw error(name, "is missing");
        }
        return get(name, null, parser);
    }

    int integer(String name, int fallback, int min, int max) throws SettingsException {
        return get(name, fallback, text -> {
            if (!text.matches("-?[0-9]{1,18}") || Long.parseLong(text) < min || Long.parseLong(text) > max) {
                throw new IllegalArgumentException("not a whole number from " + min + " to " + max + ": '" + text
                        + "'");
            }
            return Integer.parseInt(text);
        });
    }

    /** YAML's true and false, and BIND's yes and no. */
    boolean flag(String name, boolean fallback) throws SettingsException {
        return get(name, fallback, text -> {
            if (!text.matches("true|false|yes|no")) {
                throw new IllegalArgumentException("neither true nor false: '" + text + "'");
            }
            return text.equals("true") || text.equals("yes");
        });
    }

    /** A list of scalars, empty too; a lone scalar is a list of one. Absent: the fallback. */
    <T> List<T> list(String name, List<T> fallback, Parser<T> parser) throws SettingsException {
        if (!has(name)) {
            return fallback;
        }
        List<T> parsed = new ArrayList<>();
        List<?> elements = elements(name);
        for (int i = 0; i < elements.size(); i++) {
            parsed.add(parse(pathOf(name) + "[" + i + "]", elements.get(i), parser));
        }
        return parsed;
    }

    /** A list of objects, empty too; null where it is absent. */
    List<Options> objects(String name) throws SettingsException {
        if (!has(name)) {
            return null;
        }
        List<Options> objects = new ArrayList<>();
        List<?> elements = elements(name);
        for (int i = 0; i < elements.size(); i++) {
            objects.add(object(pathOf(name) + "[" + i + "]", elements.get(i)));
        }
        return objects;
    }

    /** An object; one without options where it is absent. */
    Options object(String name) throws SettingsException {
        return has(name) ? object(pathOf(name), values.get(name)) : new Options(pathOf(name), Map.of());
    }

    /** The same options with errors that name another path. */
    Options at(String otherPath) {
        return new Options(otherPath, values);
    }

    void refuseUnknown() throws SettingsException {
        for (String name : values.keySet()) {
            if (!asked.contains(name)) {
                throw error(name, "is unknown");
            }
        }
    }

    SettingsException error(String name, String reason) {
        return new SettingsException(pathOf(name), reason);
    }

    String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private List<?> elements(String name) {
        Object value = values.get(name);
        return value instanceof List ? (List<?>) value : List.of(value);
    }

    private static Options object(String path, Object value) throws SettingsException {
        if (!(value instanceof Map)) {
            throw new SettingsException(path, "is not an object with options");
        }
        return new Options(path, (Map<?, ?>) value);
    }

    private static <T> T parse(String path, Object value, Parser<T> parser) throws SettingsException {
        if (value == null || value instanceof Map || value instanceof List) {
            throw new SettingsException(path, "is not a single value");
        }
        try {
            return parser.parse(value.toString().trim());
        } catch (IllegalArgumentException e) {
            throw new SettingsException(path, e.getMessage());
        }
    }
}
