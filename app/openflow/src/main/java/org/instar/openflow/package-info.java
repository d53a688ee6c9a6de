// SPDX-License-Identifier: Apache-2.0

/**
 * An OpenFlow 1.3 controller for one process: switches connect to {@link org.instar.openflow.OpenFlowServer}, a
 * {@link org.instar.openflow.SwitchListener} hears of them, a {@link org.instar.openflow.SwitchConnection} commands
 * one.
 *
 * <p>Shape: {@code OpenFlowServer} accepts, {@code OpenFlowDecoder} cuts the byte stream into {@code Message}s,
 * {@code Handshake} brings a connection up and hands it to {@code SwitchChannel}, which correlates answers by
 * transaction id. Only {@code LoxiReader}, {@code LoxiWriter} and {@code ErrorReader} know OpenFlowJ; its types never
 * show in public. Matches and actions have codecs of their own ({@code FieldCodec}, {@code ActionCodec}): OpenFlowJ
 * lacks the fields and actions of Open vSwitch's extensions, and refuses whole messages over one it doesn't know.
 *
 * <p>Names in capitals (OFPT_, OFPMP_, OFPCML_) are those of the OpenFlow Switch Specification 1.3.
 */
package org.instar.openflow;
