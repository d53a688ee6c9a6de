// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.nio.ByteBuffer;
import org.instar.core.path.ShardSelector;
import org.instar.core.pool.PortSteering;
import org.instar.fastpath.FilterProgram;
import org.instar.fastpath.FilterProgram.Label;

/**
 * Tells, before a frame is anybody's, the shard that most likely owns it: from the IPv6 side by the hash that deals
 * clients out, from the IPv4 side by the port, whose turn it is; echo messages, ARP and neighbor discovery are the
 * first shard's. The kernel runs it as a program; of packet-ins it is asked here. Where it is wrong (errors, fragments,
 * blocks leased out of turn) the shard hands the packet over.
 */
final class ShardFilter {

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int VLAN = 0x8100;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int ECHO_REQUEST_6 = 128;
    private static final int ECHO_REPLY_6 = 129;
    private static final int LEAST_ND_TYPE = 133;
    private static final int ND_TYPES = 5;
    private static final int MORE_FRAGMENTS_AND_OFFSET = 0x3fff;
    private static final int WITHOUT_OPTIONS = 0x45;
    private static final int HEADER6 = 40;
    private static final int TYPE_OFFSET = 12;
    private static final int ETHERNET_HEADER = 14;
    private static final int TAG = 4;
    private static final int WORDS = 4;
    private static final int PORT_KEY = 4;

    private final ShardSelector selector;
    private final PortSteering steering;

    ShardFilter(ShardSelector selector, PortSteering steering) {
        this.selector = selector;
        this.steering = steering;
    }

    /** The program; its offsets count from the IP header. */
    FilterProgram program() {
        FilterProgram program = new FilterProgram();
        Label version4 = program.label();
        Label first = program.label();
        program.loadEtherType().jumpIf(IPV4, version4).jumpUnless(IPV6, first);
        version6(program, first);
        program.place(version4);
        version4(program, first);
        return program.place(first).returnValue(0);
    }

    private void version6(FilterProgram program, Label first) {
        Label ports = program.label();
        Label noPorts = program.label();
        Label hash = program.label();
        program.loadByte(6).jumpIf(TCP, ports).jumpIf(UDP, ports).jumpUnless(ICMPV6, noPorts);
        program.loadByte(HEADER6).jumpIf(ECHO_REQUEST_6, first).jumpIf(ECHO_REPLY_6, first);
        for (int i = 0; i < ND_TYPES; i++) {
            program.jumpIf(LEAST_ND_TYPE + i, first);
        }
        program.place(noPorts).loadValue(0).jump(hash);
        program.place(ports).loadHalf(HEADER6);
        program.place(hash).multiply(selector.key(PORT_KEY)).store(0);
        for (int i = 0; i < WORDS; i++) {
            program.loadWord(8 + 4 * i).multiply(selector.key(i)).addStored(0).store(0);
        }
        scale(program);
    }

    private void version4(FilterProgram program, Label first) {
        Label addresses = program.label();
        Label ports = program.label();
        program.loadHalf(6).jumpIfAny(MORE_FRAGMENTS_AND_OFFSET, addresses);
        program.loadByte(0).jumpUnless(WITHOUT_OPTIONS, addresses);
        program.loadByte(9).jumpIf(TCP, ports).jumpIf(UDP, ports).jumpUnless(ICMP, addresses);
        program.loadByte(20).jumpIf(0, first).jumpIf(8, first);
        program.place(addresses).loadWord(12).multiply(selector.key(0)).store(0)
                .loadWord(16).multiply(selector.key(1)).addStored(0);
        scale(program);
        program.place(ports).loadHalf(22).shiftRight(steering.shift()).modulo(steering.shards()).returnAccumulator();
    }

    /** As {@link ShardSelector} scales its sums. */
    private void scale(FilterProgram program) {
        program.shiftRight(16).multiply(selector.shards()).shiftRight(16).returnAccumulator();
    }

    /** The shard of a frame that comes as a packet-in: the first packet of a client's flow, or something rare. */
    int ofPacketIn(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        int packet = ETHERNET_HEADER;
        if (frame.length >= packet && (buffer.getShort(TYPE_OFFSET) & 0xffff) == VLAN) {
            packet += TAG;
        }
        if (frame.length < packet + HEADER6 + 2 || (buffer.getShort(packet - 2) & 0xffff) != IPV6) {
            return 0;
        }
        int nextHeader = frame[packet + 6];
        return nextHeader != TCP && nextHeader != UDP ? 0 : selector.ofClient(buffer.getLong(packet + 8),
                buffer.getLong(packet + 16), buffer.getShort(packet + HEADER6) & 0xffff);
    }
}
