// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a flow does with a packet. A flow without actions and without a next table drops. {@link ActionCodec} knows
 * their bytes; those past {@link SetField} are Open vSwitch's extensions. Actions that change what a packet begins with
 * may only stand in the orders {@link PacketTypeRules} knows to be safe.
 */
public sealed interface FlowAction {

    /** Sends the packet out of a port (a number, or one of the reserved ports in {@link SwitchPort}). */
    record Output(int port) implements FlowAction {
        @Override
        public String toString() {
            return "output:" + SwitchPort.text(port);
        }
    }

    /**
     * Writes bits of a field; what the mask leaves out stays. On addresses, ports, TTL and traffic class the switch
     * updates the checksums of IPv4, TCP and UDP.
     */
    record SetField(FlowField field, FlowMatch.Value value) implements FlowAction {
        public SetField {
            Objects.requireNonNull(field, "field");
            FlowMatch.check(field, value);
        }

        @Override
        public String toString() {
            return "set_field:" + FlowMatch.valueText(field, value) + "->" + field;
        }
    }

    /** Copies bits from one field to another (NXAST_REG_MOVE); the lowest bit of a field is number 0. */
    record Move(FlowField from, int fromBit, FlowField to, int toBit, int bits) implements FlowAction {
        public Move {
            checkBits("from", from, fromBit, bits);
            checkBits("to", to, toBit, bits);
        }

        private static void checkBits(String name, FlowField field, int first, int bits) {
            if (bits < 1 || first < 0 || first + bits > field.bits()) {
                throw new IllegalArgumentException(name + ": " + field + " has no bits " + first + " to "
                        + (first + bits - 1));
            }
        }

        @Override
        public String toString() {
            return "move:" + range(from, fromBit) + "->" + range(to, toBit);
        }

        private String range(FlowField field, int first) {
            return field + "[" + first + ".." + (first + bits - 1) + "]";
        }
    }

    /** One less on TTL or hop limit; a packet that had 1 or 0 goes to the controller instead. */
    record DecrementTtl() implements FlowAction {
        @Override
        public String toString() {
            return "dec_ttl";
        }
    }

    /** Pushes an MPLS label stack entry behind the Ethernet header (OFPAT_PUSH_MPLS). */
    record PushMpls(int ethType) implements FlowAction {
        public PushMpls {
            if (ethType != 0x8847 && ethType != 0x8848) {
                throw new IllegalArgumentException(String.format("ethType: no MPLS: 0x%04x", ethType));
            }
        }

        @Override
        public String toString() {
            return String.format("push_mpls:0x%04x", ethType);
        }
    }

    /** Pushes an IEEE 802.1Q tag, VLAN and priority 0, behind the MAC addresses (OFPAT_PUSH_VLAN). */
    record PushVlan() implements FlowAction {

        /** Type of the tag. */
        public static final int ETH_TYPE = 0x8100;

        @Override
        public String toString() {
            return String.format("push_vlan:0x%04x", ETH_TYPE);
        }
    }

    /** Takes off the outermost VLAN tag, 802.1Q or 802.1ad (OFPAT_POP_VLAN). */
    record PopVlan() implements FlowAction {
        @Override
        public String toString() {
            return "pop_vlan";
        }
    }

    /** Takes off the outermost header (NXAST_DECAP); what comes to light is what that header says. */
    record Decap() implements FlowAction {
        @Override
        public String toString() {
            return "decap";
        }
    }

    /** Takes off the outermost header, an MPLS label, and has the rest parsed anew as this type (NXAST_DECAP). */
    record DecapTo(PacketType type) implements FlowAction {
        public DecapTo {
            Objects.requireNonNull(type, "type");
        }

        @Override
        public String toString() {
            return "decap:" + type;
        }
    }

    /** Puts an Ethernet header of zeros before a packet that begins with another header (NXAST_ENCAP). */
    record EncapEthernet() implements FlowAction {
        @Override
        public String toString() {
            return "encap:ethernet";
        }
    }

    /** Puts a network service header of MD type 2 before the packet (NXAST_ENCAP; RFC 8300 §2.5). */
    record EncapNsh(List<NshTlv> tlvs) implements FlowAction {
        public EncapNsh {
            tlvs = List.copyOf(tlvs);
        }

        @Override
        public String toString() {
            return "encap:nsh" + (tlvs.isEmpty() ? "" : tlvs.toString());
        }
    }

    /** A context header of variable length (RFC 8300 §2.5.1): class 16 bits, type 8 bits, up to 127 bytes. */
    record NshTlv(int tlvClass, int type, byte[] data) {

        private static final int MAX_BYTES = 127;

        public NshTlv {
            if (tlvClass >>> 16 != 0 || type >>> 8 != 0 || data.length > MAX_BYTES) {
                throw new IllegalArgumentException("tlv: class " + tlvClass + ", type " + type + " or length "
                        + data.length + " out of range");
            }
            data = data.clone();
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof NshTlv tlv && tlv.tlvClass == tlvClass && tlv.type == type
                    && Arrays.equals(tlv.data, data);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * tlvClass + type) + Arrays.hashCode(data);
        }

        @Override
        public String toString() {
            return String.format("0x%04x,%d,%s", tlvClass, type, HexFormat.of().formatHex(data));
        }
    }

    /** Looks the packet up in a table, any table, and then goes on with the next action (NXAST_RESUBMIT_TABLE). */
    record Resubmit(int tableId) implements FlowAction {
        public Resubmit {
            if (tableId < 0 || tableId >= FlowMod.ALL_TABLES) {
                throw new IllegalArgumentException("tableId: not within 0 to 254: " + tableId);
            }
        }

        @Override
        public String toString() {
            return "resubmit:" + tableId;
        }
    }

    /** Sets a bit to whether the frame, Ethernet header and all, is longer than this (NXAST_CHECK_PKT_LARGER). */
    record CheckLarger(int bytes, FlowField into, int bit) implements FlowAction {
        public CheckLarger {
            if (bytes >>> 16 != 0 || bit < 0 || bit >= into.bits()) {
                throw new IllegalArgumentException("bytes: " + bytes + " or bit: " + bit + " out of range");
            }
        }

        @Override
        public String toString() {
            return "check_pkt_larger:" + bytes + "->" + into + "[" + bit + "]";
        }
    }

    /** An action of a flow read from the switch that this library has no type for; it cannot be installed. */
    record Unknown(String description) implements FlowAction {
        @Override
        public String toString() {
            return description;
        }
    }

    static FlowAction output(int port) {
        return new Output(port);
    }

    /** Sends the whole packet to the controller. */
    static FlowAction controller() {
        return new Output(SwitchPort.CONTROLLER);
    }

    /** Plain learning switch. */
    static FlowAction normal() {
        return new Output(SwitchPort.NORMAL);
    }

    /** Back out of the port it came in by; a plain output to that port would be suppressed. */
    static FlowAction inPort() {
        return new Output(SwitchPort.IN_PORT);
    }

    /** Writes a whole field of up to 64 bits. */
    static FlowAction setField(FlowField field, long value) {
        return new SetField(field, new FlowMatch.Value(0, value, field.highBits(), field.lowBits()));
    }

    /** Writes a whole field of 128 bits. */
    static FlowAction setField(FlowField field, long high, long low) {
        return new SetField(field, new FlowMatch.Value(high, low, field.highBits(), field.lowBits()));
    }

    /** Writes the VLAN identifier of the outermost tag, 0 to 4095; the packet must have one. */
    static FlowAction setVlan(int vlan) {
        if (vlan >>> 12 != 0) {
            throw new IllegalArgumentException("vlan: not of 12 bits: " + vlan);
        }
        return setField(FlowField.VLAN_VID, FlowField.VLAN_PRESENT | vlan);
    }

    /** Writes the bits of a field that the mask has. */
    static FlowAction setMasked(FlowField field, FlowMatch.Value value) {
        return new SetField(field, value);
    }
}
