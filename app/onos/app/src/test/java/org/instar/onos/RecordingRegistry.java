// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import java.util.ArrayList;
import java.util.List;
import org.instar.onos.config.Nat64NetworkConfig;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.config.Config;
import org.onosproject.net.config.ConfigFactory;
import org.onosproject.net.config.NetworkConfigEvent;
import org.onosproject.net.config.NetworkConfigListener;
import org.onosproject.net.config.NetworkConfigRegistryAdapter;

/** Keeps what is registered, and one configuration, of {@link NetcfgExample#APPLICATION}. */
@SuppressWarnings("rawtypes")
final class RecordingRegistry extends NetworkConfigRegistryAdapter {

    final List<ConfigFactory> factories = new ArrayList<>();
    final List<NetworkConfigListener> listeners = new ArrayList<>();
    Nat64NetworkConfig stored;

    /** Stores a configuration, null to remove it, and tells the listeners as ONOS does. */
    void change(Nat64NetworkConfig config) {
        Nat64NetworkConfig before = stored;
        stored = config;
        NetworkConfigEvent.Type type = config == null ? NetworkConfigEvent.Type.CONFIG_REMOVED
                : before == null ? NetworkConfigEvent.Type.CONFIG_ADDED : NetworkConfigEvent.Type.CONFIG_UPDATED;
        tell(type, NetcfgExample.APPLICATION, config, Nat64NetworkConfig.class);
    }

    void tell(NetworkConfigEvent.Type type, ApplicationId subject, Config config, Class configClass) {
        NetworkConfigEvent event = new NetworkConfigEvent(type, subject, config, null, configClass);
        listeners.stream().filter(listener -> listener.isRelevant(event)).forEach(listener -> listener.event(event));
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
    public void addListener(NetworkConfigListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(NetworkConfigListener listener) {
        listeners.remove(listener);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <S, C extends Config<S>> C getConfig(S subject, Class<C> configClass) {
        return subject.equals(NetcfgExample.APPLICATION) ? (C) stored : null;
    }
}
