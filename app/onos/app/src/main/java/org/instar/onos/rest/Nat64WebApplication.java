// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.rest;

import java.util.Set;
import org.onlab.rest.AbstractWebApplication;

/** What is served under {@code /onos/nat64}. */
public class Nat64WebApplication extends AbstractWebApplication {

    @Override
    public Set<Class<?>> getClasses() {
        return getClasses(StatusWebResource.class);
    }
}
