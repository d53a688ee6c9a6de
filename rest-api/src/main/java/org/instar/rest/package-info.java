// SPDX-License-Identifier: Apache-2.0
/**
 * REST over the services of the core: JAX-RS resources that know neither the server they run in nor ONOS. All answers
 * are JSON; an error is {@code {"error":{"field":...,"message":...}}}.
 */
package org.instar.rest;
