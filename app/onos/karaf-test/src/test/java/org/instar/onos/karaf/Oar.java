// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The archive under test, read as a zip. */
final class Oar implements AutoCloseable {

    static final Path FILE = Path.of(System.getProperty("oar"));

    private final FileSystem zip;

    Oar() throws IOException {
        zip = FileSystems.newFileSystem(URI.create("jar:" + FILE.toUri()), java.util.Map.of());
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Root element of app.xml. */
    Element app() throws IOException {
        return parse(zip.getPath("app.xml")).getDocumentElement();
    }

    /** The features file that app.xml points to. */
    Document features() throws IOException {
        String[] coordinates = app().getAttribute("featuresRepo").replace("mvn:", "").split("/");
        return parse(m2(coordinates[0], coordinates[1], coordinates[2], "-" + coordinates[4] + "." + coordinates[3]));
    }

    /** Text of all elements of a name, e.g. the mvn: URLs of the bundles. */
    static List<String> texts(NodeList elements) {
        return Stream.iterate(0, i -> i < elements.getLength(), i -> i + 1)
                .map(i -> elements.item(i).getTextContent().trim()).collect(Collectors.toList());
    }

    /** The file in the archive's repository that a mvn:group/artifact/version names. */
    Path bundle(String mvn) {
        String[] coordinates = mvn.replace("mvn:", "").split("/");
        return m2(coordinates[0], coordinates[1], coordinates[2], ".jar");
    }

    Path m2() {
        return zip.getPath("m2");
    }

    /** All bundles that the archive carries. */
    List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(m2())) {
            return files.filter(file -> file.toString().endsWith(".jar")).collect(Collectors.toList());
        }
    }

    private Path m2(String group, String artifact, String version, String ending) {
        return m2().resolve(group.replace('.', '/')).resolve(artifact).resolve(version)
                .resolve(artifact + "-" + version + ending);
    }

    private static Document parse(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
