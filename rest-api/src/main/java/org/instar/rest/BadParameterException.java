// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

/** A request parameter that can't be used: answered with 400 and its name. */
final class BadParameterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    BadParameterException(String field, String message) {
        super(message);
        this.field = field;
    }

    String field() {
        return field;
    }
}
