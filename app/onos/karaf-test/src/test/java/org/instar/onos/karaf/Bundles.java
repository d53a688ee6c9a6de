// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and makes bundles. */
final class Bundles {

    private Bundles() {
    }

    /** Package names of the header Import-Package. */
    static List<String> importedPackages(Path jar) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
            String header = in.getManifest().getMainAttributes().getValue("Import-Package");
            return header == null ? List.of()
                    : Stream.of(header.replaceAll("\"[^\"]*\"", "").split(",")) // version ranges have commas
                            .map(clause -> clause.split(";")[0].trim()).collect(Collectors.toList());
        }
    }

    /** Writes a bundle without classes that imports one package. */
    static void write(Path jar, String symbolicName, String importedPackage) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", symbolicName);
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Import-Package", importedPackage);
        Files.createDirectories(jar.getParent());
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}
