// SPDX-License-Identifier: Apache-2.0

/**
 * What Instar installs in a switch: {@link org.instar.openflow.pipeline.Table} names the tables,
 * {@link org.instar.openflow.pipeline.Pipeline} builds the flows that are always there,
 * {@link org.instar.openflow.pipeline.SessionFlows} those of one session, and
 * {@link org.instar.openflow.pipeline.Cookies} tells by its cookie whose a flow is.
 */
package org.instar.openflow.pipeline;
