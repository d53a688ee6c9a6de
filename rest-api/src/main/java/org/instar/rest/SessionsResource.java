// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;
import org.instar.core.service.SessionFilter;

/** The session tables: list by filter and page, remove by filter. */
@Path("sessions")
public final class SessionsResource {

    private static final long REMOVAL_TIMEOUT_SECONDS = 10;

    private final Nat64Service service;
    private final Nat64AdminService admin;

    public SessionsResource(Nat64Service service, Nat64AdminService admin) {
        this.service = service;
        this.admin = admin;
    }

    /** {@code ?client=&protocol=&limit=&after=}, all optional. */
    @GET
    public Response list(@Context UriInfo uri) {
        Parameters parameters = new Parameters(uri, Set.of("client", "protocol", "limit", "after"));
        long nowNanos = service.nowNanos();
        return Json.answer(Json.page("sessions",
                service.sessions(parameters.filter(), parameters.after(), parameters.limit()),
                session -> Json.session(session, nowNanos)));
    }

    /** {@code ?client=&protocol=}, at least one; answers when the switch has confirmed that the flows are gone. */
    @DELETE
    public Response remove(@Context UriInfo uri) throws InterruptedException, ExecutionException {
        SessionFilter filter = new Parameters(uri, Set.of("client", "protocol")).filter();
        if (filter.isEmpty()) {
            throw new BadParameterException("client", "a filter is needed: client or protocol");
        }
        try {
            int removed = admin.removeSessions(filter).get(REMOVAL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return Json.answer(Json.MAPPER.createObjectNode().put("removed", removed));
        } catch (TimeoutException e) {
            return Json.error(Response.Status.GATEWAY_TIMEOUT, null, "no confirmation within "
                    + REMOVAL_TIMEOUT_SECONDS + " s; ask for the sessions to see what was removed");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FlowsNotConfirmedException) {
                return Json.error(Response.Status.BAD_GATEWAY, null, e.getCause().getMessage());
            }
            throw e;
        }
    }
}
