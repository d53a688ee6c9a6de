// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;
import org.instar.openflow.pipeline.Table;

/** The flows of the tables from IPv4 to IPv6; {@link TranslationTable} says what each is for. */
final class Tables4to6 {

    private static final int ETH_TYPE_IPV4 = 0x0800;
    private static final int ETH_TYPE_IPV6 = 0x86dd;
    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int ETHERNET_BYTES = 14;
    private static final int HEADER_4_BYTES = 20;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int[] TCP_STATE_FLAGS = {1, 2, 4};

    /** Where TTL and type of service wait in W3 and W4, as bits of either address. */
    private static final int TTL_IN_W3 = 6;
    private static final int ECN_IN_W4 = 16;
    private static final int DSCP_IN_W4 = 18;
    /** V8lo is W3lo: what was at a bit of W3 is 32 bits further up in the IPv6 destination, of which V9 is the end. */
    private static final int W3_IN_IPV6_DST = 32;
    private static final int NSH_LENGTH_MD2 = 2;
    private static final long W3_WRITTEN = 0xffff_c03fL;
    /** Of no meaning; any class and type would do. Its first bit set, a dump by ovs-ofctl can be loaded again. */
    private static final int TLV_CLASS = 0x0100;

    private final TranslationConfig config;

    Tables4to6(TranslationConfig config) {
        this.config = config;
    }

    /** Later tables first: packets enter when all is there. */
    Stream<FlowMod> flows() {
        return Stream.of(ProbeHops.ipv6(config), trafficClass(), header6(), lengths(), reparse(), offer(), measure(),
                enter()).flatMap(flows -> flows);
    }

    private Stream<FlowMod> enter() {
        return config.pipeline().poolPrefixes().stream().map(pool -> TranslationRule.ENTER_4TO6.flow(FlowMatch.builder()
                .ethDst(config.pipeline().gatewayMac()).ipv4Destination(pool))
                .gotoTable(TranslationTable.SIZE_4TO6.id()).build());
    }

    private Stream<FlowMod> measure() {
        return Measure.flows(TranslationRule.MEASURE_4TO6, config.longestTo6() < config.mtu4(),
                config.longestTo6() + ETHERNET_BYTES, TranslationTable.OFFER_4TO6);
    }

    /** What is not for the switch, whatever the session. */
    private static Stream<FlowMod> offer() {
        List<FlowMod> flows = new ArrayList<>();
        flows.add(slow(TranslationRule.TOO_BIG_4TO6, FlowMatch.builder().register0Bit(Measure.TOO_BIG_BIT, true)));
        flows.add(slow(TranslationRule.LAST_HOP_4TO6, ipv4().ipTtl(0)));
        flows.add(slow(TranslationRule.LAST_HOP_4TO6, ipv4().ipTtl(1)));
        flows.add(slow(TranslationRule.FRAGMENT_4TO6, ipv4().anyFragment()));
        for (int flag : TCP_STATE_FLAGS) {
            flows.add(slow(TranslationRule.TCP_STATE_4TO6, ipv4().tcpFlags(flag)));
        }
        flows.add(slow(TranslationRule.NO_SESSION_4TO6, FlowMatch.builder()));
        return flows.stream();
    }

    private static FlowMod slow(TranslationRule rule, FlowMatchBuilder match) {
        return rule.flow(match).actions(new FlowAction.Resubmit(Table.SESSION_4TO6.id())).build();
    }

    private static Stream<FlowMod> reparse() {
        return Reparse.taggedOrNot(TranslationRule.REPARSE_4TO6, ipv4().build(), TranslationTable.LENGTH_4TO6,
                new FlowAction.DecrementTtl(),
                new FlowAction.Move(FlowField.IP_TTL, 0, FlowField.IPV4_SRC, TTL_IN_W3, 8),
                new FlowAction.Move(FlowField.IP_ECN, 0, FlowField.IPV4_DST, ECN_IN_W4, 2),
                new FlowAction.Move(FlowField.IP_DSCP, 0, FlowField.IPV4_DST, DSCP_IN_W4, 6),
                FlowAction.setMasked(FlowField.IPV4_SRC, new FlowMatch.Value(0,
                        (long) HeaderWords.ETH_TYPE_NSH << 16 | NSH_LENGTH_MD2, 0, W3_WRITTEN)));
    }

    private Stream<FlowMod> lengths() {
        Stream<FlowMod> known = IntStream.rangeClosed(HEADER_4_BYTES + UDP_HEADER_BYTES, config.longestTo6()).boxed()
                .flatMap(length -> length < HEADER_4_BYTES + TCP_HEADER_BYTES ? Stream.of(length(length, PROTO_UDP))
                        : Stream.of(length(length, PROTO_TCP), length(length, PROTO_UDP)));
        return Stream.concat(known, Stream.of(TranslationRule.OPTIONS
                .flow(FlowMatch.builder().ethType(HeaderWords.ETH_TYPE_NSH)).actions(FlowAction.controller()).build()));
    }

    /** Version and IHL are matched too: a header with options has another IHL. */
    private static FlowMod length(int length, int protocol) {
        return TranslationRule.LENGTH_4TO6.flow(FlowMatch.builder().ethType(HeaderWords.ETH_TYPE_NSH)
                .ethDst(0x45L << 40 | (long) length << 16, 0xffL << 40 | 0xffffL << 16)
                .ethSrc((long) protocol << 16, 0xffL << 16))
                .actions(new FlowAction.Decap(), new FlowAction.EncapNsh(List.of(new FlowAction.NshTlv(TLV_CLASS, 0,
                        fixedWords(length - HEADER_4_BYTES, protocol)))))
                .gotoTable(TranslationTable.HEADER_6.id()).build();
    }

    /** Type of the frame, V0, V1 without the hop limit, V2 to V7 (zero), V8hi: 36 bytes. */
    private static byte[] fixedWords(int payloadLength, int protocol) {
        return ByteBuffer.allocate(36).putShort((short) ETH_TYPE_IPV6).putInt(6 << 28).putShort((short) payloadLength)
                .put((byte) protocol).put((byte) 0).putShort(34, (short) HeaderWords.ETH_TYPE_NSH).array();
    }

    private static Stream<FlowMod> header6() {
        return Stream.of(TranslationRule.HEADER_6.flow(FlowMatch.builder())
                .actions(Reparse.into(TranslationTable.TRAFFIC_CLASS, new FlowAction.EncapEthernet())).build());
    }

    private static Stream<FlowMod> trafficClass() {
        return Stream.of(TranslationRule.TRAFFIC_CLASS.flow(FlowMatch.builder().ethType(ETH_TYPE_IPV6)).actions(
                new FlowAction.Move(FlowField.IPV6_DST, W3_IN_IPV6_DST + TTL_IN_W3, FlowField.IP_TTL, 0, 8),
                new FlowAction.Move(FlowField.IPV6_DST, ECN_IN_W4, FlowField.IP_ECN, 0, 2),
                new FlowAction.Move(FlowField.IPV6_DST, DSCP_IN_W4, FlowField.IP_DSCP, 0, 6))
                .gotoTable(TranslationTable.ADDRESSES_6.id()).build());
    }

    private static FlowMatchBuilder ipv4() {
        return FlowMatch.builder().ethType(ETH_TYPE_IPV4);
    }
}
