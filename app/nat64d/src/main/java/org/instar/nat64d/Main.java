// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The nat64d command. */
@Command(name = "nat64d", mixinStandardHelpOptions = true, version = "nat64d 0.1.0",
        description = "NAT64 and DNS64 beside Open vSwitch: OpenFlow controller, software fast path, DNS64 and REST.")
public final class Main implements Callable<Integer> {

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
            Nat64d daemon = Nat64d.start(nat64dConfig);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                daemon.close();
                // a stop by signal is an orderly end, not the 128+n that the JVM would report
                Runtime.getRuntime().halt(0);
            }, "nat64d-stop"));
            return 0;
        } catch (StartException e) {
            System.err.println("nat64d: " + e.getMessage());
            return 1;
        }
    }
}
