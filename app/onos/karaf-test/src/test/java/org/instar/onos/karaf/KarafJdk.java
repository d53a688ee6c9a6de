// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Finds a JDK on which Karaf 4.2.9, and so ONOS 2.7, runs: 11 to 17. */
final class KarafJdk {

    static final int LAST = 17;
    private static final int FIRST = 11;

    private KarafJdk() {
    }

    /** The java command: of KARAF_JAVA_HOME when that is set, else of the oldest fitting JDK installed. */
    static Path javaCommand() throws IOException {
        String chosen = System.getenv("KARAF_JAVA_HOME");
        if (chosen != null) {
            return Path.of(chosen, "bin", "java");
        }
        Path best = null;
        for (Path home : candidates()) {
            int version = version(home);
            if (version >= FIRST && version <= LAST && (best == null || version < version(best))) {
                best = home;
            }
        }
        if (best == null) {
            throw new IllegalStateException("ONOS's Karaf needs a JDK " + FIRST + " to " + LAST
                    + "; none in /usr/lib/jvm: install one or set KARAF_JAVA_HOME");
        }
        return best.resolve("bin/java");
    }

    private static List<Path> candidates() throws IOException {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(installed)) {
                directories.forEach(homes::add);
            }
        }
        return homes;
    }

    /** Feature version of a JDK home, 0 when it is none. */
    private static int version(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
            return 0;
        }
        Properties properties = new Properties();
        try (var text = Files.newBufferedReader(release)) {
            properties.load(text);
        }
        return Runtime.Version.parse(properties.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "")).feature();
    }
}
