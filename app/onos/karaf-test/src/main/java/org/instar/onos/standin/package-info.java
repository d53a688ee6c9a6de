// SPDX-License-Identifier: Apache-2.0
/**
 * What the application needs of ONOS's core, recorded instead of clustered, and a servlet by which a test outside the
 * container plays the operator and sees what is registered.
 */
package org.instar.onos.standin;
