// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.instar.onos.config.Nat64NetworkConfig;
import org.onosproject.TestApplicationId;
import org.onosproject.core.ApplicationId;

/** The documented example of network configuration, as ONOS hands it to the application. */
public final class NetcfgExample {

    public static final ApplicationId APPLICATION = new TestApplicationId(Nat64Service.APPLICATION_NAME);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private NetcfgExample() {
    }

    /** The application's object, free to be changed by the caller. */
    public static ObjectNode json() {
        try {
            JsonNode all = MAPPER.readTree(Path.of("../netcfg-example.json").toFile());
            return (ObjectNode) all.at("/apps/" + Nat64Service.APPLICATION_NAME + "/" + Nat64NetworkConfig.KEY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Nat64NetworkConfig config() {
        return config(json());
    }

    public static Nat64NetworkConfig config(JsonNode json) {
        Nat64NetworkConfig config = new Nat64NetworkConfig();
        config.init(APPLICATION, Nat64NetworkConfig.KEY, json, MAPPER, changed -> { });
        return config;
    }
}
