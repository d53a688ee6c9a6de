// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A classic BPF program for a packet socket (linux/filter.h), written instruction by instruction with labels to jump
 * to. There is an accumulator A, an index register X and memory words M[0] to M[15]; all are of 32 bits. Loads read the
 * packet in network order; one beyond its end ends the program with the answer 0.
 *
 * <pre>
 * FilterProgram program = new FilterProgram();
 * Label other = program.label();
 * program.loadEtherType().jumpUnless(0x86dd, other).loadByte(6).returnAccumulator();
 * program.place(other).returnValue(0);
 * </pre>
 *
 * Once it is attached it must not be changed. NOT thread safe.
 */
public final class FilterProgram {

    /** The offset from which the kernel counts in the network header, SKF_NET_OFF. */
    private static final int NETWORK_HEADER = -0x100000;
    private static final int ANCILLARY = -0x1000;
    private static final int ANCILLARY_PROTOCOL = ANCILLARY;
    private static final int ANCILLARY_PACKET_TYPE = ANCILLARY + 4;

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_VALUE = 0x00;
    private static final int LOAD_X_MEMORY = 0x61;
    private static final int STORE = 0x02;
    private static final int ADD_X = 0x0c;
    private static final int MULTIPLY = 0x24;
    private static final int MODULO = 0x94;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int JUMP = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int RETURN_VALUE = 0x06;
    private static final int RETURN_ACCUMULATOR = 0x16;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int LONGEST_CONDITIONAL_JUMP = 255;

    /** A place to jump to, always forward. */
    public static final class Label {

        private int index = -1;

        private Label() {
        }
    }

    private record Instruction(int opcode, int value, Label ifTrue, Label ifFalse) { }

    private final List<Instruction> instructions = new ArrayList<>();

    /** A label to be placed later. */
    public Label label() {
        return new Label();
    }

    /** Puts a label in front of the next instruction. */
    public FilterProgram place(Label label) {
        label.index = instructions.size();
        return this;
    }

    private FilterProgram add(int opcode, int value) {
        instructions.add(new Instruction(opcode, value, null, null));
        return this;
    }

    /** A = the EtherType, a VLAN tag not counting. */
    public FilterProgram loadEtherType() {
        return add(LOAD_WORD, ANCILLARY_PROTOCOL);
    }

    /** A = who the frame is for, seen from this host: PACKET_HOST and so on (packet(7)). */
    FilterProgram loadPacketType() {
        return add(LOAD_WORD, ANCILLARY_PACKET_TYPE);
    }

    /** A = four bytes at an offset of the network header. */
    public FilterProgram loadWord(int offset) {
        return add(LOAD_WORD, NETWORK_HEADER + offset);
    }

    /** A = two bytes at an offset of the network header. */
    public FilterProgram loadHalf(int offset) {
        return add(LOAD_HALF, NETWORK_HEADER + offset);
    }

    /** A = the byte at an offset of the network header. */
    public FilterProgram loadByte(int offset) {
        return add(LOAD_BYTE, NETWORK_HEADER + offset);
    }

    /** A = a value. */
    public FilterProgram loadValue(int value) {
        return add(LOAD_VALUE, value);
    }

    /** M[word] = A. */
    public FilterProgram store(int word) {
        return add(STORE, word);
    }

    /** A += M[word]; X is overwritten. */
    public FilterProgram addStored(int word) {
        return add(LOAD_X_MEMORY, word).add(ADD_X, 0);
    }

    /** A *= value, modulo 2^32. */
    public FilterProgram multiply(int value) {
        return add(MULTIPLY, value);
    }

    /** A %= value, unsigned. */
    public FilterProgram modulo(int value) {
        return add(MODULO, value);
    }

    /** A >>>= bits. */
    public FilterProgram shiftRight(int bits) {
        return add(SHIFT_RIGHT, bits);
    }

    /** Goes on at a label. */
    public FilterProgram jump(Label label) {
        instructions.add(new Instruction(JUMP, 0, label, null));
        return this;
    }

    /** Goes on at a label if A is this value. */
    public FilterProgram jumpIf(int value, Label label) {
        instructions.add(new Instruction(JUMP_EQUAL, value, label, null));
        return this;
    }

    /** Goes on at a label if A is not this value. */
    public FilterProgram jumpUnless(int value, Label label) {
        instructions.add(new Instruction(JUMP_EQUAL, value, null, label));
        return this;
    }

    /** Goes on at a label if A has any of these bits. */
    public FilterProgram jumpIfAny(int bits, Label label) {
        instructions.add(new Instruction(JUMP_ANY_BIT, bits, label, null));
        return this;
    }

    /** Ends with a value. */
    public FilterProgram returnValue(int value) {
        return add(RETURN_VALUE, value);
    }

    /** Ends with A. */
    public FilterProgram returnAccumulator() {
        return add(RETURN_ACCUMULATOR, 0);
    }

    /**
     * The program as struct sock_fprog.
     *
     * @throws IllegalStateException for a label that was not placed, or lies behind its jump or too far away
     */
    MemorySegment encode(Arena arena) {
        MemorySegment code = arena.allocate((long) instructions.size() * INSTRUCTION_BYTES, Long.BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            long at = (long) i * INSTRUCTION_BYTES;
            boolean always = instruction.opcode == JUMP;
            code.set(JAVA_SHORT, at, (short) instruction.opcode);
            code.set(JAVA_BYTE, at + 2, (byte) (always ? 0 : distance(i, instruction.ifTrue)));
            code.set(JAVA_BYTE, at + 3, (byte) distance(i, instruction.ifFalse));
            code.set(JAVA_INT, at + 4, always ? distance(i, instruction.ifTrue) : instruction.value);
        }
        MemorySegment program = arena.allocate(2 * ADDRESS.byteSize(), Long.BYTES);
        program.set(JAVA_SHORT, 0, (short) instructions.size());
        program.set(ADDRESS, ADDRESS.byteSize(), code);
        return program;
    }

    private static int distance(int from, Label label) {
        if (label == null) {
            return 0;
        }
        int distance = label.index - from - 1;
        if (label.index < 0 || distance < 0 || distance > LONGEST_CONDITIONAL_JUMP) {
            throw new IllegalStateException("instruction " + from + " can't jump to " + label.index);
        }
        return distance;
    }
}
