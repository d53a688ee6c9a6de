// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.instar.core.config.Nat64Config;
import org.instar.onos.NetcfgExample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onosproject.net.config.InvalidFieldException;

class Nat64NetworkConfigTest {

    private final ObjectNode json = NetcfgExample.json();

    @Test
    void readsTheExample() throws Exception {
        assertThat(NetcfgExample.config(json).isValid()).isTrue();

        Nat64Config config = NetcfgExample.config(json).read();
        assertThat(config.prefixes()).hasToString("[64:ff9b:1::/96]");
        assertThat(config.poolPrefixes()).hasToString("[192.0.2.64/28]");
        assertThat(config.timers().udpSeconds()).isEqualTo(300);
        assertThat(config.dns64()).isPresent();
    }

    @Test
    void namesTheBadElementOfAList() {
        ((ArrayNode) json.at("/pools/0/prefixes")).add("192.0.2.300/28");

        InvalidFieldException refusal = refusal(json);

        assertThat(refusal.field()).isEqualTo("pools[0].prefixes[1]");
        assertThat(refusal.reason()).contains("192.0.2.300").doesNotContain("pools[0]");
    }

    @Test
    void namesTheBadNumber() {
        ((ObjectNode) json.get("timers")).put("udpSeconds", -1);

        assertThat(refusal(json).field()).isEqualTo("timers.udpSeconds");
    }

    @Test
    void namesTheMissingField() {
        json.remove("gateway");

        assertThat(refusal(json).field()).isEqualTo("gateway");
    }

    @Test
    void namesTheMisspeltField() {
        json.put("prefixs", "64:ff9b:1::/96");

        assertThat(refusal(json).field()).isEqualTo("prefixs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openflow", "fastPath", "rest"})
    void refusesWhatOnlyANat64dHas(String field) {
        json.putObject(field).put("listen", "127.0.0.1:6653");

        InvalidFieldException refusal = refusal(json);

        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.reason()).contains("nat64d");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertThatThrownBy(() -> NetcfgExample.config(JsonNodeFactory.instance.arrayNode()).isValid())
                .isInstanceOf(InvalidFieldException.class).hasMessageContaining("is not an object");
    }

    private static InvalidFieldException refusal(JsonNode json) {
        return catchThrowableOfType(InvalidFieldException.class, () -> NetcfgExample.config(json).isValid());
    }
}
