// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.instar.fastpath.PacketSocket;

/**
 * An Open vSwitch of our own: own database, own directory, own network namespace, userspace datapath, one bridge with
 * the ports "host" (1), "remote" (2) and "nat64-sw" (3), each one end of a veth pair; {@link #open} gives the others.
 * It reaches the controller through a Unix socket that is relayed to a loopback port, so no packet crosses namespaces.
 * Names carry the process id; ends by process id.
 */
public final class PrivateOpenVswitch implements AutoCloseable {

    public static final String BRIDGE = "brit";

    /** Other ends of the ports. */
    public static final String HOST_END = "host-end";
    public static final String REMOTE_END = "remote-end";
    public static final String FAST_PATH_END = "nat64-fp";

    private static final int FRAME_BYTES = 2048;
    private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
    private static final List<String> DAEMONS = List.of("ovs-vswitchd", "ovsdb-server");

    private final String namespace = "instar-of-" + ProcessHandle.current().pid();
    private final Path directory;
    private ServerSocketChannel relay;
    private volatile InetSocketAddress controller;

    /** Why it can't run here; null if it can. */
    public static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "not root";
        }
        if (!Files.isReadable(SCHEMA) || !Files.isExecutable(Path.of("/usr/sbin/ovs-vswitchd"))) {
            return "Open vSwitch is not installed (openvswitch-switch)";
        }
        return null;
    }

    public PrivateOpenVswitch() throws Exception {
        directory = Files.createTempDirectory("instar-of");
        try {
            start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void start() throws Exception {
        run("ovsdb-tool", "create", directory + "/conf.db", SCHEMA.toString());
        run("ovsdb-server", directory + "/conf.db", "--remote=punix:" + directory + "/db.sock", "--pidfile", "--detach",
                "--log-file", "-vconsole:off");
        run("ovs-vsctl", "--no-wait", "init");
        run("ip", "netns", "add", namespace);
        // Without IPv6 the kernel says nothing by itself.
        run("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1");
        link("host", HOST_END);
        link("remote", REMOTE_END);
        link("nat64-sw", FAST_PATH_END);
        run("ip", "netns", "exec", namespace, "ovs-vswitchd", "unix:" + directory + "/db.sock", "--pidfile", "--detach",
                "--log-file", "-vconsole:off", "--disable-system");
        run("ovs-vsctl", "add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=netdev", "fail_mode=secure",
                "protocols=OpenFlow13", "other-config:datapath-id=0000000000001564",
                "--", "add-port", BRIDGE, "host", "--", "set", "interface", "host", "ofport_request=1",
                "--", "add-port", BRIDGE, "remote", "--", "set", "interface", "remote", "ofport_request=2",
                "--", "add-port", BRIDGE, "nat64-sw", "--", "set", "interface", "nat64-sw", "ofport_request=3");
        // The only Unix socket ovs-vswitchd connects to is this one.
        Path socket = directory.resolve(BRIDGE + ".controller");
        relay = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::relay);
    }

    private void link(String port, String end) throws Exception {
        run("ip", "-n", namespace, "link", "add", port, "type", "veth", "peer", "name", end);
        run("ip", "-n", namespace, "link", "set", port, "up");
        run("ip", "-n", namespace, "link", "set", end, "up");
    }

    /** A packet socket at the other end of a port. */
    public PacketSocket open(String end, int batchSize) throws Exception {
        return NetworkNamespace.inside(namespace, () -> PacketSocket.open(end, batchSize, FRAME_BYTES));
    }

    /** The controller to be reached at the switch's next attempt. */
    public void redirectTo(InetSocketAddress address) {
        controller = address;
    }

    /**
     * Has the switch connect to a controller now. It forgets the one before, with all flows and with how long to wait
     * after short connections.
     */
    public void connectTo(InetSocketAddress address) throws Exception {
        redirectTo(address);
        run("ovs-vsctl", "del-controller", BRIDGE);
        run("ovs-vsctl", "set-controller", BRIDGE, "unix:" + directory + "/" + BRIDGE + ".controller");
    }

    public void ofctl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ovs-ofctl", "-O", "OpenFlow13"));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** What ovs-vswitchd answers to a command of ovs-appctl(8). */
    public String appctl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "-t", "ovs-vswitchd"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private void relay() {
        try {
            while (true) {
                SocketChannel fromSwitch = relay.accept();
                try {
                    SocketChannel toController = SocketChannel.open(controller);
                    Thread.ofVirtual().start(() -> pump(fromSwitch, toController));
                    Thread.ofVirtual().start(() -> pump(toController, fromSwitch));
                } catch (IOException e) {
                    fromSwitch.close();
                }
            }
        } catch (ClosedChannelException e) {
            // closed by us
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        try (from; to) {
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } catch (IOException e) {
            // either end closed: the other is closed with it
        }
    }

    private String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        for (String variable : List.of("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR")) {
            builder.environment().put(variable, directory.toString());
        }
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, sbin) -> path + ":" + sbin);
        Process process = builder.start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroy();
            throw new IOException(String.join(" ", command) + ": " + Files.readString(directory.resolve("output")));
        }
        return Files.readString(directory.resolve("output"));
    }

    @Override
    public void close() throws Exception {
        if (relay != null) {
            relay.close();
        }
        for (String daemon : DAEMONS) {
            Path pidFile = directory.resolve(daemon + ".pid");
            if (Files.exists(pidFile)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).ifPresent(process -> {
                    process.destroy();
                    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
                });
            }
        }
        if (Files.exists(Path.of("/run/netns", namespace))) {
            run("ip", "netns", "del", namespace);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
