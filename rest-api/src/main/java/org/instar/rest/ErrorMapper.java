// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import javax.ws.rs.ext.Provider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes JSON of every exception that leaves a resource. */
@Provider
public final class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof BadParameterException) {
            return Json.error(Response.Status.BAD_REQUEST, ((BadParameterException) thrown).field(),
                    thrown.getMessage());
        }
        if (thrown instanceof WebApplicationException) {
            Response response = ((WebApplicationException) thrown).getResponse();
            return Json.error(response.getStatusInfo(), null, thrown.getMessage(), response.getHeaderString("Allow"));
        }
        LOG.warn("a REST request failed", thrown);
        return Json.error(Response.Status.INTERNAL_SERVER_ERROR, null, "internal error, see the log");
    }
}
