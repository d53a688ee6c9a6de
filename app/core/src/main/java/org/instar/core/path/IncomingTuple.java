// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import org.instar.core.Protocol;
import org.instar.engine.address.Prefix64;

/**
 * The incoming tuple of a packet (RFC 6146 §3.4): a 5-tuple, or for ICMP queries a 3-tuple whose identifier is the
 * local port, the remote port being 0. "Local" is the client's end as its side shows it: its own IPv6 transport
 * address, or the pool's IPv4 one. Mutable, one per thread.
 */
public final class IncomingTuple {

    private Protocol protocol;
    private boolean from6;
    private long clientHigh;
    private long clientLow;
    private int poolAddress;
    private int localPort;
    private int remoteAddress;
    private int remotePort;
    private Prefix64 prefix;
    private int prefixNumber;
    private int packetLength;
    private int tcpFlags;
    private boolean echoReply;
    private boolean icmpError;

    void set6(Protocol newProtocol, long high, long low, int port, Prefix64 newPrefix, int newPrefixNumber,
            int remote, int newRemotePort) {
        protocol = newProtocol;
        from6 = true;
        clientHigh = high;
        clientLow = low;
        localPort = port;
        prefix = newPrefix;
        prefixNumber = newPrefixNumber;
        remoteAddress = remote;
        remotePort = newRemotePort;
    }

    void set4(Protocol newProtocol, int remote, int newRemotePort, int pool, int port) {
        protocol = newProtocol;
        from6 = false;
        remoteAddress = remote;
        remotePort = newRemotePort;
        poolAddress = pool;
        localPort = port;
        prefix = null;
    }

    void setFacts(int length, int newTcpFlags, boolean isEchoReply, boolean isIcmpError) {
        icmpError = isIcmpError;
        packetLength = length;
        tcpFlags = newTcpFlags;
        echoReply = isEchoReply;
    }

    public Protocol protocol() {
        return protocol;
    }

    /** Whether the packet came from the IPv6 side. */
    public boolean from6() {
        return from6;
    }

    public long clientHigh() {
        return clientHigh;
    }

    public long clientLow() {
        return clientLow;
    }

    /** IPv4 destination of a packet from the IPv4 side. */
    public int poolAddress() {
        return poolAddress;
    }

    /** The client's or the pool's port, or the ICMP identifier. */
    public int localPort() {
        return localPort;
    }

    /** IPv4 address of the remote endpoint. */
    public int remoteAddress() {
        return remoteAddress;
    }

    public int remotePort() {
        return remotePort;
    }

    /** The prefix of the IPv6 destination; null for a packet from the IPv4 side. */
    public Prefix64 prefix() {
        return prefix;
    }

    /** Its place in the configuration. */
    public int prefixNumber() {
        return prefixNumber;
    }

    /** Of the whole IP packet, bytes. */
    public int packetLength() {
        return packetLength;
    }

    /** 0 but for TCP. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** Whether this is the tuple of the packet that an ICMP error message is about, turned round. */
    public boolean isIcmpError() {
        return icmpError;
    }

    public boolean isEchoReply() {
        return echoReply;
    }
}
