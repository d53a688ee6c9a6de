// SPDX-License-Identifier: Apache-2.0
/**
 * Memory for millions of entries: records of a fixed size outside the heap, known by int handles, and hash indexes
 * over them that grow a small piece at a time. One thread writes; any thread may read records.
 */
package org.instar.core.table;
