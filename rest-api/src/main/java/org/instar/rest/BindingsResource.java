// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import java.util.Set;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.instar.core.service.Nat64Service;

/** The BIBs. */
@Path("bindings")
public final class BindingsResource {

    private final Nat64Service service;

    public BindingsResource(Nat64Service service) {
        this.service = service;
    }

    /** {@code ?client=&protocol=&limit=&after=}, all optional. */
    @GET
    public Response list(@Context UriInfo uri) {
        Parameters parameters = new Parameters(uri, Set.of("client", "protocol", "limit", "after"));
        return Json.answer(Json.page("bindings",
                service.bindings(parameters.filter(), parameters.after(), parameters.limit()), Json::binding));
    }
}
