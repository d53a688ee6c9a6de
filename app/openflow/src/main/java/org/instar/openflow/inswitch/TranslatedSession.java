// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;

/**
 * A session that the switch translates, as its three rules (RFC 6146 §3.1: the transport addresses of both ends on both
 * sides). {@link #to4} and {@link #take4} count its packets and bytes, and leave when idle; {@link #restore6} sees what
 * take4 sees, and stays somewhat longer, so that no packet on its way finds it gone. All report when they leave.
 *
 * <p>Safe at every step: {@link #install} begins with the last rule on a packet's way, {@link #stop} takes those that
 * packets come to first, and {@link #forget} is for after the barrier behind it. A changed timeout is another install.
 *
 * @param number the session's, in the cookie
 * @param handle 20 bits that no other session in the switch has ({@link Handles})
 * @param protocol 6 or 17
 * @param client the client's address
 * @param clientPort its port
 * @param embedded the remote host's address as the client sees it (RFC 6052 §2.2, any prefix length)
 * @param remote the remote host's address
 * @param remotePort its port, on both sides
 * @param pool the pool address
 * @param poolPort its port
 * @param idleTimeoutSeconds after so long without a packet a direction's rule leaves; 0 to 65535, 0 is never
 */
public record TranslatedSession(int number, int handle, int protocol, Ip6 client, int clientPort, Ip6 embedded,
        int remote, int remotePort, int pool, int poolPort, int idleTimeoutSeconds) {

    /** Above the rule for no session, below those for what isn't the switch's. */
    static final int PRIORITY = 200;

    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int RESTORE_LONGER_SECONDS = 60;
    private static final int MAX_TIMEOUT_SECONDS = 0xffff;
    private static final int NSH_MD_TYPE_2 = 2;
    /** The handle's places in V9; between them is the type of service. */
    private static final Ip6 HANDLE_MASK = Ip6.parse("::ff00:ffff");

    public TranslatedSession {
        if (handle < 0 || handle > Handles.MAX) {
            throw new IllegalArgumentException("handle: not of 20 bits: " + handle);
        }
        if (protocol != PROTO_TCP && protocol != PROTO_UDP) {
            throw new IllegalArgumentException("protocol: neither TCP (6) nor UDP (17): " + protocol);
        }
        port("clientPort", clientPort);
        port("remotePort", remotePort);
        port("poolPort", poolPort);
        if (idleTimeoutSeconds < 0 || idleTimeoutSeconds > MAX_TIMEOUT_SECONDS) {
            throw new IllegalArgumentException("idleTimeoutSeconds: not within 0 to 65535: " + idleTimeoutSeconds);
        }
    }

    private static void port(String name, int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException(name + ": not within 0 to 65535: " + port);
        }
    }

    /** Cookie of all three rules. */
    public long cookie() {
        return TranslationCookies.session(number);
    }

    /** The rules, in the order in which they are to go in. */
    List<FlowMod> install(PoolBlocks blocks) {
        return List.of(restore6(), take4(), to4(blocks));
    }

    /** Takes out the two rules that packets come to first; they go to the fast path then. */
    public List<FlowMod> stop() {
        return List.of(delete(TranslationTable.OFFER_6TO4), delete(TranslationTable.OFFER_4TO6));
    }

    /** Takes out the third; to be sent after a barrier behind {@link #stop}. */
    public List<FlowMod> forget() {
        return List.of(delete(TranslationTable.ADDRESSES_6));
    }

    private FlowMod delete(TranslationTable table) {
        return FlowMod.delete(table.id()).cookie(cookie()).build();
    }

    /** In {@link TranslationTable#OFFER_6TO4}: writes the pool port, and {@link HeaderWords} over both addresses. */
    FlowMod to4(PoolBlocks blocks) {
        int block = blocks.blockOf(pool).orElseThrow(() -> new IllegalArgumentException(
                "pool: no address that the switch translates to: " + Ip4.toString(pool)));
        HeaderWords words = HeaderWords.of(protocol, remote, block, pool & 0xff);
        return rule(TranslationTable.OFFER_6TO4, idleTimeoutSeconds)
                .match(ports(FlowMatch.builder().ipv6Source(client).ipv6Destination(embedded), clientPort, remotePort))
                .actions(FlowAction.setField(sourcePort(), poolPort),
                        FlowAction.setField(FlowField.IPV6_SRC, words.sourceHigh(), words.sourceLow()),
                        FlowAction.setField(FlowField.IPV6_DST, words.destinationHigh(), words.destinationLow()))
                .gotoTable(TranslationTable.HOP_LIMIT.id()).build();
    }

    /** In {@link TranslationTable#OFFER_4TO6}: writes the handle over the pool address. */
    FlowMod take4() {
        return rule(TranslationTable.OFFER_4TO6, idleTimeoutSeconds)
                .match(ports(FlowMatch.builder().ipv4Source(remote).ipv4Destination(pool), remotePort, poolPort))
                .actions(FlowAction.setField(FlowField.IPV4_DST, handleWord()))
                .gotoTable(TranslationTable.REPARSE_4TO6.id()).build();
    }

    /** In {@link TranslationTable#ADDRESSES_6}: the handle tells the client. */
    FlowMod restore6() {
        return rule(TranslationTable.ADDRESSES_6, restoreTimeoutSeconds())
                .match(FlowMatch.builder().ipv6Destination(Ip6.of(0, handleWord()), HANDLE_MASK).ipProto(protocol))
                .actions(FlowAction.setField(FlowField.IPV6_SRC, embedded.high(), embedded.low()),
                        FlowAction.setField(FlowField.IPV6_DST, client.high(), client.low()),
                        FlowAction.setField(destinationPort(), clientPort))
                .gotoTable(TranslationTable.NEXT_HOP_6.id()).build();
    }

    private int restoreTimeoutSeconds() {
        return idleTimeoutSeconds == 0 ? 0
                : Math.min(MAX_TIMEOUT_SECONDS, idleTimeoutSeconds + RESTORE_LONGER_SECONDS);
    }

    /** W4 and V9: handle bits 19 to 16, MD type 2, 8 bits for the type of service, handle bits 15 to 0. */
    private long handleWord() {
        return (long) (handle >>> 16) << 28 | NSH_MD_TYPE_2 << 24 | handle & 0xffff;
    }

    private FlowMod.Builder rule(TranslationTable table, int timeoutSeconds) {
        return FlowMod.add(table.id()).priority(PRIORITY).cookie(cookie()).idleTimeoutSeconds(timeoutSeconds)
                .sendFlowRemoved();
    }

    private FlowMatchBuilder ports(FlowMatchBuilder match, int source, int destination) {
        return protocol == PROTO_TCP ? match.tcpSource(source).tcpDestination(destination)
                : match.udpSource(source).udpDestination(destination);
    }

    private FlowField sourcePort() {
        return protocol == PROTO_TCP ? FlowField.TCP_SRC : FlowField.UDP_SRC;
    }

    private FlowField destinationPort() {
        return protocol == PROTO_TCP ? FlowField.TCP_DST : FlowField.UDP_DST;
    }
}
