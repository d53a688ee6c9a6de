// SPDX-License-Identifier: Apache-2.0
/**
 * The state of shards as bytes, so that sessions outlive the process: written in slices while packets go on, read whole
 * or not at all, and made sessions of again. No I/O: bytes go to and come from the caller.
 *
 * <pre>
 * snapshot   header, records, the last of which is the end
 * header     8 magic, 2 version, 8 time: milliseconds since 1970
 * record     1 type, 4 length of what follows, and that; all numbers big-endian
 *   shard    2 number; what follows is of this shard, and so are the numbers of prefixes and rules
 *   prefix   1 number, text
 *   rule     2 number, 1 whether it is that of static bindings, text
 *   session  see SessionRecord
 *   resting  see RestingRecord
 *   end      1 whether the process ended with it, 8 how many sessions, 4 CRC-32C of all bytes before it
 * </pre>
 */
package org.instar.core.snapshot;
