// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.instar.openflow.inswitch.TranslationTable;
import org.instar.openflow.pipeline.Table;

/** The OpenFlow tables by name, those of the translation too, so that people can read a flow dump or a trace. */
@Path("tables")
@Produces(MediaType.APPLICATION_JSON)
public final class TablesResource {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @GET
    public String tables() {
        ObjectNode body = MAPPER.createObjectNode();
        ArrayNode tables = body.putArray("tables");
        for (Table table : Table.values()) {
            tables.addObject().put("id", table.id()).put("name", table.name()).put("pass", 1)
                    .put("purpose", table.purpose());
        }
        for (TranslationTable table : TranslationTable.values()) {
            tables.addObject().put("id", table.id()).put("name", table.name()).put("pass", table.pass())
                    .put("purpose", table.purpose());
        }
        return body.toString();
    }
}
