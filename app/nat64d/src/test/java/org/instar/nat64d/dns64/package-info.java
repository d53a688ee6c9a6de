// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.dns64;
