// SPDX-License-Identifier: Apache-2.0
/**
 * What a stateful translator has to know of fragments before it can translate them (RFC 6146 §3.4).
 */
package org.instar.engine.fragment;
