// SPDX-License-Identifier: Apache-2.0
package org.instar.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.instar.core.rule.StaticBinding;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;

/** Rules and static bindings, changes of the configuration, and the check of the tables. */
@Path("/")
public final class ConfigResource {

    private static final long CHECK_TIMEOUT_SECONDS = 60;

    private final Nat64Service service;
    private final Nat64AdminService admin;

    public ConfigResource(Nat64Service service, Nat64AdminService admin) {
        this.service = service;
        this.admin = admin;
    }

    /** The rules, one line of text each, in order. */
    @GET
    @Path("rules")
    public Response rules() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode rules = body.putArray("rules");
        service.rules().forEach(rule -> rules.add(rule.toString()));
        return Json.answer(body);
    }

    /** The static bindings, one line of text each. */
    @GET
    @Path("static-bindings")
    public Response staticBindings() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode bindings = body.putArray("staticBindings");
        service.staticBindings().forEach(binding -> bindings.add(binding.toString()));
        return Json.answer(body);
    }

    /** Adds the static binding whose line is the body; it lasts until the configuration is read again. */
    @POST
    @Path("static-bindings")
    @Consumes(MediaType.TEXT_PLAIN)
    public Response add(String line) {
        try {
            StaticBinding binding = StaticBinding.parse(line.trim());
            admin.addStaticBinding(binding);
            return Json.answer(Response.Status.CREATED,
                    Json.MAPPER.createObjectNode().put("added", binding.toString()));
        } catch (IllegalArgumentException e) {
            throw new BadParameterException("body", e.getMessage());
        } catch (ConfigRefusedException e) {
            return Json.error(Response.Status.CONFLICT, null, e.getMessage());
        }
    }

    /** {@code ?binding=LINE}: takes it away; its sessions live on. */
    @DELETE
    @Path("static-bindings")
    public Response remove(@Context UriInfo uri) {
        String line = new Parameters(uri, Set.of("binding")).required("binding");
        try {
            StaticBinding binding = StaticBinding.parse(line);
            if (!admin.removeStaticBinding(binding)) {
                return Json.error(Response.Status.NOT_FOUND, "binding", "there is no such static binding: " + binding);
            }
            return Json.answer(Json.MAPPER.createObjectNode().put("removed", binding.toString()));
        } catch (IllegalArgumentException e) {
            throw new BadParameterException("binding", e.getMessage());
        } catch (ConfigRefusedException e) {
            return Json.error(Response.Status.CONFLICT, null, e.getMessage());
        }
    }

    /** {@code ?drain=true|false}: reads the configuration again and applies it, whole or not at all. */
    @POST
    @Path("reload")
    public Response reload(@Context UriInfo uri) {
        boolean drain = new Parameters(uri, Set.of("drain")).flag("drain");
        try {
            admin.reload(drain);
            return Json.answer(Json.MAPPER.createObjectNode().put("reloaded", true));
        } catch (ConfigRefusedException e) {
            return Json.error(Response.Status.CONFLICT, null, e.getMessage());
        }
    }

    /** Checks the tables of the running translator. */
    @GET
    @Path("check")
    public Response check() throws InterruptedException, ExecutionException {
        try {
            List<String> violations = admin.check().get(CHECK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            ObjectNode body = Json.MAPPER.createObjectNode().put("good", violations.isEmpty());
            ArrayNode lines = body.putArray("violations");
            violations.forEach(lines::add);
            return Json.answer(body);
        } catch (TimeoutException e) {
            return Json.error(Response.Status.GATEWAY_TIMEOUT, null, "not done within " + CHECK_TIMEOUT_SECONDS + " s");
        }
    }
}
