// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.Subscriber;
import org.instar.core.session.TcpState;
import org.instar.core.shard.InvariantChecker;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;

/** Whatever bytes there are: a snapshot is taken up whole, or refused with the place and the reason. */
class SnapshotBytesPropertyTest {

    private static final int CHECKSUM = 4;
    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    private static final int REMOTE = Ip4.parse("198.51.100.7");
    private static final byte[] GOOD = good();

    /** TCP, UDP and ICMP, endpoint-dependent and of a static binding, and a port that rests. */
    private static byte[] good() {
        CoreFixture core = fixture();
        add(core, Protocol.TCP, 4000, false, TcpState.ESTABLISHED);
        add(core, Protocol.UDP, 4001, false, TcpState.CLOSED);
        add(core, Protocol.ICMP, 4002, false, TcpState.CLOSED);
        add(core, Protocol.TCP, 4003, true, TcpState.V6_INIT);
        Subscriber subscriber = core.subscribers.of(CLIENT.high(), CLIENT.low());
        core.ports.take(Protocol.TCP, Ip4.parse("192.0.2.66"), 3000, subscriber);
        core.ports.release(Protocol.TCP, Ip4.parse("192.0.2.66"), 3000, subscriber, 0);
        return Snapshots.of(core, 1_000_000_000L, 1_700_000_000_000L);
    }

    private static CoreFixture fixture() {
        return new CoreFixture(TestConfig.of(Map.of("rules",
                List.of("nat64 proto udp from any to any -> pool main", "nat64 from any to any -> pool main"))));
    }

    private static void add(CoreFixture core, Protocol protocol, int port, boolean dependent, TcpState state) {
        int address = Ip4.parse("192.0.2.65");
        int poolPort = dependent ? 5000 : port;
        Subscriber subscriber = core.subscribers.of(CLIENT.high(), CLIENT.low());
        assertThat(dependent ? core.ports.takeShared(protocol, address, poolPort, subscriber)
                : core.ports.take(protocol, address, poolPort, subscriber)).isTrue();
        int binding = core.bib.create(protocol, CLIENT.high(), CLIENT.low(), port, address, poolPort, dependent, false);
        int rule = core.state.rules().numberOf(core.config.rules().rules().get(protocol == Protocol.UDP ? 0 : 1));
        int session = core.sessions.create(binding, REMOTE, protocol == Protocol.ICMP ? 0 : 80, true, 0, rule,
                1_700_000_000_000L);
        core.sessions.setTcpState(session, state);
        core.sessions.setCounters(session, (1L << 40) - 1, (1L << 56) - 1, port, 1);
        core.wheel.schedule(session, 0, 60_000);
        subscriber.addSession(0);
        core.state.rules().addSession(rule);
    }

    private static boolean isEmpty(CoreFixture core) {
        return core.sessions.size() == 0 && core.bib.size() == 0 && core.ports.heldDown() == 0
                && core.sharedSubscribers.size() == 0 && core.pools.status().get(0).leasedBlocks() == 0;
    }

    /** Refused, and nothing has changed; whatever is thrown otherwise fails the test. */
    private static void assertRefused(byte[] bytes) {
        CoreFixture core = fixture();
        assertThatThrownBy(() -> Snapshots.restore(bytes, core, BindingLog.NONE, 0, 0))
                .isExactlyInstanceOf(SnapshotException.class).hasMessageMatching("(?s)state: at byte [0-9]+: .+");
        assertThat(isEmpty(core)).isTrue();
    }

    /** With a checksum that fits: taken up soundly, or refused. */
    private static void assertSound(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - CHECKSUM);
        ByteBuffer.wrap(bytes).putInt(bytes.length - CHECKSUM, (int) checksum.getValue());
        CoreFixture core = fixture();
        try {
            Snapshots.restore(bytes, core, BindingLog.NONE, 0, 1_700_000_001_000L);
        } catch (SnapshotException e) {
            assertThat(isEmpty(core)).isTrue();
        }
        assertThat(new InvariantChecker(core.state, core.ports, core.subscribers).checkAll()).isEmpty();
    }

    @Test
    void comesBackAsItWas() throws SnapshotException {
        CoreFixture core = fixture();
        RestoreReport report = Snapshots.restore(GOOD, core, BindingLog.NONE, 1_000_000_000L, 1_700_000_000_000L);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(4);
        assertThat(report.bindings()).isEqualTo(4);
        assertThat(report.restingPorts()).isEqualTo(1);
        assertThat(report.isAtEnd()).isTrue();
        assertThat(report.timeMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(Snapshots.of(core, 1_000_000_000L, 1_700_000_000_000L)).isEqualTo(GOOD);
    }

    /** The format is a promise to the files of before: this one was written as version 1. */
    @Test
    void readsTheFilesOfBefore() throws Exception {
        CoreFixture core = fixture();
        try (InputStream file = getClass().getResourceAsStream("version1.snapshot")) {
            RestoreReport report = Snapshots.restore(file.readAllBytes(), core, 0, 1_700_000_000_000L);
            assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(4);
        }
        assertThat(core.sessions.read(1)).hasToString(
                "tcp [2001:db8:6::a]:4000 <-> 192.0.2.65:4000 <-> 198.51.100.7:80");
        assertThat(core.sessions.tcpState(1)).isEqualTo(TcpState.ESTABLISHED);
        assertThat(core.sessions.bytes6to4(1)).isEqualTo((1L << 56) - 1);
        assertThat(core.sessions.read(1).expiresInMillis(0)).isEqualTo(59_000);
        assertThat(core.sessions.protocol(3)).isEqualTo(Protocol.ICMP);
        assertThat(core.sessions.tcpState(4)).isEqualTo(TcpState.V6_INIT);
        assertThat(core.bib.isDependent(4)).isTrue();
        assertThat(core.ports.heldDown()).isEqualTo(1);
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < GOOD.length; length++) {
            assertRefused(Arrays.copyOf(GOOD, length));
        }
        assertRefused(Arrays.copyOf(GOOD, GOOD.length + 1));
    }

    @Test
    void everyFlippedBitIsRefused() {
        for (int bit = 0; bit < 8 * GOOD.length; bit++) {
            byte[] flipped = GOOD.clone();
            flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertRefused(flipped);
        }
    }

    @Property(tries = 500)
    void arbitraryBytesAreRefused(@ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(max = 60) int headLength) {
        assertRefused(bytes);
        byte[] behindGoodHead = Arrays.copyOf(GOOD, headLength + bytes.length);
        System.arraycopy(bytes, 0, behindGoodHead, headLength, bytes.length);
        assertRefused(behindGoodHead);
    }

    @Test
    void everyFlippedBitWithAChecksumThatFitsIsSoundOrRefused() {
        for (int bit = 0; bit < 8 * (GOOD.length - CHECKSUM); bit++) {
            byte[] flipped = GOOD.clone();
            flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertSound(flipped);
        }
    }

    @Property(tries = 500)
    void changesWithAChecksumThatFitsAreSoundOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] changed = GOOD.clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(changed.length - CHECKSUM);
            int length = Math.min(1 + random.nextInt(8), changed.length - CHECKSUM - at);
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                System.arraycopy(changed, random.nextInt(changed.length - length), noise, 0, length);
            }
            System.arraycopy(noise, 0, changed, at, length);
        }
        assertSound(changed);
    }

    @Test
    void anEndThatCountsOtherSessionsIsRefusedThoughItsChecksumFits() {
        byte[] changed = GOOD.clone();
        changed[changed.length - CHECKSUM - 1]++;
        CRC32C checksum = new CRC32C();
        checksum.update(changed, 0, changed.length - CHECKSUM);
        ByteBuffer.wrap(changed).putInt(changed.length - CHECKSUM, (int) checksum.getValue());
        assertRefused(changed);
    }

    @Test
    void aRuleThatCannotBeReadLeavesTheSessionToTheFirstThatMatches() throws SnapshotException {
        byte[] changed = new String(GOOD, StandardCharsets.ISO_8859_1).replace("nat64 from", "nat99 from")
                .getBytes(StandardCharsets.ISO_8859_1);
        CRC32C checksum = new CRC32C();
        checksum.update(changed, 0, changed.length - CHECKSUM);
        ByteBuffer.wrap(changed).putInt(changed.length - CHECKSUM, (int) checksum.getValue());
        CoreFixture core = fixture();
        RestoreReport report = Snapshots.restore(changed, core, BindingLog.NONE, 0, 1_700_000_000_000L);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(4);
        CoreFixture strict = new CoreFixture(TestConfig.of(Map.of("rules", List.of("nat64 proto udp -> pool main"))));
        report = Snapshots.restore(changed, strict, BindingLog.NONE, 0, 1_700_000_000_000L);
        assertThat(report.sessions(RestoreOutcome.RULE_GONE)).isEqualTo(3);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(1);
    }

    @Test
    void aPortThatIsTakenTwiceIsTheFirstSessions() {
        CoreFixture core = fixture();
        Subscriber other = core.subscribers.of(CLIENT.high(), CLIENT.low() + 1);
        assertThat(core.ports.take(Protocol.TCP, Ip4.parse("192.0.2.65"), 4000, other)).isTrue();
        RestoreReport report = Snapshots.restore(GOOD, core, 0, 1_700_000_000_000L);
        assertThat(report.sessions(RestoreOutcome.PORT_TAKEN)).isEqualTo(1);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(3);
        assertThat(core.ports.isTaken(Protocol.TCP, Ip4.parse("192.0.2.65"), 4000)).isTrue();
    }
}
