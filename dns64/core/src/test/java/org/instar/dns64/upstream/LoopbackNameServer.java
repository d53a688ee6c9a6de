// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SetResponse;
import org.xbill.DNS.Type;
import org.xbill.DNS.Zone;

/** An authoritative name server for one zone on 127.0.0.1, over UDP and TCP, that can be told to misbehave. */
public final class LoopbackNameServer implements AutoCloseable {

    private final Zone zone;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<Message> overUdp = UnaryOperator.identity();
    private volatile Consumer<byte[]> cookies = cookie -> { };

    /**
     * Starts a server.
     *
     * @param origin name of the zone
     * @param records its records, SOA and NS of the zone itself among them
     */
    public LoopbackNameServer(String origin, Record... records) throws IOException {
        zone = new Zone(Name.fromString(origin), records);
        tcp = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        udp = new DatagramSocket(tcp.getLocalSocketAddress());
        start(this::serveUdp);
        start(this::serveTcp);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** What becomes of responses over UDP; null stands for silence. */
    public void overUdp(UnaryOperator<Message> change) {
        overUdp = change;
    }

    /** Who is told the client cookies of queries. */
    public void cookies(Consumer<byte[]> listener) {
        cookies = listener;
    }

    /** Transport, id, question and EDNS of the queries so far: "udp 4711 www.example. A edns". */
    public List<String> received() {
        return received;
    }

    private static void start(Runnable loop) {
        Thread thread = new Thread(loop, "loopback-name-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                note("udp", query);
                Message response = overUdp.apply(answer(query));
                if (response != null) {
                    byte[] wire = response.toWire(query.getOPT() == null ? 512 : query.getOPT().getPayloadSize());
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            stopped(e, udp.isClosed());
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                Socket connection = tcp.accept();
                start(() -> serveConnection(connection));
            }
        } catch (IOException e) {
            stopped(e, tcp.isClosed());
        }
    }

    private void serveConnection(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                Message query = new Message(in.readNBytes(in.readUnsignedShort()));
                note("tcp", query);
                byte[] wire = answer(query).toWire(Message.MAXLENGTH);
                out.writeShort(wire.length);
                out.write(wire);
                out.flush();
            }
        } catch (IOException e) {
            // the client has closed the connection
        }
    }

    private static void stopped(IOException failure, boolean closed) {
        if (!closed) {
            throw new UncheckedIOException(failure);
        }
    }

    private void note(String transport, Message query) {
        if (query.getOPT() != null) {
            query.getOPT().getOptions().stream().filter(option -> option instanceof CookieOption)
                    .forEach(option -> cookies.accept(((CookieOption) option).getClientCookie()));
        }
        Record question = query.getQuestion();
        received.add(transport + " " + query.getHeader().getID() + " " + question.getName() + " "
                + Type.string(question.getType()) + (query.getOPT() == null ? "" : " edns"));
    }

    private Message answer(Message query) {
        Record question = query.getQuestion();
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.AA);
        response.addRecord(question, Section.QUESTION);
        SetResponse found = zone.findRecords(question.getName(), question.getType());
        if (found.isSuccessful()) {
            for (RRset set : found.answers()) {
                set.rrs(false).forEach(record -> response.addRecord(record, Section.ANSWER));
            }
        } else if (found.isCNAME()) {
            response.addRecord(found.getCNAME(), Section.ANSWER);
        } else {
            response.getHeader().setRcode(found.isNXDOMAIN() ? Rcode.NXDOMAIN : Rcode.NOERROR);
            response.addRecord(zone.getSOA(), Section.AUTHORITY);
        }
        if (query.getOPT() != null) {
            response.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
