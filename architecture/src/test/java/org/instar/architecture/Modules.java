// SPDX-License-Identifier: Apache-2.0
package org.instar.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /** The classes of all modules, without their tests. */
    static JavaClasses read() {
        List<Location> locations = new ArrayList<>(Locations.ofPackage("org.instar"));
        // the ONOS app is a web bundle: in its jar the classes lie where a class path does not look
        locations.add(Location.of(Path.of("..", "app", "onos", "app", "target", "classes")));
        return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importLocations(locations);
    }

    DescribedPredicate<JavaClass> classes() {
        return DescribedPredicate.describe("classes of " + this, this::has);
    }

    private static boolean within(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
