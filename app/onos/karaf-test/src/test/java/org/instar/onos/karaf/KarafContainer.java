// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.karaf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Karaf process with ONOS's features and the stand-in, on a free loopback port, with configuration, data and local
 * Maven repository of its own. It finds bundles in Karaf's system folder and in the repository that the build filled,
 * and nowhere else.
 */
final class KarafContainer {

    private static final String READY = "onos stand-in ready";
    /** Of what the log says on standard output, by then all that went wrong. */
    private static final List<String> FAILED =
            List.of("Error installing boot features", "activate method has thrown an exception");
    private static final int START_TIMEOUT_SECONDS = 120;

    private static final String VERSION = System.getProperty("karaf.version");

    private final Path home = Path.of(System.getProperty("karaf.home"));
    private final Path instance = Path.of(System.getProperty("karaf.instance"));
    private final int httpPort;
    private final Process process;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private KarafContainer() throws IOException {
        httpPort = freePort();
        prepare();
        process = new ProcessBuilder(command()).directory(home.toFile()).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Thread reader = new Thread(this::readOutput, "karaf-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a container and waits until the stand-in answers. */
    static KarafContainer start() throws IOException, InterruptedException {
        KarafContainer container = new KarafContainer();
        try {
            container.ready.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return container;
        } catch (ExecutionException | TimeoutException e) {
            container.stop();
            throw new IllegalStateException("Karaf did not come up: " + e + "\n" + container.logTail(), e);
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + httpPort + path;
    }

    /** Where ONOS puts the m2 folder of an archive. */
    Path system() {
        return home.resolve("system");
    }

    /** Last lines of Karaf's log. */
    String logTail() throws IOException {
        Path log = instance.resolve("log/karaf.log");
        if (!Files.exists(log)) {
            return Files.readString(output());
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static Path features() {
        return Path.of(System.getProperty("karaf.features"));
    }

    private Path output() {
        return instance.resolve("output.txt");
    }

    private void readOutput() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
                var copy = Files.newBufferedWriter(output())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copy.write(line + "\n");
                copy.flush();
                if (line.contains(READY)) {
                    ready.complete(null);
                } else if (FAILED.stream().anyMatch(line::contains)) {
                    ready.completeExceptionally(new IOException(line));
                }
            }
            ready.completeExceptionally(new IOException("Karaf ended, see " + output()));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void prepare() throws IOException {
        delete(instance);
        delete(system().resolve("org/instar")); // what an earlier archive left must not help this one
        copy(home.resolve("etc"), instance.resolve("etc"));
        copy(features().resolveSibling("etc"), instance.resolve("etc"));
        Files.createDirectories(instance.resolve("log"));
        Files.createDirectories(instance.resolve("data/tmp"));
        lookLikeJava11();
        configure("org.ops4j.pax.url.mvn", Map.of(
                "org.ops4j.pax.url.mvn.defaultRepositories", system().toUri() + "@id=system@snapshots, "
                        + Path.of(System.getProperty("karaf.repository")).toUri() + "@id=onos",
                "org.ops4j.pax.url.mvn.localRepository", instance.resolve("repository").toString(),
                "org.ops4j.pax.url.mvn.repositories", "",
                "org.ops4j.pax.url.mvn.useFallbackRepositories", "false"));
        configure("org.apache.karaf.features", Map.of(
                "featuresRepositories", "mvn:org.apache.karaf.features/framework/" + VERSION + "/xml/features,"
                        + "mvn:org.apache.karaf.features/standard/" + VERSION + "/xml/features,"
                        + features().toUri(),
                "featuresBoot", "framework,feature,jaas,log,system,asm-for-jdk17,onos-core-stand-in"));
        configure("org.ops4j.pax.web", Map.of(
                "org.osgi.service.http.port", String.valueOf(httpPort),
                "org.ops4j.pax.web.listening.addresses", "127.0.0.1",
                "org.ops4j.pax.web.config.file", "${karaf.etc}/jetty.xml"));
        Files.writeString(instance.resolve("etc/users.properties"),
                "onos = rocks,_g_:admingroup\nwatcher = rocks,viewer\nnobody = rocks\n"
                        + "_g_\\:admingroup = group,admin,manager,viewer\n");
    }

    /** Karaf 4.2.9 describes no Java above 11; a newer one is to look like 11, on which ONOS 2.7 runs. */
    private void lookLikeJava11() throws IOException {
        Files.write(instance.resolve("etc/custom.properties"), IntStream.rangeClosed(12, KarafJdk.LAST)
                .mapToObj(version -> "jre-" + version + " = ${jre-11}\neecap-" + version + " = ${eecap-11}")
                .collect(Collectors.toList()));
    }

    private void configure(String pid, Map<String, String> properties) throws IOException {
        Files.write(instance.resolve("etc/" + pid + ".cfg"), properties.entrySet().stream()
                .map(property -> property.getKey() + " = " + property.getValue()).collect(Collectors.toList()));
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(KarafJdk.javaCommand().toString(), "-Xmx512m"));
        command.addAll(jdkOptions());
        command.addAll(List.of(
                "-Dkaraf.instances=" + instance.resolve("instances"), "-Dkaraf.home=" + home,
                "-Dkaraf.base=" + home, "-Dkaraf.data=" + instance.resolve("data"),
                "-Dkaraf.etc=" + instance.resolve("etc"), "-Dkaraf.log=" + instance.resolve("log"),
                "-Djava.io.tmpdir=" + instance.resolve("data/tmp"),
                "-Djava.util.logging.config.file=" + instance.resolve("etc/java.util.logging.properties"),
                "-Dkaraf.startLocalConsole=false", "-Dkaraf.startRemoteShell=false", "-Dkaraf.lock=false",
                "-Dkaraf.log.console=ERROR", "-Dkaraf.shutdown.port=-1",
                "-Dkaraf.pid.file=" + instance.resolve("karaf.pid"),
                "-Dstand-in.parent=" + ProcessHandle.current().pid(),
                "-classpath", classPath(), "org.apache.karaf.main.Main"));
        return command;
    }

    /** What bin/karaf passes to a JDK newer than 8. */
    private List<String> jdkOptions() {
        Path endorsed = home.resolve("lib/endorsed");
        return List.of("--add-reads=java.xml=java.logging",
                "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                "--patch-module=java.base=" + endorsed.resolve("org.apache.karaf.specs.locator-" + VERSION + ".jar"),
                "--patch-module=java.xml=" + endorsed.resolve("org.apache.karaf.specs.java.xml-" + VERSION + ".jar"),
                "--add-opens=java.base/java.security=ALL-UNNAMED", "--add-opens=java.base/java.net=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED",
                "--add-opens=java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED");
    }

    private String classPath() throws IOException {
        try (Stream<Path> boot = Files.list(home.resolve("lib/boot"));
                Stream<Path> later = Files.list(home.resolve("lib/jdk9plus"))) {
            return Stream.concat(boot, later).map(Path::toString).filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(":"));
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
