// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One object of a configuration tree, read field by field. Remembers which fields were asked for, so that
 * {@link #refuseUnknown()} finds the misspelt ones.
 */
public final class ConfigNode {

    private final String path;
    private final Map<?, ?> fields;
    private final Set<String> known = new HashSet<>();

    private ConfigNode(String path, Map<?, ?> fields) {
        this.path = path;
        this.fields = fields;
    }

    /** Reads an object of a list. */
    interface ObjectReader<T> {

        T read(ConfigNode node) throws ConfigException;
    }

    /** The whole tree. */
    public static ConfigNode root(Map<String, ?> tree) {
        return new ConfigNode("", tree);
    }

    /** An object that another field stands for: errors name that field's path. */
    static ConfigNode at(String path, Map<String, ?> fields) {
        return new ConfigNode(path, fields);
    }

    /** Whether the field is there, with a value. */
    public boolean has(String field) {
        known.add(field);
        return fields.get(field) != null;
    }

    /** A scalar that must be there, read by a parser that throws IllegalArgumentException for what it refuses. */
    public <T> T required(String field, Function<String, T> parser) throws ConfigException {
        if (!has(field)) {
            throw error(field, "is missing");
        }
        return parse(pathOf(field), fields.get(field), parser);
    }

    /** A scalar, or the fallback where it is absent. */
    public <T> T optional(String field, T fallback, Function<String, T> parser) throws ConfigException {
        return has(field) ? required(field, parser) : fallback;
    }

    /** A whole number within [min, max], or the fallback where it is absent. */
    public int integer(String field, int fallback, int min, int max) throws ConfigException {
        return optional(field, fallback, text -> {
            if (!text.matches("-?[0-9]{1,18}") || Long.parseLong(text) < min || Long.parseLong(text) > max) {
                throw new IllegalArgumentException(
                        "not a whole number from " + min + " to " + max + ": '" + text + "'");
            }
            return Integer.parseInt(text);
        });
    }

    /** true or false, or the fallback where it is absent. */
    public boolean flag(String field, boolean fallback) throws ConfigException {
        return optional(field, fallback, text -> {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException("neither true nor false: '" + text + "'");
            }
            return Boolean.valueOf(text);
        });
    }

    /** A list of scalars with at least one element; a lone scalar counts as a list of one. */
    public <T> List<T> list(String field, Function<String, T> parser) throws ConfigException {
        List<T> values = new ArrayList<>();
        List<?> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            values.add(parse(pathOf(field) + "[" + i + "]", elements.get(i), parser));
        }
        return values;
    }

    /** A list of objects with at least one element. */
    public List<ConfigNode> objects(String field) throws ConfigException {
        List<ConfigNode> nodes = new ArrayList<>();
        List<?> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            nodes.add(node(pathOf(field) + "[" + i + "]", elements.get(i)));
        }
        return nodes;
    }

    /** A list of scalars and objects, either of which stand for the same, with at least one element. */
    <T> List<T> list(String field, Function<String, T> parser, ObjectReader<T> reader) throws ConfigException {
        List<T> values = new ArrayList<>();
        List<?> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            String place = pathOf(field) + "[" + i + "]";
            values.add(elements.get(i) instanceof Map ? reader.read(node(place, elements.get(i)))
                    : parse(place, elements.get(i), parser));
        }
        return values;
    }

    /** The names of all fields, for objects whose fields are data. */
    List<String> fields() {
        List<String> names = new ArrayList<>();
        fields.keySet().forEach(field -> names.add(String.valueOf(field)));
        return names;
    }

    /** All fields with their values, for a part that reads them itself and refuses the unknown ones. */
    Map<String, Object> takeAll() {
        Map<String, Object> all = new LinkedHashMap<>();
        fields.forEach((field, value) -> all.put(String.valueOf(field), value));
        known.addAll(all.keySet());
        return Collections.unmodifiableMap(all);
    }

    /** An object that must be there. */
    public ConfigNode object(String field) throws ConfigException {
        if (!has(field)) {
            throw error(field, "is missing");
        }
        return node(pathOf(field), fields.get(field));
    }

    /** An object, empty where it is absent. */
    public Optional<ConfigNode> optionalObject(String field) throws ConfigException {
        return has(field) ? Optional.of(object(field)) : Optional.empty();
    }

    /**
     * @throws ConfigException naming the first field that nobody asked for
     */
    public void refuseUnknown() throws ConfigException {
        for (Object field : fields.keySet()) {
            if (!known.contains(String.valueOf(field))) {
                throw error(String.valueOf(field), "is unknown");
            }
        }
    }

    /** An error about a field of this object. */
    public ConfigException error(String field, String reason) {
        return new ConfigException(pathOf(field), reason);
    }

    private List<?> elements(String field) throws ConfigException {
        if (!has(field)) {
            throw error(field, "is missing");
        }
        Object value = fields.get(field);
        List<?> elements = value instanceof List ? (List<?>) value : List.of(value);
        if (elements.isEmpty()) {
            throw error(field, "is empty");
        }
        return elements;
    }

    private static ConfigNode node(String path, Object value) throws ConfigException {
        if (!(value instanceof Map)) {
            throw new ConfigException(path, "is not an object with fields");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        // YAML has keys that are numbers
        ((Map<?, ?>) value).forEach((field, content) -> fields.put(String.valueOf(field), content));
        return new ConfigNode(path, fields);
    }

    private static <T> T parse(String path, Object value, Function<String, T> parser) throws ConfigException {
        if (value == null || value instanceof Map || value instanceof List) {
            throw new ConfigException(path, "is not a single value");
        }
        try {
            return parser.apply(value.toString().trim());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(path, e.getMessage());
        }
    }

    private String pathOf(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
