// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares packets field by field, all but the IPv4 identification that the translator is free to draw. */
final class PacketComparison {

    private static final int IPV4_HEADER = 20;
    private static final int IDENTIFICATION = 4;
    private static final int CHECKSUM = 10;

    private final FreeIdentifications identifications;

    /** @param input the packets that came in */
    PacketComparison(List<TimedPacket> input) {
        identifications = new FreeIdentifications(input);
    }

    /** What differs, in the order of the packet's fields; to be asked for each packet in its turn. */
    List<String> differences(TimedPacket expected, TimedPacket actual) {
        List<String> differences = new ArrayList<>();
        if (expected.timeNanos() != actual.timeNanos()) {
            differences.add("time: expected " + seconds(expected) + ", but is " + seconds(actual));
        }
        byte[] expectedBytes = expected.bytes().clone();
        byte[] actualBytes = actual.bytes().clone();
        if (isIpv4(actual) && !isHeaderChecksumRight(actualBytes)) {
            differences.add("IPv4 header checksum at offset " + CHECKSUM + ": is wrong for its header");
        }
        if (isIpv4(expected) && isIpv4(actual)) {
            if (!identifications.allows(expectedBytes, actualBytes)) {
                differences.add("IPv4 identification at offset " + IDENTIFICATION
                        + ": not that of the IPv6 fragments, or not the same for all fragments of a packet");
            }
            clear(expectedBytes);
            clear(actualBytes);
        }
        if (expected.version() != actual.version()) {
            differences.add("IP version at offset 0: expected " + expected.version() + ", but is " + actual.version());
        } else if (!Arrays.equals(expectedBytes, actualBytes)) {
            differences.addAll(fieldDifferences(expectedBytes, actualBytes));
        }
        return differences;
    }

    private static List<String> fieldDifferences(byte[] expected, byte[] actual) {
        Map<String, PacketField> actualFields = new LinkedHashMap<>();
        PacketFields.of(actual).forEach(field -> actualFields.put(field.name(), field));
        List<String> differences = new ArrayList<>();
        for (PacketField field : PacketFields.of(expected)) {
            PacketField other = actualFields.remove(field.name());
            if (other == null) {
                differences.add(field.name() + ": expected " + field.text() + ", but is missing");
            } else if (!Arrays.equals(field.value(), other.value())) {
                differences.add(field.differenceTo(other));
            }
        }
        actualFields.values().forEach(field -> differences.add(
                field.name() + " at offset " + field.offset() + ": not expected, but is " + field.text()));
        return differences;
    }

    private static boolean isIpv4(TimedPacket packet) {
        return packet.version() == 4 && packet.bytes().length >= IPV4_HEADER;
    }

    private static void clear(byte[] packet) {
        Arrays.fill(packet, IDENTIFICATION, IDENTIFICATION + 2, (byte) 0);
        Arrays.fill(packet, CHECKSUM, CHECKSUM + 2, (byte) 0);
    }

    /** Summed here anew: what is tested doesn't test itself (RFC 1071). */
    private static boolean isHeaderChecksumRight(byte[] packet) {
        int length = Math.min(packet.length, (packet[0] & 0xf) * 4);
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (packet[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum % 0xffff == 0;
    }

    private static String seconds(TimedPacket packet) {
        return String.format("%d.%09d", packet.timeNanos() / 1_000_000_000, packet.timeNanos() % 1_000_000_000);
    }
}
