// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.projectfloodlight.openflow.protocol.match.Match;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.protocol.match.MatchFields;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.ICMPv4Type;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IPv6Address;
import org.projectfloodlight.openflow.types.IpProtocol;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.Masked;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.OFValueType;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.U8;

/** {@link FlowMatch} to and from OpenFlowJ's match, field by field. */
final class LoxiFields {

    private static final Map<FlowField, Codec<?>> BY_FIELD = new EnumMap<>(FlowField.class);
    private static final Map<MatchFields, Codec<?>> BY_LOXI_FIELD = new EnumMap<>(MatchFields.class);

    static {
        row(FlowField.IN_PORT, MatchField.IN_PORT, low -> OFPort.of((int) low), p -> p.getPortNumber() & 0xffff_ffffL);
        row(FlowField.ETH_DST, MatchField.ETH_DST, MacAddress::of, MacAddress::getLong);
        row(FlowField.ETH_SRC, MatchField.ETH_SRC, MacAddress::of, MacAddress::getLong);
        row(FlowField.ETH_TYPE, MatchField.ETH_TYPE, low -> EthType.of((int) low), EthType::getValue);
        row(FlowField.IP_PROTO, MatchField.IP_PROTO, low -> IpProtocol.of((short) low),
                IpProtocol::getIpProtocolNumber);
        ipv4(FlowField.IPV4_SRC, MatchField.IPV4_SRC);
        ipv4(FlowField.IPV4_DST, MatchField.IPV4_DST);
        port(FlowField.TCP_SRC, MatchField.TCP_SRC);
        port(FlowField.TCP_DST, MatchField.TCP_DST);
        port(FlowField.UDP_SRC, MatchField.UDP_SRC);
        port(FlowField.UDP_DST, MatchField.UDP_DST);
        row(FlowField.ICMPV4_TYPE, MatchField.ICMPV4_TYPE, low -> ICMPv4Type.of((short) low), ICMPv4Type::getType);
        ipv4(FlowField.ARP_TPA, MatchField.ARP_TPA);
        ipv6(FlowField.IPV6_SRC, MatchField.IPV6_SRC);
        ipv6(FlowField.IPV6_DST, MatchField.IPV6_DST);
        row(FlowField.ICMPV6_TYPE, MatchField.ICMPV6_TYPE, low -> U8.of((short) low), U8::getValue);
        ipv6(FlowField.ND_TARGET, MatchField.IPV6_ND_TARGET);
    }

    private LoxiFields() {
    }

    /** A match read from a switch; incomplete if it has fields that {@link FlowField} has not. */
    record Decoded(FlowMatch match, boolean complete) {
    }

    static void encode(FlowMatch match, Match.Builder into) {
        match.fields().forEach((field, value) -> BY_FIELD.get(field).put(value, into));
    }

    static Decoded decode(Match match) {
        FlowMatchBuilder builder = FlowMatch.builder();
        boolean complete = true;
        for (MatchField<?> field : match.getMatchFields()) {
            Codec<?> codec = BY_LOXI_FIELD.get(field.id);
            if (codec == null) {
                complete = false;
            } else {
                builder.put(codec.field, codec.get(match));
            }
        }
        return new Decoded(builder.build(), complete);
    }

    private record Codec<F extends OFValueType<F>>(FlowField field, MatchField<F> loxi, BiFunction<Long, Long, F> make,
            ToLongFunction<F> high, ToLongFunction<F> low) {

        void put(FlowMatch.Value value, Match.Builder into) {
            F bits = make.apply(value.high(), value.low());
            if (FlowMatch.isExact(field, value)) {
                into.setExact(loxi, bits);
            } else {
                into.setMasked(loxi, bits, make.apply(value.maskHigh(), value.maskLow()));
            }
        }

        FlowMatch.Value get(Match match) {
            if (match.isExact(loxi)) {
                F bits = match.get(loxi);
                return new FlowMatch.Value(high.applyAsLong(bits), low.applyAsLong(bits), field.highBits(),
                        field.lowBits());
            }
            Masked<F> masked = match.getMasked(loxi);
            long maskHigh = high.applyAsLong(masked.getMask());
            long maskLow = low.applyAsLong(masked.getMask());
            return new FlowMatch.Value(high.applyAsLong(masked.getValue()) & maskHigh,
                    low.applyAsLong(masked.getValue()) & maskLow, maskHigh, maskLow);
        }
    }

    private interface FromLong<F> {
        F apply(long low);
    }

    private static <F extends OFValueType<F>> void row(FlowField field, MatchField<F> loxi, FromLong<F> make,
            ToLongFunction<F> low) {
        row(new Codec<>(field, loxi, (high, bits) -> make.apply(bits), bits -> 0, low));
    }

    private static void ipv4(FlowField field, MatchField<IPv4Address> loxi) {
        row(field, loxi, low -> IPv4Address.of((int) low), address -> address.getInt() & 0xffff_ffffL);
    }

    private static void port(FlowField field, MatchField<TransportPort> loxi) {
        row(field, loxi, low -> TransportPort.of((int) low), TransportPort::getPort);
    }

    private static void ipv6(FlowField field, MatchField<IPv6Address> loxi) {
        row(new Codec<>(field, loxi, IPv6Address::of, address -> word(address, 0), address -> word(address, 4)));
    }

    private static long word(IPv6Address address, int firstShort) {
        long word = 0;
        for (int i = 0; i < 4; i++) {
            word = word << 16 | address.getUnsignedShortWord(firstShort + i);
        }
        return word;
    }

    private static void row(Codec<?> codec) {
        BY_FIELD.put(codec.field, codec);
        BY_LOXI_FIELD.put(codec.loxi.id, codec);
    }
}
