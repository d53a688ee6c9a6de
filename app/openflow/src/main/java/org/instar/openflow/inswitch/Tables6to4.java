// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

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

/** The flows of the tables from IPv6 to IPv4: {@link TranslationTable} says what for, {@link HeaderWords} why. */
final class Tables6to4 {

    private static final int ETH_TYPE_IPV4 = 0x0800;
    private static final int ETH_TYPE_IPV6 = 0x86dd;
    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int ETHERNET_BYTES = 14;
    private static final int HEADER_6_BYTES = 40;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int NSH_TTL_IN_ETH_SRC = 22;
    private static final int[] TCP_STATE_FLAGS = {1, 2, 4};

    private final TranslationConfig config;
    private final PoolBlocks blocks;

    Tables6to4(TranslationConfig config, PoolBlocks blocks) {
        this.config = config;
        this.blocks = blocks;
    }

    /** Later tables first: packets enter when all is there. */
    Stream<FlowMod> flows() {
        return Stream.of(ProbeHops.ipv4(config), poolAddresses(), header4(), lengths(), nextHeaders(), reparse(), ecn(),
                dscp(), hopLimits(), offer(), measure(), enter()).flatMap(flows -> flows);
    }

    private Stream<FlowMod> enter() {
        return config.pipeline().prefixes().stream().map(prefix -> TranslationRule.ENTER_6TO4.flow(FlowMatch.builder()
                .ethDst(config.pipeline().gatewayMac()).ipv6Destination(prefix.prefix()))
                .gotoTable(TranslationTable.SIZE_6TO4.id()).build());
    }

    private Stream<FlowMod> measure() {
        int largest = config.maxLength4() + TranslationConfig.LENGTH_DIFFERENCE;
        return Measure.flows(TranslationRule.MEASURE_6TO4, largest < config.mtu6(), largest + ETHERNET_BYTES,
                TranslationTable.OFFER_6TO4);
    }

    /** What is not for the switch, whatever the session. */
    private static Stream<FlowMod> offer() {
        List<FlowMod> flows = new ArrayList<>();
        flows.add(slow(TranslationRule.TOO_BIG_6TO4, FlowMatch.builder().register0Bit(Measure.TOO_BIG_BIT, true)));
        flows.add(slow(TranslationRule.LAST_HOP_6TO4, ipv6().ipTtl(0)));
        flows.add(slow(TranslationRule.LAST_HOP_6TO4, ipv6().ipTtl(1)));
        flows.add(slow(TranslationRule.FRAGMENT_6TO4, ipv6().anyFragment()));
        for (int flag : TCP_STATE_FLAGS) {
            flows.add(slow(TranslationRule.TCP_STATE_6TO4, ipv6().tcpFlags(flag)));
        }
        flows.add(slow(TranslationRule.NO_SESSION_6TO4, FlowMatch.builder()));
        return flows.stream();
    }

    private static FlowMod slow(TranslationRule rule, FlowMatchBuilder match) {
        return rule.flow(match).actions(new FlowAction.Resubmit(Table.SESSION_6TO4.id())).build();
    }

    private static Stream<FlowMod> hopLimits() {
        return IntStream.rangeClosed(2, 255).mapToObj(hopLimit -> TranslationRule.HOP_LIMIT.flow(ipv6().ipTtl(hopLimit))
                .actions(writeV8(8, hopLimit - 1, 0xff)).gotoTable(TranslationTable.DSCP.id()).build());
    }

    private static Stream<FlowMod> dscp() {
        return IntStream.range(0, 64).mapToObj(dscp -> TranslationRule.DSCP.flow(ipv6().ipDscp(dscp))
                .actions(writeV8(2, dscp, 0x3f)).gotoTable(TranslationTable.ECN.id()).build());
    }

    private static Stream<FlowMod> ecn() {
        return IntStream.range(0, 4).mapToObj(ecn -> TranslationRule.ECN.flow(ipv6().ipEcn(ecn))
                .actions(writeV8(0, ecn, 3)).gotoTable(TranslationTable.REPARSE_6TO4.id()).build());
    }

    /** Writes bits into V8hi and their complement into V8lo; V8 is the third word of the destination address. */
    private static FlowAction writeV8(int shift, int bits, int mask) {
        long value = (long) bits << 48 + shift | (long) (~bits & mask) << 32 + shift;
        return FlowAction.setMasked(FlowField.IPV6_DST, new FlowMatch.Value(0, value, 0,
                (long) mask << 48 + shift | (long) mask << 32 + shift));
    }

    private static Stream<FlowMod> reparse() {
        return Reparse.taggedOrNot(TranslationRule.REPARSE_6TO4, ipv6().build(), TranslationTable.NEXT_HEADER);
    }

    /**
     * Open vSwitch 3.3.8, 3.4.5, 3.5.3, 3.6.2, 3.7.0 and later write random bits into an NSH header whose context alone
     * is set when nothing else of it was looked at; here its TTL is.
     */
    private Stream<FlowMod> nextHeaders() {
        Stream<FlowMod> known = IntStream.range(0, blocks.count()).boxed().flatMap(block ->
                Stream.of(PROTO_TCP, PROTO_UDP).map(protocol -> TranslationRule.NEXT_HEADER.flow(FlowMatch.builder()
                        .nshTtl(PoolBlocks.nshTtl(block)).ethSrc((long) protocol << 40, 0xffL << 40))
                        .gotoTable(TranslationTable.LENGTH_6TO4.id()).build()));
        return Stream.concat(known, Stream.of(TranslationRule.EXTENSION_HEADER
                .flow(FlowMatch.builder().ethType(HeaderWords.ETH_TYPE_NSH)).actions(FlowAction.controller()).build()));
    }

    private Stream<FlowMod> lengths() {
        int last = config.maxLength4() + TranslationConfig.LENGTH_DIFFERENCE - HEADER_6_BYTES;
        return IntStream.rangeClosed(UDP_HEADER_BYTES, last).mapToObj(payloadLength -> {
            int length = payloadLength + HEADER_6_BYTES - TranslationConfig.LENGTH_DIFFERENCE;
            return TranslationRule.LENGTH_6TO4.flow(FlowMatch.builder().ethType(HeaderWords.ETH_TYPE_NSH)
                    .ethDst(payloadLength, 0xffff))
                    .actions(FlowAction.setField(FlowField.NSH_C1, (long) length << 16 | ~length & 0xffff))
                    .gotoTable(TranslationTable.HEADER_4.id()).build();
        });
    }

    private static Stream<FlowMod> header4() {
        return Stream.of(TranslationRule.HEADER_4.flow(FlowMatch.builder().ethType(HeaderWords.ETH_TYPE_NSH))
                .actions(Reparse.into(TranslationTable.POOL_ADDRESS, new FlowAction.Decap(),
                        new FlowAction.EncapNsh(List.of()), new FlowAction.EncapEthernet())).build());
    }

    private Stream<FlowMod> poolAddresses() {
        return IntStream.range(0, blocks.count()).mapToObj(block -> TranslationRule.POOL_ADDRESS.flow(
                FlowMatch.builder().ethType(ETH_TYPE_IPV4).ethSrc((long) PoolBlocks.nshTtl(block) << NSH_TTL_IN_ETH_SRC,
                        0x3fL << NSH_TTL_IN_ETH_SRC)).actions(
                new FlowAction.Move(FlowField.IPV4_SRC, 24, FlowField.IP_TTL, 0, 8),
                new FlowAction.Move(FlowField.IPV4_SRC, 16, FlowField.IP_ECN, 0, 2),
                new FlowAction.Move(FlowField.IPV4_SRC, 18, FlowField.IP_DSCP, 0, 6),
                FlowAction.setField(FlowField.IPV4_SRC, blocks.firstAddress(block) & 0xffff_ffffL),
                new FlowAction.Move(FlowField.ETH_SRC, 0, FlowField.IPV4_SRC, 0, 8))
                .gotoTable(TranslationTable.NEXT_HOP_4.id()).build());
    }

    private static FlowMatchBuilder ipv6() {
        return FlowMatch.builder().ethType(ETH_TYPE_IPV6);
    }
}
