// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration model that nat64d (YAML) and the ONOS app (JSON) share. The text is parsed elsewhere; here a tree
 * of maps, lists and scalars becomes checked, immutable values, or a
 * {@link org.instar.core.config.ConfigException} that names the path of the bad field.
 */
package org.instar.core.config;
