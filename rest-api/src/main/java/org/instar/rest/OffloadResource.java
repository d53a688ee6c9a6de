// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;

/** The switch as a translator: what it does, and taking sessions out of it. */
@Path("offload")
public final class OffloadResource {

    private static final long TIMEOUT_SECONDS = 10;

    private final Nat64Service service;
    private final Nat64AdminService admin;

    public OffloadResource(Nat64Service service, Nat64AdminService admin) {
        this.service = service;
        this.admin = admin;
    }

    /** Whether the switch translates sessions itself, or why not; how many packets it has translated of all. */
    @GET
    public Response show() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.setAll((ObjectNode) Json.MAPPER.valueToTree(service.health().parts().get("offload")));
        body.put("packetsInSwitch", sum("switch_packets_6to4", "switch_packets_4to6"));
        body.put("packetsBeside", sum("packets_6to4", "packets_4to6"));
        return Json.answer(body);
    }

    private long sum(String one, String other) {
        return service.counters().getOrDefault(one, 0L) + service.counters().getOrDefault(other, 0L);
    }

    /** {@code ?client=&protocol=}, both optional: their sessions go on in the fast path; answers how many these are. */
    @DELETE
    public Response leave(@Context UriInfo uri) throws InterruptedException, ExecutionException, TimeoutException {
        int left = admin.leaveSwitch(new Parameters(uri, Set.of("client", "protocol")).filter())
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return Json.answer(Json.MAPPER.createObjectNode().put("left", left));
    }
}
