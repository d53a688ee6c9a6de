// SPDX-License-Identifier: Apache-2.0
/**
 * {@code nat64ctl check}: translates a pcap file offline, without a network or privileges, and compares what comes out
 * and what was counted with what a case expects.
 */
package org.instar.nat64d.check;
