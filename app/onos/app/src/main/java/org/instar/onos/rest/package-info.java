// SPDX-License-Identifier: Apache-2.0
/** REST paths of the application, under {@code /onos/nat64}. */
package org.instar.onos.rest;
