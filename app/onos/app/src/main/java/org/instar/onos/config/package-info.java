// SPDX-License-Identifier: Apache-2.0
/** The application's part of ONOS's network configuration. */
package org.instar.onos.config;
