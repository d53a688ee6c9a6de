// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.instar.core.config.Nat64Config;
import org.instar.onos.Nat64Service;
import org.instar.onos.NetcfgExample;
import org.junit.jupiter.api.Test;

class StatusWebResourceTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final StatusWebResource resource = new StatusWebResource();

    @Test
    void tellsTheConfigurationInForce() throws Exception {
        assertThat(resource.status(service(NetcfgExample.config().read()))).isEqualTo(MAPPER.readTree(
                "{\"application\":\"org.instar.nat64\",\"version\":\"1.2.3\",\"configured\":true,"
                        + "\"prefixes\":[\"64:ff9b:1::/96\"],"
                        + "\"pools\":[{\"name\":\"main\",\"prefixes\":[\"192.0.2.64/28\"],"
                        + "\"ports\":\"1024-65535\",\"protocols\":[\"tcp\",\"udp\",\"icmp\"]}]}"));
    }

    @Test
    void tellsThatThereIsNone() throws Exception {
        assertThat(resource.status(service(null))).isEqualTo(MAPPER.readTree(
                "{\"application\":\"org.instar.nat64\",\"version\":\"1.2.3\",\"configured\":false,"
                        + "\"prefixes\":[],\"pools\":[]}"));
    }

    private static Nat64Service service(Nat64Config config) {
        return new Nat64Service() {
            @Override
            public String version() {
                return "1.2.3";
            }

            @Override
            public Optional<Nat64Config> configuration() {
                return Optional.ofNullable(config);
            }
        };
    }
}
