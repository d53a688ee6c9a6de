// SPDX-License-Identifier: Apache-2.0
/** Binding Information Bases (RFC 6146 §3.1) and the IPv4 transport addresses their entries take from the pools. */
package org.instar.core.binding;
