// SPDX-License-Identifier: Apache-2.0
/** The DNS64 within nat64d: its options among the configuration, and the load of the translator beside it. */
package org.instar.nat64d.dns64;
