// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** A client with one UDP socket and one TCP connection, which gives up after five seconds. */
final class DnsClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 5000;

    private final DatagramSocket udp = new DatagramSocket();
    private final Socket tcp = new Socket();
    private final InetSocketAddress server;

    DnsClient(InetSocketAddress server) throws IOException {
        this.server = server;
        udp.setSoTimeout(PATIENCE_MILLIS);
        tcp.setSoTimeout(PATIENCE_MILLIS);
    }

    static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
    }

    /** Sends a query over UDP and waits for the answer with its id. */
    Message askUdp(Message query) throws IOException {
        sendUdp(query.toWire());
        while (true) {
            Message response = receiveUdp();
            if (response.getHeader().getID() == query.getHeader().getID()) {
                return response;
            }
        }
    }

    void sendUdp(byte[] bytes) throws IOException {
        udp.send(new DatagramPacket(bytes, bytes.length, server));
    }

    Message receiveUdp() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        udp.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    Message askTcp(Message query) throws IOException {
        sendTcp(query.toWire());
        return receiveTcp();
    }

    void sendTcp(byte[]... messages) throws IOException {
        connect();
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(tcp.getOutputStream(), 1 << 16));
        for (byte[] message : messages) {
            out.writeShort(message.length);
            out.write(message);
        }
        out.flush();
    }

    Message receiveTcp() throws IOException {
        DataInputStream in = new DataInputStream(tcp.getInputStream());
        return new Message(in.readNBytes(in.readUnsignedShort()));
    }

    Socket connect() throws IOException {
        if (!tcp.isConnected()) {
            tcp.connect(server, PATIENCE_MILLIS);
        }
        return tcp;
    }

    /** Waits for the server's end of the connection. */
    boolean isClosedByServer() throws IOException {
        try {
            return connect().getInputStream().read() < 0;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
