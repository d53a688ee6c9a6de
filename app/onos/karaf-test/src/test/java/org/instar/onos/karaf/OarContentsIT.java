// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.core.Version;
import org.w3c.dom.Element;

/** The archive's form, as ONOS 2.7's ApplicationArchive reads it, and what Java 11 and Felix 5.6 ask of its bundles. */
class OarContentsIT {

    private static final int JAVA_11_CLASS_FILE = 55;

    private Oar oar;

    @BeforeEach
    void open() throws IOException {
        oar = new Oar();
    }

    @AfterEach
    void close() throws IOException {
        oar.close();
    }

    @Test
    void appXmlNamesTheApplication() throws IOException {
        Element app = oar.app();

        assertThat(app.getTagName()).isEqualTo("app");
        assertThat(app.getAttribute("name")).isEqualTo("org.instar.nat64");
        assertThat(app.getAttribute("version")).isEqualTo(System.getProperty("project.version"));
        assertThat(Version.version(app.getAttribute("version")).toString()).isNotEmpty();
        assertThat(Oar.texts(oar.features().getElementsByTagName("feature"))).isNotEmpty();
        assertThat(((Element) oar.features().getElementsByTagName("feature").item(0)).getAttribute("name"))
                .isEqualTo(app.getAttribute("features"));
    }

    /** ONOS takes an archive for bare XML when its first kilobyte contains the tag in the clear. */
    @Test
    void theTagOfAppXmlIsNotInTheClear() throws IOException {
        byte[] start = new byte[1024];
        try (var in = Files.newInputStream(Oar.FILE)) {
            in.readNBytes(start, 0, start.length);
        }

        assertThat(new String(start, ISO_8859_1)).startsWith("PK").doesNotContain("<app ");
    }

    @Test
    void carriesExactlyTheBundlesItLists() throws IOException {
        List<String> bundles = Oar.texts(oar.features().getElementsByTagName("bundle"));

        assertThat(Oar.texts(oar.app().getElementsByTagName("artifact"))).isEqualTo(bundles);
        assertThat(oar.jars()).containsExactlyInAnyOrderElementsOf(
                bundles.stream().map(oar::bundle).collect(Collectors.toList()));
    }

    @Test
    void classFilesAreOfJava11() throws IOException {
        List<String> others = new ArrayList<>();
        int classes = 0;
        for (Path jar : oar.jars()) {
            try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    if (entry.getName().endsWith(".class")) {
                        classes++;
                        DataInputStream in = new DataInputStream(zip);
                        in.skipBytes(6); // magic, minor version
                        if (in.readUnsignedShort() != JAVA_11_CLASS_FILE) {
                            others.add(jar.getFileName() + ": " + entry.getName());
                        }
                    }
                }
            }
        }

        assertThat(others).isEmpty();
        assertThat(classes).isPositive();
    }

    /** Felix 5.6 refuses them: "Importing java.* packages not allowed". */
    @Test
    void noBundleImportsJavaPackages() throws IOException {
        for (Path jar : oar.jars()) {
            assertThat(Bundles.importedPackages(jar)).as("%s", jar.getFileName())
                    .noneMatch(name -> name.startsWith("java."));
        }
    }
}
