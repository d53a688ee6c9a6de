// SPDX-License-Identifier: Apache-2.0
/** Which of several prefixes a client is answered with: the paper's §5.2, fed by the load and health of translators. */
package org.instar.dns64.choice;
