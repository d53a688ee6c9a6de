// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.choice;
