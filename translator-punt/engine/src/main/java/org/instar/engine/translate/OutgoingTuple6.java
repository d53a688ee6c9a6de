// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;

/**
 * The outgoing tuple of an IPv6 packet (RFC 6146 §3.6), made to be reused; not thread safe. Of an ICMP echo, request or
 * reply, the destination port is the identifier to be written: the binding's on the IPv6 side; the source port is not
 * looked at.
 */
public final class OutgoingTuple6 {

    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private long addressSum;
    private long addressAndPortSum;
    private long negatedSum;
    private long reporterHigh;
    private long reporterLow;

    /**
     * Sets all fields; addresses as two halves in network order, high is bits 0 to 63.
     *
     * @param sourcePort 0 to 65535
     * @param destinationPort 0 to 65535
     * @return this
     * @throws IllegalArgumentException for a port out of range; nothing is changed then
     */
    public OutgoingTuple6 set(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow,
            int sourcePort, int destinationPort) {
        Ports.check(sourcePort, destinationPort);
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.reporterHigh = sourceHigh;
        this.reporterLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.ports = sourcePort << 16 | destinationPort;
        this.addressSum = PseudoHeader.addresses6(sourceHigh, sourceLow, destinationHigh, destinationLow);
        this.addressAndPortSum = addressSum + (ports & 0xffffffffL);
        this.negatedSum = InternetChecksum.negate(addressAndPortSum);
        return this;
    }

    /**
     * Sets the source address of an ICMP error message that has this tuple: it comes from a host or router on the way,
     * not from the tuple's source, which it has unless this is called after {@link #set} (RFC 7915 §4.1).
     *
     * @return this
     */
    public OutgoingTuple6 setReporter(long high, long low) {
        reporterHigh = high;
        reporterLow = low;
        return this;
    }

    /** Bits 0 to 63 of the source address of an ICMP error message. */
    public long reporterHigh() {
        return reporterHigh;
    }

    /** Bits 64 to 127 of the source address of an ICMP error message. */
    public long reporterLow() {
        return reporterLow;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    public int sourcePort() {
        return ports >>> 16;
    }

    public int destinationPort() {
        return ports & 0xffff;
    }

    /** Source port in the upper half, destination port in the lower. */
    int ports() {
        return ports;
    }

    /** Sum of both addresses for checksums: a tuple that serves many packets is summed once. */
    long addressSum() {
        return addressSum;
    }

    /** As {@link #addressSum()}, with both ports. */
    long addressAndPortSum() {
        return addressAndPortSum;
    }

    /** {@link #addressAndPortSum()} made negative by {@link InternetChecksum#negate}. */
    long negatedSum() {
        return negatedSum;
    }
}
