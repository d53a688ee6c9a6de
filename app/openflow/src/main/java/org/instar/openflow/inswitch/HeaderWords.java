// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import org.instar.engine.checksum.InternetChecksum;

/**
 * The constants of one session that stand in both IPv6 addresses between its first rule and the third pass: an IPv6
 * header whose words V5 to V9 are, but for length and TTL, the IPv4 header to be.
 *
 * <pre>
 *   V2 = 0    | K        K makes the sum of V2 to V7 zero
 *   V3 = 894f | NSH      type of the frame of which V0 to V3hi are the Ethernet header; NSH: version 0, TTL the
 *   V4 = 01pp | 0800     pool block, length 6 words, MD type 1, next protocol pp: the address in the block. 0800:
 *                        type of the third pass's frame
 *   V5 = 4500 | 0        W0: length comes in LENGTH_6TO4
 *   V6 = 0    | 4000     W1: identification comes there too; don't fragment
 *   V7 = 00proto | CSUM  W2: TTL comes in POOL_ADDRESS
 *   V8 = 0               W3: X and ~X come in HOP_LIMIT, DSCP, ECN; the pool address in POOL_ADDRESS
 *   V9 = D               W4
 * </pre>
 *
 * <p>Header checksum (RFC 791 §3.1): CSUM = ~(4500 + 4000 + proto + D). What comes later is without weight, LEN + ~LEN
 * = X + ~X = 0, so it is right for every length, TTL and traffic class; the third pass's actions keep it right.
 *
 * <p>Transport checksum: the switch updates it for what the first rule changes, ports and addresses, so that it is
 * right for the pseudo-header of V2 to V9 (RFC 8200 §8.1). As V2 to V7 sum to 0, it is right for V8 and V9 alone,
 * length and protocol, which is the IPv4 pseudo-header (RFC 9293 §3.1) of source V8 and destination V9; LENGTH_6TO4
 * changes V5 and V6 without the switch knowing what they are. None of it depends on the addresses that were there
 * before, so every prefix length of RFC 6052 §2.2 works: 32, 40, 48, 56, 64 and 96.
 *
 * @param sourceHigh V2, V3
 * @param sourceLow V4, V5
 * @param destinationHigh V6, V7
 * @param destinationLow V8, V9
 */
record HeaderWords(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {

    static final int ETH_TYPE_NSH = 0x894f;

    private static final int ETH_TYPE_IPV4 = 0x0800;
    private static final int NSH_LENGTH_MD1 = 6;
    private static final int NSH_MD_TYPE_1 = 1;
    private static final int VERSION_AND_IHL = 0x4500;
    private static final int DONT_FRAGMENT = 0x4000;

    /**
     * The words of a session.
     *
     * @param protocol 6 or 17
     * @param remote IPv4 address of the remote host
     * @param block block of the pool address, 0 to 63
     * @param addressInBlock lower 8 bits of the pool address
     */
    static HeaderWords of(int protocol, int remote, int block, int addressInBlock) {
        long remoteBits = remote & 0xffff_ffffL;
        long checksum = not(VERSION_AND_IHL + DONT_FRAGMENT + protocol + (remoteBits >>> 16) + (remoteBits & 0xffff));
        long nshUpper = PoolBlocks.nshTtl(block) << 6 | NSH_LENGTH_MD1;
        long nshLower = NSH_MD_TYPE_1 << 8 | addressInBlock;
        long v3 = (long) ETH_TYPE_NSH << 16 | nshUpper;
        long v4 = nshLower << 16 | ETH_TYPE_IPV4;
        long v5 = (long) VERSION_AND_IHL << 16;
        long v6 = DONT_FRAGMENT;
        long v7 = (long) protocol << 16 | checksum;
        long k = not(ETH_TYPE_NSH + nshUpper + nshLower + ETH_TYPE_IPV4 + VERSION_AND_IHL + DONT_FRAGMENT + protocol
                + checksum);
        return new HeaderWords(k << 32 | v3, v4 << 32 | v5, v6 << 32 | v7, remoteBits);
    }

    /** Negation of a sum of 16-bit words, folded: 0 to 0xffff. */
    static int not(long sum) {
        return ~InternetChecksum.fold(sum) & 0xffff;
    }
}
