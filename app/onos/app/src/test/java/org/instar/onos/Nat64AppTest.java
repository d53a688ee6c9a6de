// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Collectors;
import org.instar.onos.config.Nat64NetworkConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.TestApplicationId;
import org.onosproject.net.config.Config;
import org.onosproject.net.config.ConfigFactory;
import org.onosproject.net.config.NetworkConfigEvent.Type;
import org.onosproject.net.config.basics.SubjectFactories;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

class Nat64AppTest {

    private final RecordingCore core = new RecordingCore();
    private final RecordingRegistry registry = new RecordingRegistry();
    private final Nat64App app = new Nat64App();

    @BeforeEach
    void wire() {
        app.coreService = core;
        app.networkConfigRegistry = registry;
    }

    @Test
    void activationRegistersTheNetworkConfigurationClass() {
        app.activate(context("1.2.3"));

        assertThat(registry.factories).hasSize(1);
        ConfigFactory<?, ?> factory = registry.factories.get(0);
        assertThat(factory.subjectFactory()).isSameAs(SubjectFactories.APP_SUBJECT_FACTORY);
        assertThat(factory.configKey()).isEqualTo("nat64");
        assertThat(factory.createConfig()).isInstanceOf(Nat64NetworkConfig.class);
        assertThat(registry.listeners).hasSize(1);
        assertThat(app.version()).isEqualTo("1.2.3");
        assertThat(app.configuration()).isEmpty();
    }

    @Test
    void activationFindsTheConfigurationThatIsThere() {
        registry.stored = NetcfgExample.config();

        app.activate(context("1.2.3"));

        assertThat(prefixes()).containsExactly("64:ff9b:1::/96");
    }

    @Test
    void followsTheNetworkConfiguration() {
        app.activate(context("1.2.3"));

        registry.change(NetcfgExample.config());
        assertThat(prefixes()).containsExactly("64:ff9b:1::/96");

        ObjectNode other = NetcfgExample.json();
        other.putArray("prefixes").add("64:ff9b:1:fffe::/96");
        other.remove("dns64");
        registry.change(NetcfgExample.config(other));
        assertThat(prefixes()).containsExactly("64:ff9b:1:fffe::/96");

        registry.change(null);
        assertThat(app.configuration()).isEmpty();
    }

    @Test
    void whatCannotBeReadLeavesTheOneBeforeInForce() {
        app.activate(context("1.2.3"));
        registry.change(NetcfgExample.config());

        ObjectNode wrong = NetcfgExample.json();
        wrong.remove("pools");
        registry.change(NetcfgExample.config(wrong));

        assertThat(prefixes()).containsExactly("64:ff9b:1::/96");
    }

    @Test
    void ignoresOtherSubjectsAndClasses() {
        app.activate(context("1.2.3"));
        registry.change(NetcfgExample.config());

        registry.tell(Type.CONFIG_REMOVED, new TestApplicationId("org.example.other"), null, Nat64NetworkConfig.class);
        registry.tell(Type.CONFIG_REMOVED, NetcfgExample.APPLICATION, null, Config.class);
        registry.tell(Type.CONFIG_UNREGISTERED, NetcfgExample.APPLICATION, null, Nat64NetworkConfig.class);

        assertThat(app.configuration()).isPresent();
    }

    @Test
    void theDeactivateHookTakesTheConfigurationOutOfForce() {
        app.activate(context("1.2.3"));
        registry.change(NetcfgExample.config());

        core.hook.run();

        assertThat(app.configuration()).isEmpty();
    }

    @Test
    void deactivationLeavesNothingRegistered() {
        app.activate(context("1.2.3"));
        registry.change(NetcfgExample.config());

        app.deactivate();

        assertThat(registry.factories).isEmpty();
        assertThat(registry.listeners).isEmpty();
        assertThat(app.configuration()).isEmpty();
    }

    private List<String> prefixes() {
        return app.configuration().orElseThrow().prefixes().stream().map(Object::toString)
                .collect(Collectors.toList());
    }

    /** A bundle of which only the manifest is asked. */
    private static BundleContext context(String version) {
        Dictionary<String, String> headers = new Hashtable<>();
        headers.put("Implementation-Version", version);
        Bundle bundle = stub(Bundle.class, headers);
        return stub(BundleContext.class, bundle);
    }

    private static <T> T stub(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getReturnType().isInstance(answer)) {
                return answer;
            }
            throw new UnsupportedOperationException(method.getName());
        }));
    }
}
