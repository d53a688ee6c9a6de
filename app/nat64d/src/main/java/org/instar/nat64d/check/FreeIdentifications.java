// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows which IPv4 identifications are free: the translator draws them at random, unless the packet came as IPv6
 * fragments and brought one (RFC 7915 §5.1.1). What is drawn for fragments has to be one number for all of a packet
 * and another for the next packet.
 */
final class FreeIdentifications {

    private static final int IPV6_HEADER = 40;
    private static final int NEXT_HEADER_OFFSET = 6;
    private static final int FRAGMENT_HEADER = 44;
    private static final int FRAGMENT_HEADER_LENGTH = 8;
    private static final int FRAGMENT_BITS = 0x3fff;

    private record Flow(int source, int destination, int protocol, int identification) {
    }

    private final Set<Integer> given = new HashSet<>();
    private final Map<Flow, Integer> actualOfExpected = new HashMap<>();
    private final Map<Flow, Integer> expectedOfActual = new HashMap<>();

    FreeIdentifications(List<TimedPacket> input) {
        for (TimedPacket packet : input) {
            byte[] bytes = packet.bytes();
            if (packet.version() == 6 && bytes.length >= IPV6_HEADER + FRAGMENT_HEADER_LENGTH
                    && bytes[NEXT_HEADER_OFFSET] == FRAGMENT_HEADER) {
                given.add(ByteBuffer.wrap(bytes).getShort(IPV6_HEADER + 6) & 0xffff);
            }
        }
    }

    /** Whether an IPv4 packet, header and all, may have its identification where this one was expected. */
    boolean allows(byte[] expected, byte[] actual) {
        ByteBuffer header = ByteBuffer.wrap(actual);
        int expectedId = ByteBuffer.wrap(expected).getShort(4) & 0xffff;
        int actualId = header.getShort(4) & 0xffff;
        if (given.contains(expectedId)) {
            return expectedId == actualId;
        }
        if ((header.getShort(6) & FRAGMENT_BITS) == 0) {
            return true;
        }
        return sameEachTime(actualOfExpected, flow(header, expectedId), actualId)
                & sameEachTime(expectedOfActual, flow(header, actualId), expectedId);
    }

    private static Flow flow(ByteBuffer header, int identification) {
        return new Flow(header.getInt(12), header.getInt(16), header.get(9), identification);
    }

    private static boolean sameEachTime(Map<Flow, Integer> partners, Flow flow, int partner) {
        Integer before = partners.putIfAbsent(flow, partner);
        return before == null || before == partner;
    }
}
