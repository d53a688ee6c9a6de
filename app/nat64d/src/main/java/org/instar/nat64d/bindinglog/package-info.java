// SPDX-License-Identifier: Apache-2.0
/** The binding log: a file of JSON lines, and {@code nat64ctl who}, which asks it who had a transport address when. */
package org.instar.nat64d.bindinglog;
