// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A switch that has completed its handshake. All methods may be called from any thread and return at once. Futures are
 * completed on the event loop: what is chained to them without an executor must not block.
 */
public interface SwitchConnection {

    long datapathId();

    /** The datapath id as "0x" and 16 hexadecimal digits. */
    String datapathIdText();

    /** Address and port of the other end, for people. */
    String peer();

    /** Number of the port with this name, as of the last port status. */
    OptionalInt port(String name);

    /** All ports, as of the last port status. */
    List<SwitchPort> ports();

    /**
     * Sends changes in order and a barrier after them; completes when the switch has carried out all of them.
     *
     * <p>Fails with {@link OpenFlowException} if the switch refused any of them (it names the error and the flow;
     * further ones are suppressed exceptions, and changes not named did happen), if the connection ends, if the
     * barrier isn't answered in time, or, before anything is sent, if too many changes wait for a switch that reads
     * too slowly. In the second and third case nobody knows what was carried out.
     */
    CompletableFuture<Void> install(List<FlowMod> mods);

    /**
     * Reads the flows of one table or, without an argument, of all. Fails with {@link OpenFlowException} if the switch
     * answers with an error, too late or with more than a million flows, or if the connection ends.
     */
    CompletableFuture<List<FlowEntry>> flows(OptionalInt tableId);

    /**
     * Reads the flows of all tables with exactly this cookie; Open vSwitch finds them without a look at others. Fails
     * as {@link #flows(OptionalInt)}. Thousands may be under way at a time.
     */
    CompletableFuture<List<FlowEntry>> flows(long cookie);

    /**
     * Has the switch send a frame. An error comes to {@link SwitchListener#onError}. While the switch reads too
     * slowly the frame is dropped and counted, see {@link #packetOutsDropped}.
     *
     * @param frame Ethernet frame without checksum, at most 65,000 bytes
     * @param inPort port it counts as received by; {@link SwitchPort#CONTROLLER} for none
     * @param outPort port, or {@link SwitchPort#TABLE}, {@link SwitchPort#NORMAL}, ...
     */
    void packetOut(byte[] frame, int inPort, int outPort);

    /**
     * As {@link #packetOut(byte[], int, int)}, with any actions applied to the frame in order.
     *
     * @throws UnsupportedOperationException if this is no connection to a switch that takes more than an output
     */
    default void packetOut(byte[] frame, int inPort, List<FlowAction> actions) {
        if (actions.size() == 1 && actions.get(0) instanceof FlowAction.Output output) {
            packetOut(frame, inPort, output.port());
        } else {
            throw new UnsupportedOperationException("packet-out with " + actions);
        }
    }

    /** Frames not sent because the switch reads too slowly or the connection had ended. */
    long packetOutsDropped();

    /** From {@link SwitchListener#onConnected} until {@link SwitchListener#onDisconnected}. */
    boolean isConnected();

    /** Ends the connection; the switch will try again. */
    void disconnect(String reason);
}
