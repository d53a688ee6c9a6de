// SPDX-License-Identifier: Apache-2.0

/**
 * Has the switch translate sessions itself: {@link org.instar.nat64d.inswitch.TranslatingSwitch} puts the tables in,
 * finds out whether they do what they should and keeps them right, {@link
 * org.instar.nat64d.inswitch.SwitchSessions} has one shard's sessions there, {@link
 * org.instar.nat64d.inswitch.HostLocations} and
 * {@link org.instar.nat64d.inswitch.SwitchNextHops} know where their packets leave. Which sessions go there is the
 * core's matter.
 */
package org.instar.nat64d.inswitch;
