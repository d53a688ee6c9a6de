// SPDX-License-Identifier: Apache-2.0
package org.instar.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

/** Instar's modules by their packages, in the order of docs/architecture.md. */
enum Modules {

    ENGINE("org.instar.engine", true),
    FASTPATH("org.instar.fastpath", false),
    CORE("org.instar.core", true),
    OPENFLOW("org.instar.openflow", false),
    DNS64_CORE("org.instar.dns64", true),
    DNS64_SERVER("org.instar.dns64.server", false),
    REST("org.instar.rest", true),
    NAT64D("org.instar.nat64d", false),
    ONOS("org.instar.onos", true);

    final String root;
    final boolean entersOnos;

    Modules(String root, boolean entersOnos) {
        this.root = root;
        this.entersOnos = entersOnos;
    }

    /** Whether a class belongs to this module, and not to one whose package lies within. */
    boolean has(JavaClass candidate) {
        String name = candidate.getPackageName();
        return within(name, root)
                && !(this == DNS64_CORE && within(name, DNS64_SERVER.root));
    }

    DescribedPredicate<JavaClass> classes() {
        return DescribedPredicate.describe("classes of " + this, this::has);
    }

    private static boolean within(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
