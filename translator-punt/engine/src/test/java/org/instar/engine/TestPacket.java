// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** Builds packets byte by byte, with checksums the slow way, and lets each field lie. */
public final class TestPacket {

    public static final String CLIENT6 = "2001:db8:6::a";
    public static final String SERVER6 = "64:ff9b:1::c000:250";
    public static final String POOL4 = "192.0.2.65";
    public static final String SERVER4 = "192.0.2.80";

    private final int version;
    private int trafficClass;
    private int hopLimit = 64;
    private int flagsAndOffset = 0x4000;
    private byte[] options = {};
    private int protocol;
    private byte[] transport = {};
    private byte[] source;
    private byte[] destination;
    private int lengthLie;
    private int identification = 0xbeef;
    private int flowLabel = 0x12345;
    private byte[] extensions = {};
    private int firstExtension = -1;
    private int lastExtension;

    private TestPacket(int version, byte[] source, byte[] destination) {
        this.version = version;
        this.source = source;
        this.destination = destination;
    }

    /** From the IPv6 client to the server. */
    public static TestPacket v6() {
        return new TestPacket(6, Ip6.parse(CLIENT6).toBytes(), Ip6.parse(SERVER6).toBytes());
    }

    /** From the server to the pool address. */
    public static TestPacket v4() {
        return new TestPacket(4, bytes4(SERVER4), bytes4(POOL4));
    }

    private static byte[] bytes4(String text) {
        return ByteBuffer.allocate(4).putInt(Ip4.parse(text)).array();
    }

    public TestPacket source(String text) {
        source = version == 6 ? Ip6.parse(text).toBytes() : bytes4(text);
        return this;
    }

    public TestPacket trafficClass(int value) {
        trafficClass = value;
        return this;
    }

    public TestPacket hopLimit(int value) {
        hopLimit = value;
        return this;
    }

    /** Flags and fragment offset of IPv4; DF alone unless said. */
    public TestPacket flagsAndOffset(int value) {
        flagsAndOffset = value;
        return this;
    }

    public TestPacket options(int... values) {
        options = bytes(values);
        return this;
    }

    public TestPacket identification(int value) {
        identification = value;
        return this;
    }

    public TestPacket flowLabel(int value) {
        flowLabel = value;
        return this;
    }

    public TestPacket destination(String text) {
        destination = version == 6 ? Ip6.parse(text).toBytes() : bytes4(text);
        return this;
    }

    /** Source and destination change places. */
    public TestPacket back() {
        byte[] forth = source;
        source = destination;
        destination = forth;
        return this;
    }

    /** One more IPv6 extension header, whose next header field is set; to be called before the transport's method. */
    public TestPacket extension(int type, int... values) {
        if (firstExtension < 0) {
            firstExtension = type;
        } else {
            extensions[lastExtension] = (byte) type;
        }
        lastExtension = extensions.length;
        extensions = ByteBuffer.allocate(extensions.length + values.length).put(extensions).put(bytes(values)).array();
        return this;
    }

    /** A fragment header; the offset in bytes. */
    public TestPacket fragmentHeader(int offset, boolean more, int id) {
        int field = offset | (more ? 1 : 0);
        return extension(44, 0, 0, field >> 8, field & 0xff, id >>> 24, id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff);
    }

    /** An ICMP error message; parameter is what stands behind the checksum. */
    public TestPacket icmpError(int type, int code, int parameter, byte... quoted) {
        return transport(version == 6 ? 58 : 1, ByteBuffer.allocate(8 + quoted.length).put((byte) type)
                .put((byte) code).putShort((short) 0).putInt(parameter).put(quoted).array()).checksum(2);
    }

    /** Makes the length field of the IP header say more (or less) than is there. */
    public TestPacket lengthLie(int bytes) {
        lengthLie = bytes;
        return this;
    }

    public TestPacket udp(int sourcePort, int destinationPort, byte... data) {
        return transport(17, ByteBuffer.allocate(8 + data.length).putShort((short) sourcePort)
                .putShort((short) destinationPort).putShort((short) (8 + data.length)).putShort((short) 0)
                .put(data).array()).checksum(6);
    }

    public TestPacket tcp(int sourcePort, int destinationPort, int flags, byte... data) {
        return transport(6, ByteBuffer.allocate(20 + data.length).putShort((short) sourcePort)
                .putShort((short) destinationPort).putInt(1).putInt(2).putShort((short) (0x5000 | flags))
                .putShort((short) 1000).putInt(0).put(data).array()).checksum(16);
    }

    public TestPacket icmp(int type, int code, int identifier, int sequence, byte... data) {
        return transport(version == 6 ? 58 : 1, ByteBuffer.allocate(8 + data.length).put((byte) type).put((byte) code)
                .putShort((short) 0).putShort((short) identifier).putShort((short) sequence).put(data).array())
                .checksum(2);
    }

    /** Any bytes behind the IP header. */
    public TestPacket transport(int protocolNumber, byte... bytes) {
        protocol = protocolNumber;
        transport = bytes.clone();
        return this;
    }

    /** A transport packet whose checksum field, at this offset, is zero and gets what belongs there. */
    public TestPacket transportWithChecksum(int protocolNumber, int offset, byte... bytes) {
        return transport(protocolNumber, bytes).checksum(offset);
    }

    /** Writes one 16-bit word of the transport header, wherever it is. */
    public TestPacket word(int offset, int value) {
        transport[offset] = (byte) (value >>> 8);
        transport[offset + 1] = (byte) value;
        return this;
    }

    private TestPacket checksum(int offset) {
        int checksum = TestChecksum.complement(build(), version, protocol, transport.length);
        return word(offset, protocol == 17 && checksum == 0 ? 0xffff : checksum);
    }

    /** Only some bytes of the transport packet, behind the IP header; they need not be the beginning. */
    public TestPacket part(int from, int to) {
        transport = Arrays.copyOfRange(transport, from, to);
        return this;
    }

    public byte[] build() {
        return version == 6 ? build6() : build4();
    }

    private byte[] build6() {
        byte[] chain = extensions.clone();
        if (chain.length > 0) {
            chain[lastExtension] = (byte) protocol;
        }
        return ByteBuffer.allocate(40 + chain.length + transport.length)
                .putInt(6 << 28 | trafficClass << 20 | flowLabel)
                .putShort((short) (chain.length + transport.length + lengthLie))
                .put((byte) (chain.length > 0 ? firstExtension : protocol)).put((byte) hopLimit)
                .put(source).put(destination).put(chain).put(transport).array();
    }

    private byte[] build4() {
        int headerLength = 20 + options.length;
        ByteBuffer packet = ByteBuffer.allocate(headerLength + transport.length)
                .put((byte) (0x40 | headerLength / 4)).put((byte) trafficClass)
                .putShort((short) (headerLength + transport.length + lengthLie)).putShort((short) identification)
                .putShort((short) flagsAndOffset).put((byte) hopLimit).put((byte) protocol).putShort((short) 0)
                .put(source).put(destination).put(options).put(transport);
        byte[] header = Arrays.copyOf(packet.array(), headerLength);
        return packet.putShort(10, (short) ~TestChecksum.sum(0, header)).array();
    }

    /** A direct buffer holding exactly these bytes. */
    public static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).clear();
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
