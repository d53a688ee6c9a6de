// SPDX-License-Identifier: Apache-2.0

/**
 * NAT64 inside an unmodified Open vSwitch: the data packets of TCP and UDP sessions are translated by flows alone, both
 * ways, at every length. {@link org.instar.openflow.inswitch.TranslationTable} is where to begin; docs/pipeline.md
 * draws the three passes. {@link org.instar.openflow.inswitch.StaticTables} makes the flows and keeps them right,
 * {@link org.instar.openflow.inswitch.TranslatedSession} those of a session, {@link
 * org.instar.openflow.inswitch.PipelineProbe} finds out whether a switch does it right.
 *
 * <p>The tables stand beside those of {@link org.instar.openflow.pipeline}: two rules in CLASSIFY lead packets to them,
 * and what they don't translate goes back, untouched, to where it would have gone. Without those two rules all is as
 * without this package.
 */
package org.instar.openflow.inswitch;
