// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.onos.Nat64Service;
import org.onosproject.rest.AbstractWebResource;

/** State of the application. */
@Path("v1/status")
public class StatusWebResource extends AbstractWebResource {

    /**
     * Gets the application's version and the configuration in force.
     *
     * @return 200 with application, version, configured, prefixes and pools
     */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response getStatus() {
        return ok(status(get(Nat64Service.class))).build();
    }

    ObjectNode status(Nat64Service service) {
        ObjectNode status = mapper().createObjectNode()
                .put("application", Nat64Service.APPLICATION_NAME)
                .put("version", service.version())
                .put("configured", service.configuration().isPresent());
        ArrayNode prefixes = status.putArray("prefixes");
        ArrayNode pools = status.putArray("pools");
        service.configuration().ifPresent(config -> describe(config, prefixes, pools));
        return status;
    }

    private static void describe(Nat64Config config, ArrayNode prefixes, ArrayNode pools) {
        config.prefixes().forEach(prefix -> prefixes.add(prefix.toString()));
        for (PoolConfig pool : config.pools()) {
            ObjectNode node = pools.addObject().put("name", pool.name());
            ArrayNode poolPrefixes = node.putArray("prefixes");
            pool.prefixes().forEach(prefix -> poolPrefixes.add(prefix.toString()));
            node.put("ports", pool.ports().toString());
            ArrayNode protocols = node.putArray("protocols");
            pool.protocols().forEach(protocol -> protocols.add(protocol.text()));
        }
    }
}
