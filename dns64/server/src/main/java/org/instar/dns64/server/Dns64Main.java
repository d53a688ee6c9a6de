// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The DNS64 alone: {@code java -jar instar-dns64.jar config.yaml}; with {@code --check} before the file it is only
 * read. SIGHUP reads it again. Ends with 0 on SIGTERM, 1 when it can't start, 2 for wrong arguments.
 */
public final class Dns64Main {

    private static final Logger LOG = LoggerFactory.getLogger(Dns64Main.class);

    private Dns64Main() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        // what validation finds wrong with datagrams is counted, and told to clients
        System.setProperty("org.slf4j.simpleLogger.log.org.xbill.DNS", "off");
        boolean check = arguments.length == 2 && arguments[0].equals("--check");
        if (arguments.length != 1 && !check || arguments[arguments.length - 1].startsWith("-")) {
            System.err.println("usage: java -jar instar-dns64.jar [--check] CONFIG.yaml");
            System.exit(2);
        }
        Path file = Path.of(arguments[arguments.length - 1]);
        try {
            Dns64Settings settings = load(file);
            if (check) {
                System.out.println(file + " is good");
                return;
            }
            run(file, settings);
        } catch (IOException e) {
            System.err.println("dns64: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Path file, Dns64Settings settings) throws IOException, InterruptedException {
        Dns64Service service = new Dns64Service(TranslatorLoads.NONE);
        service.start(settings);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            service.close();
            ended.countDown();
        }, "dns64-stop"));
        Signal.handle(new Signal("HUP"), signal -> reload(file, service));
        LOG.info("the DNS64 listens on {}", service.addresses());
        ended.await();
    }

    private static void reload(Path file, Dns64Service service) {
        try {
            service.prepare(load(file)).apply();
            LOG.info("{} was read again and applied", file);
        } catch (IOException e) {
            LOG.error("nothing was changed: {}", e.getMessage());
        }
    }

    /**
     * Reads a YAML file.
     *
     * @throws IOException naming the file, and the line or option that is bad
     */
    static Dns64Settings load(Path file) throws IOException {
        try {
            YAMLMapper mapper = new YAMLMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
            Map<String, Object> tree = mapper.readValue(Files.readString(file),
                    new TypeReference<Map<String, Object>>() { });
            Dns64Settings settings = SettingsReader.read(tree == null ? Map.of() : tree);
            if (settings.listen().isEmpty()) {
                throw new IOException(file + ": listen: is missing");
            }
            return settings;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IOException(file + ": line " + line + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("not YAML"), e);
        } catch (SettingsException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
