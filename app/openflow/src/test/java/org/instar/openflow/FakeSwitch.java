// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortState;
import org.projectfloodlight.openflow.protocol.OFRoleRequest;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.protocol.OFType;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.types.DatapathId;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.OFAuxId;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.U32;
import org.projectfloodlight.openflow.types.U64;

/** The switch's end of an OpenFlow connection, moved by the test message by message. Waits at most 5 s for any. */
final class FakeSwitch implements AutoCloseable {

    static final OFFactory OF = OFFactories.getFactory(OFVersion.OF_13);

    private static final int WAIT_MILLIS = 5_000;
    private static final int RECEIVE_BUFFER_BYTES = 16 * 1024;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    FakeSwitch(InetSocketAddress server) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.setSoTimeout(WAIT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(server, WAIT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** A connected switch with the ports 1 "eth1" and 3 "nat64-sw". */
    static FakeSwitch connected(InetSocketAddress server, long datapathId) throws Exception {
        FakeSwitch fake = new FakeSwitch(server);
        fake.hello();
        fake.featuresAndPorts(datapathId);
        fake.role(5);
        return fake;
    }

    void hello() throws Exception {
        expect(OFType.HELLO);
        send(OF.buildHello().setXid(1).setElements(List.of(
                OF.helloElemVersionbitmap(List.of(U32.of(1 << 1 | 1 << 4))))).build());
    }

    void featuresAndPorts(long datapathId) throws Exception {
        features(datapathId);
        OFMessage request = expect(OFType.STATS_REQUEST);
        send(ports(request.getXid(), true, port(1, "eth1")));
        send(ports(request.getXid(), false, port(3, "nat64-sw")));
    }

    void features(long datapathId) throws Exception {
        OFMessage request = expect(OFType.FEATURES_REQUEST);
        send(OF.buildFeaturesReply().setXid(request.getXid()).setDatapathId(DatapathId.of(datapathId))
                .setNTables((short) 254).setAuxiliaryId(OFAuxId.MAIN).setCapabilities(Set.of()).build());
        expect(OFType.SET_CONFIG);
    }

    /** Plays both role exchanges; the switch has seen {@code generationId}. */
    OFRoleRequest role(long generationId) throws Exception {
        OFMessage query = expect(OFType.ROLE_REQUEST);
        send(OF.buildRoleReply().setXid(query.getXid()).setRole(OFControllerRole.ROLE_EQUAL)
                .setGenerationId(U64.of(generationId)).build());
        OFRoleRequest request = (OFRoleRequest) expect(OFType.ROLE_REQUEST);
        send(OF.buildRoleReply().setXid(request.getXid()).setRole(request.getRole())
                .setGenerationId(request.getGenerationId()).build());
        return request;
    }

    static OFPortDesc port(int number, String name) {
        return OF.buildPortDesc().setPortNo(OFPort.of(number)).setHwAddr(MacAddress.of(number)).setName(name)
                .setState(Set.of(OFPortState.LIVE)).build();
    }

    private static OFMessage ports(long xid, boolean more, OFPortDesc port) {
        return OF.buildPortDescStatsReply().setXid(xid).setEntries(List.of(port))
                .setFlags(more ? Set.of(OFStatsReplyFlags.REPLY_MORE) : Set.of()).build();
    }

    void send(OFMessage message) throws IOException {
        ByteBuf out = Unpooled.buffer();
        message.writeTo(out);
        send(Arrays.copyOf(out.array(), out.writerIndex()));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    OFMessage expect(OFType type) throws Exception {
        OFMessage message = read();
        if (message.getType() != type) {
            throw new AssertionError("expected " + type + ", got " + message);
        }
        return message;
    }

    OFMessage read() throws IOException, OFParseError {
        byte[] header = in.readNBytes(8);
        if (header.length < 8) {
            throw new EOFException();
        }
        int length = ByteBuffer.wrap(header).getShort(2) & 0xffff;
        byte[] message = Arrays.copyOf(header, length);
        in.readFully(message, 8, length - 8);
        return OFFactories.getGenericReader().readFrom(Unpooled.wrappedBuffer(message));
    }

    /** Reads until the server closes; false if it still sends after 5 s. */
    boolean closedByServer() throws Exception {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
