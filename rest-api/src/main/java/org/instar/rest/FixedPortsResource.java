// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import java.util.Optional;
import java.util.Set;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.instar.core.pool.FixedPorts;
import org.instar.core.pool.PoolStatus;
import org.instar.core.service.Nat64Service;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix6;

/** Who has which ports of a deterministic pool (RFC 7422), asked for from either end. */
@Path("pools/{name}/deterministic")
public final class FixedPortsResource {

    private final Nat64Service service;

    public FixedPortsResource(Nat64Service service) {
        this.service = service;
    }

    /** {@code ?client=ADDRESS or PREFIX}, or {@code ?address=&port=}; 404 when there is no such pool or subscriber. */
    @GET
    public Response ask(@PathParam("name") String name, @Context UriInfo uri) {
        Parameters parameters = new Parameters(uri, Set.of("client", "address", "port"));
        Optional<Prefix6> client = parameters.clients();
        Optional<Integer> address = parameters.address();
        if (client.isPresent() && address.isPresent()) {
            throw new BadParameterException("client", "either client, or address and port");
        }
        if (client.isEmpty() && address.isEmpty()) {
            throw new BadParameterException("client", "is missing: client, or address and port");
        }
        int port = address.isPresent() ? parameters.port() : 0;
        Optional<PoolStatus> pool = service.pools().stream()
                .filter(each -> each.config().name().equals(name) && each.config().deterministic().isPresent())
                .findFirst();
        if (pool.isEmpty()) {
            return Json.error(Response.Status.NOT_FOUND, "name", "there is no deterministic pool '" + name + "'");
        }
        PoolStatus found = pool.get();
        return client.isPresent() ? ofClient(found, client.get()) : ofPort(found, address.get(), port);
    }

    private static Response ofClient(PoolStatus pool, Prefix6 client) {
        return FixedPorts.ofClient(pool.config(), pool.shards(), client)
                .map(fixed -> Json.answer(Json.fixedPorts(fixed)))
                .orElseGet(() -> Json.error(Response.Status.NOT_FOUND, "client", client + " is no subscriber of pool '"
                        + pool.config().name() + "': " + pool.config().deterministic().orElseThrow()));
    }

    private static Response ofPort(PoolStatus pool, int address, int port) {
        return FixedPorts.ofPort(pool.config(), pool.shards(), address, port)
                .map(fixed -> Json.answer(Json.fixedPorts(fixed).put("shard", fixed.shardOf(port))))
                .orElseGet(() -> Json.error(Response.Status.NOT_FOUND, "port", Ip4.toString(address) + ":" + port
                        + " is no subscriber's of pool '" + pool.config().name() + "'"));
    }
}
