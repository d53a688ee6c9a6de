// SPDX-License-Identifier: Apache-2.0

/**
 * Packet I/O of the software fast path: a Linux {@code AF_PACKET} socket with batched receive and transmit, reached by
 * {@link java.lang.foreign}, and the worker loop around it. It moves Ethernet frames and knows no protocol above them.
 *
 * <p>Layouts and numbers are those of 64-bit Linux with the generic errno and socket option values (x86-64, AArch64,
 * RISC-V).
 */
package org.instar.fastpath;
