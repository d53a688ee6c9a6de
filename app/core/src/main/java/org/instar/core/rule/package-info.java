// SPDX-License-Identifier: Apache-2.0
/**
 * What the operator decides of each new session: ordered rules in the spirit of pf's, static bindings, the sources that
 * may come in where, and the timers and limits that rules may change. All values, immutable, with text forms that parse
 * and print back; matching makes no objects. The package {@code config} reads them.
 */
package org.instar.core.rule;
