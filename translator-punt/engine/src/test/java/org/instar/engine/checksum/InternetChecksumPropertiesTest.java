// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.instar.engine.TestPacket;

class InternetChecksumPropertiesTest {

    @Property(tries = 300)
    void sumsAnyRangeAsWordByWord(@ForAll @Size(max = 100) byte[] bytes, @ForAll @IntRange(max = 9) int from) {
        int start = Math.min(from, bytes.length);
        long expected = 0;
        for (int i = start; i < bytes.length; i++) {
            expected += (bytes[i] & 0xff) << ((i - start) % 2 == 0 ? 8 : 0);
        }
        long sum = InternetChecksum.sum(TestPacket.direct(bytes), start, bytes.length - start);
        assertThat(InternetChecksum.fold(sum)).isEqualTo(InternetChecksum.fold(expected));
    }

    @Property(tries = 300)
    void updatingIsComputingAnew(@ForAll @Size(min = 2, max = 40) byte[] bytes, @ForAll int replacement) {
        ByteBuffer data = ByteBuffer.allocate(bytes.length + 4).put(bytes).putInt(0x01020304);
        long rest = InternetChecksum.sum(data, 0, bytes.length / 2 * 2);
        int before = InternetChecksum.ofSum(rest + 0x01020304L);
        int after = InternetChecksum.ofSum(rest + (replacement & 0xffffffffL));
        int updated = InternetChecksum.update(before, 0x01020304L, replacement & 0xffffffffL);
        assertThat(updated % 0xffff).isEqualTo(after % 0xffff);
    }

    @Property(tries = 100)
    void pseudoHeadersSumTheirWords(@ForAll long a, @ForAll long b, @ForAll long c, @ForAll long d) {
        ByteBuffer words = ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d);
        assertThat(PseudoHeader.addresses6(a, b, c, d)).isEqualTo(InternetChecksum.sum(words, 0, 32));
        assertThat(PseudoHeader.addresses4((int) a, (int) b))
                .isEqualTo((a & 0xffffffffL) + (b & 0xffffffffL));
        assertThat(PseudoHeader.protocolAndLength(58, 65535)).isEqualTo(58 + 65535);
    }
}
