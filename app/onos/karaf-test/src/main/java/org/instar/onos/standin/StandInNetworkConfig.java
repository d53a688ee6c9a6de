// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.onosproject.net.config.Config;
import org.onosproject.net.config.ConfigFactory;
import org.onosproject.net.config.NetworkConfigEvent;
import org.onosproject.net.config.NetworkConfigEvent.Type;
import org.onosproject.net.config.NetworkConfigListener;
import org.onosproject.net.config.NetworkConfigRegistry;
import org.onosproject.net.config.NetworkConfigRegistryAdapter;
import org.onosproject.net.config.NetworkConfigService;
import org.osgi.service.component.annotations.Component;

/** Network configuration of subject class "apps": checked by the registered class, kept as JSON, told to listeners. */
@Component(immediate = true,
        service = {NetworkConfigRegistry.class, NetworkConfigService.class, StandInNetworkConfig.class})
@SuppressWarnings({"rawtypes", "unchecked"})
public class StandInNetworkConfig extends NetworkConfigRegistryAdapter {

    private static final String SUBJECT_CLASS = "apps";

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<ConfigFactory> factories = new CopyOnWriteArrayList<>();
    private final List<NetworkConfigListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<List<String>, JsonNode> stored = new ConcurrentHashMap<>();

    List<String> factoryKeys() {
        return factories.stream().map(StandInNetworkConfig::key).collect(Collectors.toList());
    }

    int listenerCount() {
        return listeners.size();
    }

    /** Does what a POST to /onos/v1/network/configuration/apps/NAME/KEY does: check, store, tell. */
    void put(String application, String key, JsonNode json) {
        ConfigFactory factory = factory(key);
        Object subject = factory.subjectFactory().createSubject(application);
        Config config = create(factory, subject, json);
        if (!config.isValid()) {
            throw new IllegalArgumentException("isValid() is false");
        }
        JsonNode previous = stored.put(List.of(application, key), json);
        Type type = previous == null ? Type.CONFIG_ADDED : Type.CONFIG_UPDATED;
        Config before = previous == null ? null : create(factory, subject, previous);
        tell(new NetworkConfigEvent(type, subject, config, before, factory.configClass()));
    }

    /** Does what a DELETE does. */
    void remove(String application, String key) {
        ConfigFactory factory = factory(key);
        Object subject = factory.subjectFactory().createSubject(application);
        Config before = create(factory, subject, stored.remove(List.of(application, key)));
        tell(new NetworkConfigEvent(Type.CONFIG_REMOVED, subject, null, before, factory.configClass()));
    }

    @Override
    public void registerConfigFactory(ConfigFactory factory) {
        factories.add(factory);
    }

    @Override
    public void unregisterConfigFactory(ConfigFactory factory) {
        factories.remove(factory);
    }

    @Override
    public Set<ConfigFactory> getConfigFactories() {
        return Set.copyOf(factories);
    }

    @Override
    public void addListener(NetworkConfigListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(NetworkConfigListener listener) {
        listeners.remove(listener);
    }

    @Override
    public <S, C extends Config<S>> C getConfig(S subject, Class<C> configClass) {
        for (ConfigFactory factory : factories) {
            String name = factory.subjectFactory().subjectKey(subject);
            JsonNode json = stored.get(List.of(name, factory.configKey()));
            if (factory.configClass().equals(configClass) && json != null) {
                return (C) create(factory, subject, json);
            }
        }
        return null;
    }

    private ConfigFactory factory(String key) {
        return factories.stream().filter(factory -> key(factory).equals(SUBJECT_CLASS + "/" + key)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no class registered for " + SUBJECT_CLASS + "/" + key));
    }

    private static String key(ConfigFactory<?, ?> factory) {
        return factory.subjectFactory().subjectClassKey() + "/" + factory.configKey();
    }

    private Config create(ConfigFactory factory, Object subject, JsonNode json) {
        Config config = factory.createConfig();
        config.init(subject, factory.configKey(), json, mapper, changed -> { });
        return config;
    }

    private void tell(NetworkConfigEvent event) {
        listeners.stream().filter(listener -> listener.isRelevant(event)).forEach(listener -> listener.event(event));
    }
}
