// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;
import org.projectfloodlight.openflow.protocol.OFFlowMod;
import org.projectfloodlight.openflow.protocol.OFFlowModFlags;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U64;

class CodecTest {

    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");

    private static FlowMatch throughTheWire(FlowMatch match) throws Exception {
        ByteBuf out = Unpooled.buffer();
        FieldCodec.writeMatch(out, match);
        FieldCodec.Decoded decoded = FieldCodec.readMatch(out);
        assertThat(out.isReadable()).isFalse();
        assertThat(decoded.complete()).isTrue();
        return decoded.match();
    }

    @Test
    void everyFieldSurvivesTheWire() throws Exception {
        List<FlowMatch> matches = List.of(
                FlowMatch.any(),
                FlowMatch.builder().inPort(7).ethDst(0x0200_5e00_6401L).ethSrc(0xfedc_ba98_7654L).build(),
                FlowMatch.builder().ipv6Source(CLIENT).ipv6Destination(Ip6.parse("64:ff9b:1::c000:250"))
                        .tcpSource(40112).tcpDestination(80).build(),
                FlowMatch.builder().ipv6Source(Prefix6.parse("2001:db8::/32"))
                        .ipv6Destination(Prefix6.parse("64:ff9b:1::/96")).udpSource(65535).udpDestination(1).build(),
                FlowMatch.builder().ipv4Source(Ip4.parse("192.0.2.80")).ipv4Destination(Prefix4.parse("192.0.2.64/28"))
                        .tcpSource(80).build(),
                FlowMatch.builder().ipv4Source(Prefix4.parse("128.0.0.0/1")).icmpv4Type(0).build(),
                FlowMatch.builder().icmpv6Type(135).ndTarget(Ip6.parse("fe80::ff:fe00:6401")).build(),
                FlowMatch.builder().arpTpa(Ip4.parse("255.0.2.1")).build(),
                FlowMatch.builder().arpTpa(Prefix4.parse("192.0.2.64/28")).build(),
                FlowMatch.builder().ethType(0x0800).ipTtl(255).ipDscp(63).ipEcn(3).anyFragment().build(),
                FlowMatch.builder().ethType(0x86dd).tcpFlags(7).register0Bit(31, true).build(),
                FlowMatch.builder().nshTtl(63).ethDst(0x4500_0000_05dcL, 0xff00_0000_ffffL)
                        .ethSrc(0x1100_0000_0000L, 0xff00_0000_0000L).build(),
                FlowMatch.builder().packetType(PacketType.IPV6).build(),
                FlowMatch.builder().ipv6Destination(Ip6.parse("::200:9"), Ip6.parse("::ff00:ffff")).build());
        for (FlowMatch match : matches) {
            assertThat(throughTheWire(match)).isEqualTo(match);
        }
    }

    @Test
    void flowModOnTheWire() throws Exception {
        ByteBuf out = Unpooled.buffer();
        FlowModWriter.flowMod(out, 17, FlowMod.add(1).priority(100).cookie(-5).idleTimeoutSeconds(240)
                .hardTimeoutSeconds(9).sendFlowRemoved().output(3).gotoTable(2).build());
        OFFlowMod mod = (OFFlowMod) FakeSwitch.OF.getReader().readFrom(out);
        assertThat(mod).isEqualTo(FakeSwitch.OF.buildFlowAdd().setXid(17).setTableId(TableId.of(1)).setPriority(100)
                .setCookie(U64.of(-5)).setCookieMask(U64.ZERO).setIdleTimeout(240).setHardTimeout(9)
                .setBufferId(OFBufferId.NO_BUFFER).setOutPort(OFPort.ANY).setOutGroup(OFGroup.ANY)
                .setFlags(Set.of(OFFlowModFlags.SEND_FLOW_REM)).setMatch(FakeSwitch.OF.matchWildcardAll())
                .setInstructions(List.of(
                        FakeSwitch.OF.instructions().applyActions(List.of(
                                FakeSwitch.OF.actions().output(OFPort.of(3), 0))),
                        FakeSwitch.OF.instructions().gotoTable(TableId.of(2)))).build());
    }

    @Test
    void messagesAreCutOutOfAnyFragmentation() {
        EmbeddedChannel channel = new EmbeddedChannel(new OpenFlowDecoder());
        byte[] two = ByteBufUtil.decodeHexDump("0415000800000007" + "0402000a00000008abcd");
        for (byte b : two) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertThat(channel.<Message>readInbound()).isEqualTo(new Message.BarrierReply(7));
        assertThat(channel.<Message>readInbound()).isInstanceOfSatisfying(Message.EchoRequest.class,
                echo -> assertThat(echo.data()).containsExactly(0xab, 0xcd));
    }

    /** A flow someone made by hand, with a field OpenFlowJ has never heard of (class 1, field 111, 16 bytes). */
    @Test
    void flowStatisticsWithAnUnknownFieldKeepTheirCounters() throws Exception {
        String entry = "0050" + "05" + "00" + "00000002" + "00000003" + "0064" + "0004" + "0000" + "0000" + "00000000"
                + "00000000000000aa" + "0000000000000007" + "0000000000000300"
                + "0001" + "0018" + "0001de10" + "00".repeat(16) + "00".repeat(8);
        String reply = "04130060" + "00000009" + "0001" + "0001" + "00000000" + entry;
        Message.Flows flows = (Message.Flows) LoxiReader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(reply)));
        assertThat(flows.more()).isTrue();
        assertThat(flows.entries()).singleElement().satisfies(flow -> {
            assertThat(flow.understood()).isFalse();
            assertThat(flow.tableId()).isEqualTo(5);
            assertThat(flow.priority()).isEqualTo(100);
            assertThat(flow.idleTimeoutSeconds()).isEqualTo(4);
            assertThat(flow.durationNanos()).isEqualTo(2_000_000_003L);
            assertThat(flow.cookie()).isEqualTo(0xaa);
            assertThat(flow.packets()).isEqualTo(7);
            assertThat(flow.bytes()).isEqualTo(0x300);
        });
    }

    /** Whatever the bytes, a connection ends with a decoder error at worst; nothing else escapes, nothing loops. */
    @Test
    void randomMessagesNeverEscapeTheDecoder() {
        Random random = new Random(64);
        for (int i = 0; i < 20_000; i++) {
            byte[] message = new byte[8 + random.nextInt(120)];
            random.nextBytes(message);
            message[0] = 4;
            message[1] = (byte) random.nextInt(31);
            message[2] = 0;
            message[3] = (byte) message.length;
            if (message[1] == 19 && message.length > 10) {
                message[8] = 0;
                message[9] = (byte) (random.nextBoolean() ? 1 : 13);
            }
            EmbeddedChannel channel = new EmbeddedChannel(new OpenFlowDecoder());
            try {
                channel.writeInbound(Unpooled.wrappedBuffer(message));
            } catch (DecoderException e) {
                assertThat(e).hasMessageStartingWith("malformed message (version 4, type ");
            }
        }
    }

    @Test
    void matchesReadLikeOvs() {
        assertThat(FlowMatch.builder().ethDst(0x0200_5e00_6401L).ipv6Destination(Prefix6.parse("64:ff9b:1::/96"))
                .tcpDestination(80).build())
                .hasToString("eth_dst=02:00:5e:00:64:01,eth_type=0x86dd,ip_proto=6,tcp_dst=80,ipv6_dst=64:ff9b:1::/96");
        assertThat(FlowMatch.builder().arpTpa(Prefix4.parse("192.0.2.64/28")).build())
                .hasToString("eth_type=0x0806,arp_tpa=192.0.2.64/28");
        assertThat(FlowMatch.builder().ipv6Source(Prefix6.parse("2001:db8::/32")).build())
                .hasToString("eth_type=0x86dd,ipv6_src=2001:db8::/32");
    }

    @Test
    void matchesThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> FlowMatch.builder().ipv6Source(CLIENT).ipv4Source(1)).hasMessageContaining("eth_type");
        assertThatThrownBy(() -> FlowMatch.builder().tcpSource(1).udpDestination(1)).hasMessageContaining("ip_proto");
        assertThatThrownBy(() -> FlowMatch.builder().tcpSource(65536)).hasMessageContaining("tcp_src");
        assertThatThrownBy(() -> FlowMatch.builder().tcpSource(80).build()).hasMessageContaining("needs eth_type");
        assertThatThrownBy(() -> FlowMatch.builder().ndTarget(CLIENT).build()).hasMessageContaining("nd_target");
        assertThatThrownBy(() -> FlowMatch.builder().ethDst(1L << 48)).hasMessageContaining("eth_dst");
    }

    @Test
    void flowModsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> FlowMod.add(255).build()).hasMessageContaining("tableId");
        assertThatThrownBy(() -> FlowMod.add(1).priority(65536).build()).hasMessageContaining("priority");
        assertThatThrownBy(() -> FlowMod.add(1).gotoTable(1).build()).hasMessageContaining("gotoTable");
        assertThatThrownBy(() -> FlowMod.add(1).idleTimeoutSeconds(70_000).build())
                .hasMessageContaining("idleTimeoutSeconds");
        assertThatThrownBy(() -> FlowMod.add(1).actions(new FlowAction.Unknown("group")).build())
                .hasMessageContaining("actions");
    }

    @Test
    void transactionIdsStartAgainAfterTheLast() {
        Xids xids = new Xids();
        assertThat(xids.take(10)).isEqualTo(1);
        assertThat(xids.take()).isEqualTo(11);
        xids.take(Integer.MAX_VALUE);
        xids.take(Integer.MAX_VALUE - 10);
        assertThat(xids.take(2)).isEqualTo(1);
        assertThat(xids.take()).isEqualTo(3);
    }
}
