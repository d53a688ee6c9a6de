// SPDX-License-Identifier: Apache-2.0
/** The ONOS application {@code org.instar.nat64}: its life cycle and what its other packages ask of it. */
package org.instar.onos;
