// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The packets a flow is for: every field named must have the value named, under its mask; no field means every packet.
 * Immutable. Made by {@link #builder()}, which adds the fields OpenFlow demands beside others (OXM prerequisites).
 */
public record FlowMatch(Map<FlowField, Value> fields) {

    private static final FlowMatch ANY = new FlowMatch(Map.of());

    /** Value and mask of one field, right-aligned in 128 bits; a mask of all the field's bits is an exact match. */
    public record Value(long high, long low, long maskHigh, long maskLow) {

        /** Whether a packet whose field is {@code high}, {@code low} matches. */
        public boolean matches(long packetHigh, long packetLow) {
            return (packetHigh & maskHigh) == high && (packetLow & maskLow) == low;
        }
    }

    public FlowMatch {
        Map<FlowField, Value> copy = new EnumMap<>(FlowField.class);
        copy.putAll(fields);
        copy.forEach(FlowMatch::check);
        fields = Collections.unmodifiableMap(copy);
    }

    static void check(FlowField field, Value value) {
        Objects.requireNonNull(value, field::toString);
        if ((value.maskHigh & ~field.highBits()) != 0 || (value.maskLow & ~field.lowBits()) != 0) {
            throw new IllegalArgumentException(field + ": mask is wider than " + field.bits() + " bits");
        }
        if ((value.high & ~value.maskHigh) != 0 || (value.low & ~value.maskLow) != 0) {
            throw new IllegalArgumentException(field + ": value has bits its mask has not");
        }
    }

    /** Matches every packet. */
    public static FlowMatch any() {
        return ANY;
    }

    public static FlowMatchBuilder builder() {
        return new FlowMatchBuilder();
    }

    static boolean isExact(FlowField field, Value value) {
        return value.maskHigh == field.highBits() && value.maskLow == field.lowBits();
    }

    @Override
    public String toString() {
        return fields.isEmpty() ? "any" : fields.entrySet().stream()
                .map(entry -> text(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(","));
    }

    private static String text(FlowField field, Value value) {
        return field + "=" + valueText(field, value);
    }

    /** Value and, unless it is exact, mask or prefix length, for people. */
    static String valueText(FlowField field, Value value) {
        String text = field.valueText(value.high, value.low);
        if (isExact(field, value)) {
            return text;
        }
        int length = Long.bitCount(value.maskHigh) + Long.bitCount(value.maskLow);
        boolean prefix = field.bits() == 32 && (int) value.maskLow == -1 << 32 - length
                || field.bits() == 128 && length <= 64 && value.maskLow == 0 && value.maskHigh == -1L << 64 - length
                || field.bits() == 128 && length > 64 && value.maskHigh == -1 && value.maskLow == -1L << 128 - length;
        return text + "/" + (prefix ? Integer.toString(length) : field.valueText(value.maskHigh, value.maskLow));
    }
}
