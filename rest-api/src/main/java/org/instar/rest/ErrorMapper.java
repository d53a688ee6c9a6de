// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import java.util.logging.Level;
import java.util.logging.Logger;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import javax.ws.rs.ext.Provider;

/** Makes JSON of every exception that leaves a resource. */
@Provider
public final class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = Logger.getLogger(ErrorMapper.class.getName());

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof BadParameterException) {
            return Json.error(Response.Status.BAD_REQUEST, ((BadParameterException) thrown).field(),
                    thrown.getMessage());
        }
        if (thrown instanceof WebApplicationException) {
            int status = ((WebApplicationException) thrown).getResponse().getStatus();
            return Json.error(Response.Status.fromStatusCode(status), null, thrown.getMessage());
        }
        LOG.log(Level.WARNING, "a REST request failed", thrown);
        return Json.error(Response.Status.INTERNAL_SERVER_ERROR, null, "internal error, see the log");
    }
}
