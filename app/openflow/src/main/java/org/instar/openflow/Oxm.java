// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;

/**
 * The name of a field on the wire: class and number (OpenFlow 1.3.5 §7.2.3.2). Experimenters' fields are of one class
 * and have the experimenter's number after the header; it is kept above the class here.
 *
 * @param oxmClass class, with the experimenter in bits 16 to 47 if there is one
 * @param number field within the class, 0 to 127
 */
record Oxm(long oxmClass, int number) {

    /** Nicira's fields before there was OXM: those of OpenFlow 1.0, and more. */
    static final int NXM_0 = 0x0000;
    static final int NXM_1 = 0x0001;
    static final int OPENFLOW = 0x8000;
    static final int EXPERIMENTER = 0xffff;
    private static final int EXPERIMENTER_SHIFT = 16;
    /** The Open Networking Foundation's extensions of OpenFlow 1.3. */
    static final int ONF = -1;
    /** Open vSwitch's fields of network service headers. */
    static final int NSH = -2;

    private static final long ONF_ID = 0x4f4e_4600L;
    private static final long NSH_ID = 0x005a_d650L;

    Oxm(int oxmClass, int number) {
        this(switch (oxmClass) {
            case ONF -> ONF_ID << EXPERIMENTER_SHIFT | EXPERIMENTER;
            case NSH -> NSH_ID << EXPERIMENTER_SHIFT | EXPERIMENTER;
            default -> (long) oxmClass;
        }, number);
    }

    private boolean isExperimenter() {
        return (oxmClass & 0xffff) == EXPERIMENTER;
    }

    /** Writes the header of a field whose value (and mask) has {@code bytes} bytes. */
    void write(ByteBuf out, boolean hasMask, int bytes) {
        out.writeShort((int) oxmClass).writeByte(number << 1 | (hasMask ? 1 : 0))
                .writeByte(bytes + (isExperimenter() ? Integer.BYTES : 0));
        if (isExperimenter()) {
            out.writeInt((int) (oxmClass >>> EXPERIMENTER_SHIFT));
        }
    }

    /** A header read: the name, whether a mask follows, and the bytes of value and mask together. */
    record Header(Oxm name, boolean hasMask, int bytes) {
    }

    /** Reads a header up to where the value begins; throws IndexOutOfBoundsException if it is cut off. */
    static Header read(ByteBuf in) {
        long oxmClass = in.readUnsignedShort();
        int numberAndMask = in.readUnsignedByte();
        int bytes = in.readUnsignedByte();
        if (oxmClass == EXPERIMENTER) {
            oxmClass |= in.readUnsignedInt() << EXPERIMENTER_SHIFT;
            bytes -= Integer.BYTES;
        }
        return new Header(new Oxm(oxmClass, numberAndMask >>> 1), (numberAndMask & 1) != 0, bytes);
    }
}
