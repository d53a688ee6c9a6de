// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long an idle session lives, in whole seconds. Defaults and least values are those of RFC 6146 §4; values below
 * the least are refused unless {@link #permittingShort()}, which is for demonstrations. Reading makes no objects.
 * Immutable.
 */
public final class TimerConfig {

    /** An OpenFlow idle timeout has 16 bits. */
    public static final int MAX_SECONDS = 65535;
    /** Ports with a shorter UDP timer may be well-known ones only (RFC 4787 REQ-5a). */
    private static final int LAST_WELL_KNOWN_PORT = 1023;
    private static final TimerConfig DEFAULTS = new TimerConfig(defaultSeconds(), new int[0], new int[0], false);

    private final int[] seconds;
    /** Ascending. */
    private final int[] ports;
    private final int[] portSeconds;
    private final boolean shortPermitted;

    private TimerConfig(int[] seconds, int[] ports, int[] portSeconds, boolean shortPermitted) {
        this.seconds = seconds;
        this.ports = ports;
        this.portSeconds = portSeconds;
        this.shortPermitted = shortPermitted;
    }

    private static int[] defaultSeconds() {
        return Arrays.stream(Timer.values()).mapToInt(Timer::defaultSeconds).toArray();
    }

    /** The defaults of RFC 6146 §4. */
    public static TimerConfig defaults() {
        return DEFAULTS;
    }

    /** The same, but any value from 1 s on may be set from now on. */
    public TimerConfig permittingShort() {
        return new TimerConfig(seconds, ports, portSeconds, true);
    }

    /**
     * The same with one timer changed.
     *
     * @throws IllegalArgumentException for a value outside 1..65535 or below the RFC's least
     */
    public TimerConfig with(Timer timer, int value) {
        checkRange(value);
        if (value < timer.leastSeconds() && !shortPermitted) {
            throw belowLeast(value, timer.leastSeconds(), "RFC 6146 4");
        }
        int[] changed = seconds.clone();
        changed[timer.ordinal()] = value;
        return new TimerConfig(changed, ports, portSeconds, shortPermitted);
    }

    /**
     * The same with TCP_TRANS changed, while a connection opens and while it closes.
     *
     * @throws IllegalArgumentException as {@link #with}
     */
    public TimerConfig withTcpTransitory(int value) {
        return with(Timer.TCP_OPENING, value).with(Timer.TCP_CLOSING, value);
    }

    /**
     * The same with a UDP timer for sessions to one remote port: below UDP_MIN only for ports 0 to 1023 (RFC 4787
     * REQ-5a).
     *
     * @throws IllegalArgumentException for another port or value
     */
    public TimerConfig withUdpPort(int port, int value) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a port from 0 to 65535: '" + port + "'");
        }
        checkRange(value);
        if (port > LAST_WELL_KNOWN_PORT && value < Timer.UDP.leastSeconds() && !shortPermitted) {
            throw belowLeast(value, Timer.UDP.leastSeconds(), "of ports above 1023, RFC 4787 REQ-5a");
        }
        SortedMap<Integer, Integer> changed = new TreeMap<>(udpPorts());
        changed.put(port, value);
        return new TimerConfig(seconds, changed.keySet().stream().mapToInt(Integer::intValue).toArray(),
                changed.values().stream().mapToInt(Integer::intValue).toArray(), shortPermitted);
    }

    private static void checkRange(int value) {
        if (value < 1 || value > MAX_SECONDS) {
            throw new IllegalArgumentException("not a whole number from 1 to " + MAX_SECONDS + ": '" + value + "'");
        }
    }

    private static IllegalArgumentException belowLeast(int value, int least, String source) {
        return new IllegalArgumentException(value + " is below the least value " + least + " (" + source
                + "); timers.allowBelowRfcMinimum permits it");
    }

    public int seconds(Timer timer) {
        return seconds[timer.ordinal()];
    }

    /** Of UDP sessions to ports without a timer of their own. */
    public int udpSeconds() {
        return seconds[Timer.UDP.ordinal()];
    }

    /** Of UDP sessions to a remote port. */
    public int udpSeconds(int remotePort) {
        int place = Arrays.binarySearch(ports, remotePort);
        return place >= 0 ? portSeconds[place] : seconds[Timer.UDP.ordinal()];
    }

    public int icmpSeconds() {
        return seconds[Timer.ICMP.ordinal()];
    }

    /** TCP_EST and TCP_TRANS together. */
    public int tcpEstablishedSeconds() {
        return seconds[Timer.TCP_ESTABLISHED.ordinal()];
    }

    /** TCP_TRANS before a connection is established. */
    public int tcpOpeningSeconds() {
        return seconds[Timer.TCP_OPENING.ordinal()];
    }

    /** TCP_TRANS after both FINs, a RST or the probe. */
    public int tcpClosingSeconds() {
        return seconds[Timer.TCP_CLOSING.ordinal()];
    }

    /** How long a SYN from the IPv4 side is kept for a simultaneous open (RFC 6146 §3.5.2.2). */
    public int tcpIncomingSynSeconds() {
        return seconds[Timer.TCP_INCOMING_SYN.ordinal()];
    }

    /** Seconds by remote UDP port, where they aren't {@link #udpSeconds()}. */
    public SortedMap<Integer, Integer> udpPorts() {
        SortedMap<Integer, Integer> map = new TreeMap<>();
        for (int i = 0; i < ports.length; i++) {
            map.put(ports[i], portSeconds[i]);
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** Whether values below the RFCs' least may be set. */
    public boolean isShortPermitted() {
        return shortPermitted;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimerConfig && Arrays.equals(((TimerConfig) other).seconds, seconds)
                && Arrays.equals(((TimerConfig) other).ports, ports)
                && Arrays.equals(((TimerConfig) other).portSeconds, portSeconds)
                && ((TimerConfig) other).shortPermitted == shortPermitted;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(seconds) + Arrays.hashCode(portSeconds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Timer timer : Timer.values()) {
            text.append(timer.text()).append(' ').append(seconds(timer)).append(' ');
        }
        udpPorts().forEach((port, value) ->
                text.append("udp-port ").append(port).append(' ').append(value).append(' '));
        return text.toString().trim();
    }
}
