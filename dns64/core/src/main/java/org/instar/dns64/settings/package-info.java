// SPDX-License-Identifier: Apache-2.0
/**
 * What a DNS64 is told. {@link org.instar.dns64.settings.SettingsReader} makes {@link
 * org.instar.dns64.settings.Dns64Settings} of a tree of maps, lists and scalars; all of it is immutable, and an error
 * names view, block and option. The options have BIND's names where BIND has them.
 */
package org.instar.dns64.settings;
