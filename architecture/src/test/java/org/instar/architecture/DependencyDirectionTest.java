// SPDX-License-Identifier: Apache-2.0
package org.instar.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The layout and the direction of dependencies that docs/architecture.md draws. */
class DependencyDirectionTest {

    /** Which modules a module may use; those that wire everything may use all. */
    private static final Map<Modules, Set<Modules>> MAY_USE = new EnumMap<>(Map.of(
            Modules.ENGINE, EnumSet.noneOf(Modules.class),
            Modules.FASTPATH, EnumSet.of(Modules.ENGINE),
            Modules.CORE, EnumSet.of(Modules.ENGINE),
            Modules.OPENFLOW, EnumSet.of(Modules.ENGINE, Modules.CORE),
            Modules.DNS64_CORE, EnumSet.of(Modules.ENGINE),
            Modules.DNS64_SERVER, EnumSet.of(Modules.ENGINE, Modules.DNS64_CORE),
            Modules.REST, EnumSet.of(Modules.ENGINE, Modules.CORE),
            Modules.ONOS, EnumSet.of(Modules.ENGINE, Modules.CORE, Modules.DNS64_CORE, Modules.REST),
            Modules.NAT64D, EnumSet.complementOf(EnumSet.of(Modules.ONOS))));

    private static final String[] JDK = {"java.", "javax.crypto", "sun.misc"};

    private static JavaClasses instar;

    @BeforeAll
    static void readClasses() {
        instar = Modules.read();
    }

    @ParameterizedTest
    @EnumSource(Modules.class)
    void everyModuleIsSeen(Modules module) {
        assertThat(instar.stream().filter(module::has)).as("classes of " + module).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Modules.class)
    void modulesUseOnlyWhatTheyMay(Modules module) {
        Set<Modules> allowed = MAY_USE.get(module);
        DescribedPredicate<JavaClass> others = describe("modules other than " + allowed,
                used -> Arrays.stream(Modules.values()).anyMatch(other -> other != module && other.has(used)
                        && !allowed.contains(other)));
        noClasses().that(module.classes()).should().dependOnClassesThat(others).check(instar);
    }

    @Test
    void theEngineNeedsTheJdkOnly() {
        onlyJdkAnd(Modules.ENGINE);
    }

    @Test
    void theCoreNeedsTheJdkAndTheEngineOnly() {
        onlyJdkAnd(Modules.CORE);
    }

    private static void onlyJdkAnd(Modules module) {
        classes().that(module.classes()).should().onlyDependOnClassesThat(
                describe("JDK, " + module + " and the engine", used -> module.has(used) || Modules.ENGINE.has(used)
                        || used.isPrimitive() || used.isArray()
                        || Arrays.stream(JDK).anyMatch(used.getName()::startsWith))).check(instar);
    }

    @Test
    void theCoreDoesNoInputOrOutput() {
        noClasses().that(Modules.CORE.classes().or(Modules.ENGINE.classes()))
                .should().dependOnClassesThat().resideInAnyPackage("java.nio.channels..", "java.nio.file..")
                .orShould().dependOnClassesThat().haveNameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket")
                .orShould().dependOnClassesThat().haveNameMatching("java\\.lang\\.Thread").check(instar);
    }

    @Test
    void theCoreTakesTimeAsAParameter() {
        noClasses().that(Modules.CORE.classes().or(Modules.ENGINE.classes()))
                .should().callMethod(System.class, "nanoTime")
                .orShould().callMethod(System.class, "currentTimeMillis").check(instar);
    }

    @Test
    void packagesDoNotNeedOneAnotherInCircles() {
        for (Modules module : EnumSet.of(Modules.ENGINE, Modules.CORE, Modules.OPENFLOW)) {
            slices().matching(module.root + ".(*)..").should().beFreeOfCycles().check(instar);
        }
    }

    @Test
    void onlyTheOnosAppKnowsOnos() {
        noClasses().that(Modules.ONOS.classes().negate().as("classes outside the ONOS app"))
                .should().dependOnClassesThat().resideInAnyPackage("org.onosproject..", "org.onlab..", "org.osgi..")
                .check(instar);
    }

    @Test
    void onlyTheOpenFlowSpeakerKnowsLoxi() {
        noClasses().that(Modules.OPENFLOW.classes().negate().as("classes outside the OpenFlow speaker"))
                .should().dependOnClassesThat().resideInAnyPackage("org.projectfloodlight..").check(instar);
    }
}
