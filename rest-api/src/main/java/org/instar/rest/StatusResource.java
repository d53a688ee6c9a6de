// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Response;
import org.instar.core.service.Health;
import org.instar.core.service.Nat64Service;

/** What the translator as a whole is doing: health, pools, counters. */
@Path("")
public final class StatusResource {

    private final Nat64Service service;

    public StatusResource(Nat64Service service) {
        this.service = service;
    }

    /** 200 when all parts work, 503 when not. */
    @GET
    @Path("health")
    public Response health() {
        Health health = service.health();
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("status", health.isUp() ? "up" : "down");
        body.put("reason", health.reason());
        health.parts().forEach((name, part) -> body.set(name, Json.MAPPER.valueToTree(part)));
        return Json.answer(health.isUp() ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE, body);
    }

    @GET
    @Path("pools")
    public Response pools() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode pools = body.putArray("pools");
        service.pools().forEach(pool -> pools.add(Json.pool(pool)));
        return Json.answer(body);
    }

    @GET
    @Path("counters")
    public Response counters() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode counters = body.putObject("counters");
        service.counters().forEach(counters::put);
        return Json.answer(body);
    }
}
