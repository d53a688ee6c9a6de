// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.standin;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** What is in the container: bundles, components, and what was registered with the stand-ins. */
@Component(immediate = true, service = ContainerState.class)
public class ContainerState {

    @Reference
    StandInCore core;

    @Reference
    StandInNetworkConfig networkConfig;

    @Reference
    ServiceComponentRuntime components;

    private BundleContext context;

    @Activate
    protected void activate(BundleContext bundleContext) {
        context = bundleContext;
    }

    /** Maps and lists, ready for JSON. */
    Map<String, Object> describe() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("applications", core.names());
        state.put("hooks", core.names().stream().filter(core::hasHook).collect(Collectors.toList()));
        state.put("configFactories", networkConfig.factoryKeys());
        state.put("configListeners", networkConfig.listenerCount());
        state.put("components", componentStates());
        state.put("bundles", bundleStates());
        return state;
    }

    private Map<String, String> bundleStates() {
        Map<String, String> states = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            states.put(bundle.getSymbolicName() + "/" + bundle.getVersion(),
                    name(bundle.getState()) + (fragment ? " FRAGMENT" : ""));
        }
        return states;
    }

    private Map<String, List<String>> componentStates() {
        Map<String, List<String>> states = new TreeMap<>();
        components.getComponentDescriptionDTOs().forEach(description -> states.put(description.name,
                components.getComponentConfigurationDTOs(description).stream()
                        .map(ContainerState::name).collect(Collectors.toList())));
        return states;
    }

    private static String name(ComponentConfigurationDTO component) {
        switch (component.state) {
            case ComponentConfigurationDTO.ACTIVE:
                return "ACTIVE";
            case ComponentConfigurationDTO.SATISFIED:
                return "SATISFIED";
            default:
                return "UNSATISFIED " + Arrays.stream(component.unsatisfiedReferences)
                        .map(reference -> reference.name).collect(Collectors.toList());
        }
    }

    private static String name(int bundleState) {
        switch (bundleState) {
            case Bundle.ACTIVE:
                return "ACTIVE";
            case Bundle.RESOLVED:
                return "RESOLVED";
            case Bundle.INSTALLED:
                return "INSTALLED";
            case Bundle.STARTING:
                return "STARTING";
            default:
                return String.valueOf(bundleState);
        }
    }
}
