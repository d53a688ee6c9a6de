// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigNode;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Endpoint;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.FixedPorts;
import org.instar.core.pool.PortSpan;
import org.instar.engine.address.Prefix6;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nat64ctl fixed-ports}: who has which ports of the deterministic pools of a configuration (RFC 7422). */
@Command(name = "fixed-ports", mixinStandardHelpOptions = true,
        description = "Computes from a configuration file which ports of its deterministic pools a client has, or"
                + " whose an IPv4 address and port are.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:found", "1:nobody's, or a client without fixed ports",
            "2:the file can't be used, or the command line is wrong"})
final class FixedPortsCommand implements Callable<Integer> {

    private static final int NOBODY = 1;
    private static final int BROKEN = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "nat64d's configuration of the time asked about")
    private Path file;

    @Parameters(index = "1", paramLabel = "CLIENT|ADDRESS:PORT",
            description = "an IPv6 address or prefix, or an IPv4 address and port as the Internet saw them")
    private String asked;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            // an IPv4 transport address is the one that has dots and a port
            boolean isPort = asked.matches("[0-9.]+:[0-9]+");
            InetSocketAddress endpoint = isPort ? Endpoint.parse(asked) : null;
            Prefix6 client = isPort ? null : Prefix6.parse(asked);
            // nat64d's own sections don't matter
            Nat64Config config = ConfigReader.read(ConfigNode.root(YamlFile.read(file)));
            int exitCode = NOBODY;
            for (PoolConfig pool : config.pools()) {
                if (pool.deterministic().isPresent()) {
                    Optional<FixedPorts> fixed = isPort ? ofPort(pool, config.shards(), endpoint)
                            : FixedPorts.ofClient(pool, config.shards(), client);
                    fixed.ifPresent(found -> print(found, out));
                    exitCode = fixed.isPresent() ? 0 : exitCode;
                }
            }
            if (exitCode == NOBODY) {
                out.println("nobody");
            }
            return exitCode;
        } catch (IllegalArgumentException e) {
            return broken(asked + ": neither an IPv6 address or prefix nor an IPv4 ADDRESS:PORT: " + e.getMessage());
        } catch (ConfigException e) {
            return broken(file + ": " + e.getMessage());
        } catch (CaseException e) {
            return broken(e.getMessage());
        } finally {
            out.flush();
        }
    }

    private static Optional<FixedPorts> ofPort(PoolConfig pool, int shards, InetSocketAddress endpoint) {
        int address = ByteBuffer.wrap(endpoint.getAddress().getAddress()).getInt();
        return FixedPorts.ofPort(pool, shards, address, endpoint.getPort());
    }

    /** The shard's own ports only where there are several: then they tell which table had the binding. */
    private static void print(FixedPorts fixed, PrintWriter out) {
        out.println(fixed);
        for (int shard = 0; fixed.shards() > 1 && shard < fixed.shards(); shard++) {
            StringBuilder line = new StringBuilder("  shard " + shard + ":");
            for (PortSpan span : fixed.ofShard(shard)) {
                line.append(' ').append(span.first()).append('-').append(span.last());
            }
            out.println(line);
        }
    }

    private int broken(String message) {
        spec.commandLine().getErr().println("nat64ctl: " + message);
        spec.commandLine().getErr().flush();
        return BROKEN;
    }
}
