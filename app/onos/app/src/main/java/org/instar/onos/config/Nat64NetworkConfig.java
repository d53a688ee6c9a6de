// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.config;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Nat64Config;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.config.Config;
import org.onosproject.net.config.InvalidFieldException;

/**
 * The object {@code apps / org.instar.nat64 / nat64} of the network configuration: the same fields as nat64d's file,
 * read by the same reader, without the parts that only a nat64d has.
 */
public class Nat64NetworkConfig extends Config<ApplicationId> {

    /** Name of the object within the application's network configuration. */
    public static final String KEY = "nat64";

    private static final List<String> ONLY_IN_NAT64D = List.of("openflow", "fastPath", "rest");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() { };

    /**
     * @return true, always
     * @throws InvalidFieldException naming the path of the first bad field, e.g. {@code pools[0].prefixes[1]}
     */
    @Override
    public boolean isValid() {
        try {
            read();
            return true;
        } catch (ConfigException e) {
            String reason = e.getMessage().substring((e.getPath() + ": ").length());
            throw new InvalidFieldException(e.getPath(), reason);
        }
    }

    /**
     * The checked values.
     *
     * @throws ConfigException naming the first bad field
     */
    public Nat64Config read() throws ConfigException {
        if (object == null) {
            throw new ConfigException(KEY, "is not an object with fields");
        }
        for (String field : ONLY_IN_NAT64D) {
            if (object.has(field)) {
                throw new ConfigException(field, "belongs in the configuration file of a nat64d, not in ONOS");
            }
        }
        return ConfigReader.read(MAPPER.convertValue(object, TREE));
    }
}
