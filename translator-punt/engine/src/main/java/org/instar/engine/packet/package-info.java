// SPDX-License-Identifier: Apache-2.0
/**
 * What one IP packet says: lengths, addresses, ports. All bounds are checked here, once, so that what comes after may
 * trust the numbers.
 */
package org.instar.engine.packet;
