// SPDX-License-Identifier: Apache-2.0
/** The sessions' life beyond the process: snapshots of the shards in a file, and what comes of them at the start. */
package org.instar.nat64d.state;
