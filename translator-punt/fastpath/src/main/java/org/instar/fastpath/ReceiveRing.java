// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The frames of the last {@code recvmmsg} and what the kernel said beside them (PACKET_AUXDATA). */
final class ReceiveRing {
    static final int TOO_LONG = -1;
    static final int NO_VLAN = -1;

    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    /** cmsghdr (16: len 0, level 8, type 12) and tpacket_auxdata (20: status 0, vlan_tci 16), padded to 8. */
    private static final int CONTROL_BYTES = 40;
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int AUXDATA_STATUS = 16;
    private static final int AUXDATA_VLAN = 32;
    private static final int AUXDATA_TAG_PROTOCOL = 34;
    private static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
    private static final int TP_STATUS_VLAN_VALID = 1 << 4;
    private static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    private static final int CUSTOMER_TAG = 0x8100;
    private static final int VLAN_IDENTIFIER = 0xfff;

    private final SystemCalls calls;
    private final LinkWatch link;
    private final MessageVector messages;
    private final int[] lengths;
    private final int[] vlans;
    private final boolean[] partial;
    private int frames;

    final LongAdder received = new LongAdder();
    final LongAdder oversized = new LongAdder();
    final LongAdder partialChecksums = new LongAdder();
    final LongAdder vlanTagged = new LongAdder();

    ReceiveRing(SystemCalls calls, LinkWatch link, int batchSize, int frameBytes) {
        this.calls = calls;
        this.link = link;
        this.messages = new MessageVector(batchSize, frameBytes, CONTROL_BYTES);
        this.lengths = new int[batchSize];
        this.vlans = new int[batchSize];
        this.partial = new boolean[batchSize];
    }

    int receive(int fd) throws IOException {
        for (int i = 0; i < frames; i++) {
            messages.rearm(i);
        }
        frames = 0;
        int result = calls.receiveMessages(fd, messages.from(0), lengths.length, MSG_DONTWAIT);
        if (result <= 0) {
            nothing(fd, -result);
            return 0;
        }
        link.passed();
        frames = result;
        int whole = 0;
        for (int i = 0; i < result; i++) {
            whole += take(i);
        }
        received.add(whole);
        if (whole < result) {
            oversized.add(result - whole);
        }
        return result;
    }

    private void nothing(int fd, int errno) throws IOException {
        switch (errno) {
            case Errno.EAGAIN, Errno.EINTR -> link.look(fd);
            case Errno.ENETDOWN -> link.reportedDown(fd);
            default -> throw EthernetInterface.fault(link.name() + ": receive: " + Errno.name(errno));
        }
    }

    /** @return 1 for a whole frame, 0 for a truncated one */
    private int take(int i) {
        int status = 0;
        vlans[i] = NO_VLAN;
        if (messages.controlLength(i) >= CONTROL_BYTES
                && messages.controlInt(i, CMSG_LEVEL) == PacketSocketSetup.SOL_PACKET
                && messages.controlInt(i, CMSG_TYPE) == PacketSocketSetup.PACKET_AUXDATA) {
            status = messages.controlInt(i, AUXDATA_STATUS);
        }
        partial[i] = (status & TP_STATUS_CSUMNOTREADY) != 0;
        if (partial[i]) {
            partialChecksums.increment();
        }
        if ((status & TP_STATUS_VLAN_VALID) != 0) {
            vlans[i] = messages.controlShort(i, AUXDATA_VLAN) & VLAN_IDENTIFIER;
            if ((status & TP_STATUS_VLAN_TPID_VALID) != 0
                    && (messages.controlShort(i, AUXDATA_TAG_PROTOCOL) & 0xffff) != CUSTOMER_TAG) {
                vlans[i] |= PacketSocket.PROVIDER_TAG;
            }
            vlanTagged.increment();
        }
        boolean whole = (messages.flags(i) & MSG_TRUNC) == 0;
        lengths[i] = whole ? messages.length(i) : TOO_LONG;
        return whole ? 1 : 0;
    }

    ByteBuffer buffer() {
        return messages.ring();
    }

    int offset(int frame) {
        return messages.offset(Objects.checkIndex(frame, frames));
    }

    int length(int frame) {
        return lengths[Objects.checkIndex(frame, frames)];
    }

    int vlan(int frame) {
        return vlans[Objects.checkIndex(frame, frames)];
    }

    boolean checksumPartial(int frame) {
        return partial[Objects.checkIndex(frame, frames)];
    }
}
