// SPDX-License-Identifier: Apache-2.0
/** What a running translator shows, and lets be changed, from outside: the services behind REST and the commands. */
package org.instar.core.service;
