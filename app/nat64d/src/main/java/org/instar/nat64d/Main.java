// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

import sun.misc.Signal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The nat64d command. */
@Command(name = "nat64d", mixinStandardHelpOptions = true, version = "nat64d 0.1.0",
        description = "NAT64 and DNS64 beside Open vSwitch: OpenFlow controller, software fast path, DNS64 and REST.")
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "configuration, YAML")
    private Path config;

    @Option(names = "--check", description = "only check the configuration")
    private boolean check;

    public static void main(String[] args) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        int exitCode = new CommandLine(new Main()).execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() {
        try {
            Nat64dConfig nat64dConfig = Nat64dConfig.load(config);
            if (check) {
                System.out.println(config + ": good");
                return 0;
            }
            run(new Nat64d(nat64dConfig, () -> Nat64dConfig.load(config)));
            return 0;
        } catch (StartException e) {
            System.err.println("nat64d: " + e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            LOG.debug("cannot start", e);
            System.err.println("nat64d: cannot start: " + e);
            return 1;
        }
    }

    /** A stop by signal, at any time, is an orderly end with code 0, not the 128+n that the JVM would report. */
    private static void run(Nat64d daemon) throws StartException {
        AtomicInteger exitCode = new AtomicInteger();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            daemon.close();
            Runtime.getRuntime().halt(exitCode.get());
        }, "nat64d-stop"));
        try {
            daemon.start();
            Signal.handle(new Signal("HUP"), signal -> daemon.reload());
        } catch (StartException | RuntimeException e) {
            exitCode.set(1);
            throw e;
        }
    }
}
