// SPDX-License-Identifier: Apache-2.0
package org.instar.onos;

import static org.onosproject.net.config.basics.SubjectFactories.APP_SUBJECT_FACTORY;

import java.util.Objects;
import java.util.Optional;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Nat64Config;
import org.instar.onos.config.Nat64NetworkConfig;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreService;
import org.onosproject.net.config.ConfigFactory;
import org.onosproject.net.config.NetworkConfigEvent;
import org.onosproject.net.config.NetworkConfigListener;
import org.onosproject.net.config.NetworkConfigRegistry;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the application with ONOS and keeps the last valid network configuration in force. */
@Component(immediate = true, service = Nat64Service.class)
public class Nat64App implements Nat64Service {

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference(cardinality = ReferenceCardinality.MANDATORY)
    protected CoreService coreService;

    @Reference(cardinality = ReferenceCardinality.MANDATORY)
    protected NetworkConfigRegistry networkConfigRegistry;

    private final ConfigFactory<ApplicationId, Nat64NetworkConfig> configFactory =
            new ConfigFactory<>(APP_SUBJECT_FACTORY, Nat64NetworkConfig.class, Nat64NetworkConfig.KEY) {
                @Override
                public Nat64NetworkConfig createConfig() {
                    return new Nat64NetworkConfig();
                }
            };

    private final NetworkConfigListener configListener = new OwnConfigListener();

    private volatile String version;
    private volatile Nat64Config configuration;
    private ApplicationId applicationId;

    @Activate
    protected void activate(BundleContext context) {
        version = context.getBundle().getHeaders().get("Implementation-Version");
        applicationId = coreService.registerApplication(APPLICATION_NAME, this::withdraw);
        networkConfigRegistry.registerConfigFactory(configFactory);
        // Events wait for the monitor, so that what is read here can't overwrite a newer configuration.
        synchronized (this) {
            networkConfigRegistry.addListener(configListener);
            putInForce(networkConfigRegistry.getConfig(applicationId, Nat64NetworkConfig.class));
        }
        log.info("Started, version {}", version);
    }

    @Deactivate
    protected void deactivate() {
        networkConfigRegistry.removeListener(configListener);
        withdraw();
        networkConfigRegistry.unregisterConfigFactory(configFactory);
        log.info("Stopped");
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Optional<Nat64Config> configuration() {
        return Optional.ofNullable(configuration);
    }

    /** Takes the configuration out of force; the deactivate hook of ONOS, which runs before the bundle is stopped. */
    private synchronized void withdraw() {
        configuration = null;
    }

    private synchronized void putInForce(Nat64NetworkConfig config) {
        if (config == null) {
            if (configuration != null) {
                configuration = null;
                log.info("Configuration removed");
            }
            return;
        }
        try {
            configuration = config.read();
            log.info("Configuration in force: prefixes {}, pool prefixes {}",
                    configuration.prefixes(), configuration.poolPrefixes());
        } catch (ConfigException e) {
            log.warn("Configuration refused, the one before stays in force: {}", e.getMessage());
        }
    }

    private final class OwnConfigListener implements NetworkConfigListener {

        @Override
        public boolean isRelevant(NetworkConfigEvent event) {
            return event.configClass().equals(Nat64NetworkConfig.class)
                    && Objects.equals(event.subject(), applicationId);
        }

        @Override
        public void event(NetworkConfigEvent event) {
            switch (event.type()) {
                case CONFIG_ADDED:
                case CONFIG_UPDATED:
                    putInForce(event.config().map(Nat64NetworkConfig.class::cast).orElse(null));
                    break;
                case CONFIG_REMOVED:
                    putInForce(null);
                    break;
                default:
                    break; // (un)registration of the class says nothing of a configuration
            }
        }
    }
}
