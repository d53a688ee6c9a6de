// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;

/**
 * The outgoing tuple of an IPv4 packet (RFC 6146 §3.6), made to be reused; not thread safe. Of an ICMP echo, request or
 * reply, the source port is the identifier to be written: the binding's on the IPv4 side; the destination port is not
 * looked at.
 */
public final class OutgoingTuple4 {

    private long addresses;
    private int ports;
    private int addressSum;
    private long addressAndPortSum;
    private long negatedSum;
    private int reporter;

    /**
     * Sets all fields.
     *
     * @param source address, network order
     * @param destination address, network order
     * @param sourcePort 0 to 65535
     * @param destinationPort 0 to 65535
     * @return this
     * @throws IllegalArgumentException for a port out of range; nothing is changed then
     */
    public OutgoingTuple4 set(int source, int destination, int sourcePort, int destinationPort) {
        Ports.check(sourcePort, destinationPort);
        this.addresses = (long) source << 32 | destination & 0xffffffffL;
        this.reporter = source;
        this.ports = sourcePort << 16 | destinationPort;
        this.addressSum = InternetChecksum.fold(PseudoHeader.addresses4(source, destination));
        this.addressAndPortSum = addressSum + (ports & 0xffffffffL);
        this.negatedSum = InternetChecksum.negate(addressAndPortSum);
        return this;
    }

    /**
     * Sets the source address of an ICMP error message that has this tuple: it comes from a host or router on the way,
     * not from the tuple's source, which it has unless this is called after {@link #set} (RFC 6791).
     *
     * @return this
     */
    public OutgoingTuple4 setReporter(int address) {
        reporter = address;
        return this;
    }

    /** Source address of an ICMP error message. */
    public int reporter() {
        return reporter;
    }

    public int source() {
        return (int) (addresses >>> 32);
    }

    public int destination() {
        return (int) addresses;
    }

    public int sourcePort() {
        return ports >>> 16;
    }

    public int destinationPort() {
        return ports & 0xffff;
    }

    /** Source in the upper half, destination in the lower: the end of an IPv4 header. */
    long addresses() {
        return addresses;
    }

    /** Source port in the upper half, destination port in the lower. */
    int ports() {
        return ports;
    }

    /** Sum of both addresses for checksums, 16 bits: a tuple that serves many packets is summed once. */
    int addressSum() {
        return addressSum;
    }

    /** Sum of both addresses and both ports. */
    long addressAndPortSum() {
        return addressAndPortSum;
    }

    /** {@link #addressAndPortSum()} made negative by {@link InternetChecksum#negate}. */
    long negatedSum() {
        return negatedSum;
    }
}
