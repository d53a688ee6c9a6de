// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The words of a line: parted by blanks; braces and commas are words of their own; from a '#' on it is a comment. */
final class Words {

    private final List<String> words = new ArrayList<>();
    private final String thing;
    private int next;

    /**
     * @param thing what the line is, for errors: "rule"
     */
    Words(String line, String thing) {
        this.thing = thing;
        int start = -1;
        for (int i = 0; i <= line.length(); i++) {
            char character = i < line.length() ? line.charAt(i) : ' ';
            boolean alone = character == '{' || character == '}' || character == ',';
            if (alone || Character.isWhitespace(character)) {
                if (start >= 0) {
                    words.add(line.substring(start, i));
                    start = -1;
                }
                if (alone) {
                    words.add(String.valueOf(character));
                }
            } else if (start < 0) {
                if (character == '#') {
                    return;
                }
                start = i;
            }
        }
    }

    boolean atEnd() {
        return next == words.size();
    }

    /** The next word, "" at the end. */
    String peek() {
        return atEnd() ? "" : words.get(next);
    }

    /** Goes past the next word if it is this one. */
    boolean accept(String word) {
        if (peek().equals(word)) {
            next++;
            return true;
        }
        return false;
    }

    /**
     * @throws IllegalArgumentException when the next word is another
     */
    void expect(String word) {
        if (!accept(word)) {
            throw expected("'" + word + "'");
        }
    }

    /**
     * Reads the next word.
     *
     * @param parser throws IllegalArgumentException for what it refuses
     */
    <T> T take(String what, Function<String, T> parser) {
        if (atEnd() || isPunctuation(peek())) {
            throw expected(what);
        }
        try {
            T value = parser.apply(peek());
            next++;
            return value;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place() + ": expected " + what + ": " + e.getMessage(), e);
        }
    }

    /** One word, or several in braces, with or without commas. */
    <T> List<T> takeList(String what, Function<String, T> parser) {
        List<T> values = new ArrayList<>();
        if (!accept("{")) {
            values.add(take(what, parser));
            return values;
        }
        do {
            values.add(take(what, parser));
            accept(",");
        } while (!accept("}"));
        return values;
    }

    int takeNumber(String what, int max) {
        return take(what, text -> number(text, max));
    }

    static int number(String text, int max) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > max) {
            throw new IllegalArgumentException("not a whole number from 0 to " + max + ": '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    IllegalArgumentException expected(String what) {
        return new IllegalArgumentException(place() + ": expected " + what);
    }

    private static boolean isPunctuation(String word) {
        return word.equals("{") || word.equals("}") || word.equals(",") || word.equals("->");
    }

    private String place() {
        return atEnd() ? "at the end of the " + thing : "'" + peek() + "' (word " + (next + 1) + ")";
    }
}
