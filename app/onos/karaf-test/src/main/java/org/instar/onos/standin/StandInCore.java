// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.standin;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreService;
import org.onosproject.core.DefaultApplicationId;
import org.onosproject.core.IdGenerator;
import org.onosproject.core.Version;
import org.onosproject.net.config.basics.SubjectFactories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Application ids, as ONOS gives them: one per name, kept for ever, with the hook that was registered last. */
@Component(immediate = true, service = {CoreService.class, StandInCore.class})
public class StandInCore implements CoreService {

    private final Map<String, ApplicationId> ids = new ConcurrentSkipListMap<>();
    private final Map<String, Runnable> hooks = new ConcurrentHashMap<>();

    @Activate
    protected void activate() {
        SubjectFactories.setCoreService(this);
    }

    @Deactivate
    protected void deactivate() {
        SubjectFactories.setCoreService(null);
    }

    Set<String> names() {
        return Collections.unmodifiableSet(ids.keySet());
    }

    /** Runs the deactivate hook of an application, once, as ONOS does before it uninstalls the features. */
    boolean runHook(String name) {
        Runnable hook = hooks.remove(name);
        if (hook == null) {
            return false;
        }
        hook.run();
        return true;
    }

    boolean hasHook(String name) {
        return hooks.containsKey(name);
    }

    @Override
    public Version version() {
        return Version.version("2.7.0");
    }

    @Override
    public Set<ApplicationId> getAppIds() {
        return ids.values().stream().collect(Collectors.toSet());
    }

    @Override
    public ApplicationId getAppId(Short id) {
        return ids.values().stream().filter(known -> known.id() == id).findAny().orElse(null);
    }

    @Override
    public ApplicationId getAppId(String name) {
        return ids.get(name);
    }

    @Override
    public ApplicationId registerApplication(String name) {
        return ids.computeIfAbsent(name, added -> new DefaultApplicationId(ids.size() + 1, added));
    }

    @Override
    public ApplicationId registerApplication(String name, Runnable preDeactivate) {
        hooks.put(name, preDeactivate);
        return registerApplication(name);
    }

    @Override
    public IdGenerator getIdGenerator(String topic) {
        return new AtomicLong()::incrementAndGet;
    }
}
