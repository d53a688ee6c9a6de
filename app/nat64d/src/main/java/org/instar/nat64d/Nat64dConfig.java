// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigNode;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Endpoint;
import org.instar.core.config.Nat64Config;
import org.instar.nat64d.dns64.Dns64Options;

/**
 * The whole configuration file: what is translated, and nat64d's own sections.
 *
 * @param nat64 what is translated
 * @param openflowListen where switches connect to
 * @param fastPathPort name of the switch port that leads to nat64d
 * @param fastPathInterface nat64d's end of that port
 * @param restListen where REST is served
 * @param bindingLog the binding log; null: none
 * @param state where sessions outlive the process; null: nowhere
 * @param tree what all of this was read from
 */
record Nat64dConfig(Nat64Config nat64, InetSocketAddress openflowListen, String fastPathPort,
        String fastPathInterface, InetSocketAddress restListen, LogFile bindingLog, State state,
        Map<String, Object> tree) {

    /**
     * Where the binding log goes.
     *
     * @param sessions whether it has sessions and their destinations too
     */
    record LogFile(String file, boolean sessions) { }

    /**
     * Where sessions outlive the process.
     *
     * @param intervalSeconds how often they are written while it runs; 0: only when it ends
     * @param holdDownAfterLoss whether pools give out nothing for their hold-down when sessions may have been lost
     */
    record State(String file, int intervalSeconds, boolean holdDownAfterLoss) { }

    private static final int DEFAULT_STATE_INTERVAL_SECONDS = 60;
    private static final int MAX_STATE_INTERVAL_SECONDS = 86400;
    private static final InetSocketAddress DEFAULT_OPENFLOW = Endpoint.parse("127.0.0.1:6653");
    private static final InetSocketAddress DEFAULT_REST = Endpoint.parse("127.0.0.1:8064");
    /** IFNAMSIZ without its zero; also the length of an OpenFlow port name. */
    private static final int MAX_INTERFACE_NAME = 15;

    /**
     * Reads a YAML file.
     *
     * @throws StartException naming the file and the bad line or field
     */
    static Nat64dConfig load(Path file) throws StartException {
        try {
            return read(parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            throw new StartException(file + ": no such file", e);
        } catch (JsonProcessingException e) {
            throw new StartException(file + ": line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                    + ": " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new StartException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (ConfigException e) {
            throw new StartException(file + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> parse(String yaml) throws JsonProcessingException {
        YAMLMapper mapper = new YAMLMapper(YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
        Map<String, Object> tree = mapper.readValue(yaml, new TypeReference<Map<String, Object>>() { });
        return tree == null ? Map.of() : tree;
    }

    static Nat64dConfig read(Map<String, Object> tree) throws ConfigException {
        ConfigNode root = ConfigNode.root(tree);
        Nat64Config nat64 = ConfigReader.read(root);
        ConfigNode openflow = root.object("openflow");
        InetSocketAddress openflowListen = openflow.optional("listen", DEFAULT_OPENFLOW, Endpoint::parse);
        String port = openflow.required("fastPathPort", Nat64dConfig::interfaceName);
        openflow.refuseUnknown();
        ConfigNode fastPath = root.object("fastPath");
        String fastPathInterface = fastPath.required("interface", Nat64dConfig::interfaceName);
        fastPath.refuseUnknown();
        InetSocketAddress restListen = DEFAULT_REST;
        if (root.has("rest")) {
            ConfigNode rest = root.object("rest");
            restListen = rest.required("listen", Endpoint::parse);
            rest.refuseUnknown();
        }
        LogFile bindingLog = null;
        if (root.has("bindingLog")) {
            ConfigNode log = root.object("bindingLog");
            bindingLog = new LogFile(log.required("file", Nat64dConfig::fileName), log.flag("sessions", false));
            log.refuseUnknown();
        }
        State state = readState(root);
        root.refuseUnknown();
        Dns64Options.read(nat64);
        return new Nat64dConfig(nat64, openflowListen, port, fastPathInterface, restListen, bindingLog, state, tree);
    }

    private static State readState(ConfigNode root) throws ConfigException {
        if (!root.has("state")) {
            return null;
        }
        ConfigNode node = root.object("state");
        State state = new State(node.required("file", Nat64dConfig::fileName), node.integer("intervalSeconds",
                DEFAULT_STATE_INTERVAL_SECONDS, 0, MAX_STATE_INTERVAL_SECONDS), node.flag("holdDownAfterLoss", false));
        node.refuseUnknown();
        return state;
    }

    private static String fileName(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        return text;
    }

    /**
     * The same with other static bindings.
     *
     * @throws ConfigException naming the bad field
     */
    Nat64dConfig withStaticBindings(List<String> lines) throws ConfigException {
        Map<String, Object> changed = new LinkedHashMap<>(tree);
        changed.remove("staticBindings");
        if (!lines.isEmpty()) {
            changed.put("staticBindings", lines);
        }
        return read(changed);
    }

    /** Paths of the fields of nat64d's own that differ; none of them changes without a restart. */
    List<String> fixedFieldsChanged(Nat64dConfig other) {
        List<String> changed = new ArrayList<>();
        compare(changed, "openflow.listen", openflowListen, other.openflowListen);
        compare(changed, "openflow.fastPathPort", fastPathPort, other.fastPathPort);
        compare(changed, "fastPath.interface", fastPathInterface, other.fastPathInterface);
        compare(changed, "rest.listen", restListen, other.restListen);
        compare(changed, "bindingLog", bindingLog, other.bindingLog);
        compare(changed, "state", state, other.state);
        return changed;
    }

    private static void compare(List<String> changed, String path, Object one, Object other) {
        if (!Objects.equals(one, other)) {
            changed.add(path);
        }
    }

    private static String interfaceName(String text) {
        if (text.isEmpty() || text.length() > MAX_INTERFACE_NAME || !text.matches("[^\\s/]+")) {
            throw new IllegalArgumentException(
                    "not an interface name of 1 to " + MAX_INTERFACE_NAME + " characters: '" + text + "'");
        }
        return text;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("not YAML");
    }
}
