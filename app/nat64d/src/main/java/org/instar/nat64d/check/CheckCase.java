// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Nat64Config;

/**
 * A case: a folder with what goes in and what is to come out.
 *
 * @param folder where its files are
 */
record CheckCase(Path folder) {

    private static final String EXPECTED_COUNTERS = "expected-counters.yaml";
    private static final String EXPECTED_PACKETS = "expected.pcap";

    /** What is translated, and how. */
    Nat64Config config() throws CaseException {
        Path file = folder.resolve("config.yaml");
        try {
            return ConfigReader.read(YamlFile.read(file));
        } catch (ConfigException e) {
            throw new CaseException(file, e.getMessage(), e);
        }
    }

    /** The packets that come in, of both sides, in the order of their times. */
    List<TimedPacket> input() throws CaseException {
        Path file = folder.resolve("in.pcap");
        List<TimedPacket> packets = PcapReader.read(file);
        for (int i = 1; i < packets.size(); i++) {
            if (packets.get(i).timeNanos() < packets.get(i - 1).timeNanos()) {
                throw new CaseException(file, "packet " + (i + 1) + " is earlier than the one before it");
            }
        }
        return packets;
    }

    List<TimedPacket> expectedPackets() throws CaseException {
        return PcapReader.read(folder.resolve(EXPECTED_PACKETS));
    }

    /**
     * Every counter's expected value.
     *
     * @param names the counters that there are; those that the file doesn't name are expected to be 0
     */
    Map<String, Long> expectedCounters(Iterable<String> names) throws CaseException {
        Path file = folder.resolve(EXPECTED_COUNTERS);
        Map<String, Long> expected = new TreeMap<>();
        names.forEach(name -> expected.put(name, 0L));
        for (Map.Entry<String, Object> counter : YamlFile.read(file).entrySet()) {
            String value = String.valueOf(counter.getValue());
            if (!expected.containsKey(counter.getKey())) {
                throw new CaseException(file, counter.getKey() + ": there is no such counter");
            }
            if (!value.matches("[0-9]{1,18}")) {
                throw new CaseException(file, counter.getKey() + ": not a whole number: '" + value + "'");
            }
            expected.put(counter.getKey(), Long.valueOf(value));
        }
        return expected;
    }

    /** Where the packets of a run are left. */
    Path output() {
        return folder.resolve("out.pcap");
    }

    /** Makes what a run brought what is expected. */
    void writeExpected(CheckRun run) throws CaseException {
        PcapWriter.write(folder.resolve(EXPECTED_PACKETS), run.packets());
        Path file = folder.resolve(EXPECTED_COUNTERS);
        String counters = run.counters().entrySet().stream().filter(counter -> counter.getValue() != 0)
                .map(counter -> counter.getKey() + ": " + counter.getValue() + "\n").collect(Collectors.joining());
        try {
            Files.writeString(file, counters);
        } catch (IOException e) {
            throw new CaseException(file, "cannot be written: " + e.getMessage(), e);
        }
    }
}
