// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.function.Function;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.FixedPorts;
import org.instar.core.pool.PoolStatus;
import org.instar.core.service.Page;
import org.instar.core.session.Session;
import org.instar.engine.address.Ip4;

/** The JSON forms of what the services show. */
final class Json {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {
    }

    static Response answer(JsonNode body) {
        return answer(Response.Status.OK, body);
    }

    static Response answer(Response.StatusType status, JsonNode body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body.toString()).build();
    }

    static Response error(Response.StatusType status, String field, String message) {
        ObjectNode body = MAPPER.createObjectNode();
        ObjectNode error = body.putObject("error");
        if (field != null) {
            error.put("field", field);
        }
        error.put("message", message);
        return answer(status, body);
    }

    /** An error with the methods that are allowed instead; null: none to name. */
    static Response error(Response.StatusType status, String field, String message, String allow) {
        Response plain = error(status, field, message);
        return allow == null ? plain : Response.fromResponse(plain).header("Allow", allow).build();
    }

    static <T> ObjectNode page(String name, Page<T> page, Function<T, ObjectNode> form) {
        ObjectNode body = MAPPER.createObjectNode();
        ArrayNode items = body.putArray(name);
        page.items().forEach(item -> items.add(form.apply(item)));
        if (page.next().isPresent()) {
            body.put("next", page.next().getAsLong());
        } else {
            body.putNull("next");
        }
        return body;
    }

    static ObjectNode session(Session session, long nowNanos) {
        BibEntry binding = session.binding();
        ObjectNode node = MAPPER.createObjectNode();
        node.put("id", session.id());
        node.put("protocol", session.protocol().text());
        node.put("state", session.protocol() == Protocol.TCP ? session.tcpState().name() : "OPEN");
        client(node, binding);
        endpoint(node, "remote6", session.remoteAddress6().toString(), session.remotePort());
        pool(node, binding);
        endpoint(node, "remote4", Ip4.toString(session.remoteAddress()), session.remotePort());
        node.put("createdAt", Instant.ofEpochSecond(session.createdSeconds()).toString());
        node.put("expiresInMillis", Math.max(0, session.expiresInMillis(nowNanos)));
        node.put("packets6to4", session.packets6to4());
        node.put("packets4to6", session.packets4to6());
        node.put("bytes6to4", session.bytes6to4());
        node.put("bytes4to6", session.bytes4to6());
        node.put("flows", session.rules().name());
        node.put("offload", session.offload().name());
        return node;
    }

    static ObjectNode binding(BibEntry binding) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("id", binding.id());
        node.put("protocol", binding.protocol().text());
        client(node, binding);
        pool(node, binding);
        node.put("sessions", binding.sessions());
        return node;
    }

    static ObjectNode pool(PoolStatus status) {
        PoolConfig pool = status.config();
        ObjectNode node = MAPPER.createObjectNode();
        node.put("name", pool.name());
        ArrayNode prefixes = node.putArray("prefixes");
        pool.prefixes().forEach(prefix -> prefixes.add(prefix.toString()));
        pool.interfaceName().ifPresent(name -> node.put("interface", name));
        node.put("ports", pool.ports().toString());
        ArrayNode protocols = node.putArray("protocols");
        ObjectNode bindings = node.putObject("bindings");
        ObjectNode held = node.putObject("heldDown");
        pool.protocols().forEach(protocol -> {
            protocols.add(protocol.text());
            bindings.put(protocol.text(), status.taken(protocol));
            held.put(protocol.text(), status.heldDown(protocol));
        });
        node.put("capacityPerProtocol", status.capacityPerProtocol());
        node.put("addresses", status.addresses());
        node.put("drainingAddresses", status.drainingAddresses());
        node.put("blocks", status.blocks());
        node.put("leasedBlocks", status.leasedBlocks());
        node.put("draining", status.draining());
        node.put("alarm", status.alarmRaised());
        return node;
    }

    static ObjectNode fixedPorts(FixedPorts fixed) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("pool", fixed.poolName());
        node.put("subscriber", fixed.subscriber().toString());
        node.put("address", Ip4.toString(fixed.span().address()));
        node.put("firstPort", fixed.span().first());
        node.put("lastPort", fixed.span().last());
        ArrayNode protocols = node.putArray("protocols");
        fixed.protocols().forEach(protocol -> protocols.add(protocol.text()));
        ArrayNode shards = node.putArray("shards");
        for (int shard = 0; shard < fixed.shards(); shard++) {
            ArrayNode ports = shards.addObject().put("shard", shard).putArray("ports");
            fixed.ofShard(shard).forEach(span -> ports.add(span.first() + "-" + span.last()));
        }
        return node;
    }

    private static void client(ObjectNode node, BibEntry binding) {
        endpoint(node, "client", binding.clientAddress().toString(), binding.clientPort());
    }

    private static void pool(ObjectNode node, BibEntry binding) {
        endpoint(node, "pool", Ip4.toString(binding.poolAddress()), binding.poolPort());
    }

    private static void endpoint(ObjectNode node, String name, String address, int port) {
        node.putObject(name).put("address", address).put("port", port);
    }
}
