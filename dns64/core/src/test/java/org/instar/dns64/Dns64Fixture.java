// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A responder over a scripted upstream, and the words the tests use. */
final class Dns64Fixture {

    final ScriptedUpstream upstream = new ScriptedUpstream();
    final Dns64Counters counters = new Dns64Counters();
    private final Dns64Responder responder;

    private Dns64Fixture(Dns64Settings.Builder settings) {
        settings.upstreams(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)));
        responder = new Dns64Responder(settings.build(), upstream, counters);
    }

    static Dns64Fixture withPrefixes(String... prefixes) {
        return of(Dns64Settings.builder()
                .prefixes(Arrays.stream(prefixes).map(Prefix64::parse).collect(Collectors.toList())));
    }

    static Dns64Fixture of(Dns64Settings.Builder settings) {
        return new Dns64Fixture(settings);
    }

    Dns64Responder responder() {
        return responder;
    }

    Message ask(String name, int type) {
        return ask(query(name, type));
    }

    Message ask(Message query) {
        Message response = responder.answer(query).toCompletableFuture().join();
        assertThat(response.getHeader().getID()).isEqualTo(query.getHeader().getID());
        return response;
    }

    static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
    }

    static Message dnssecQuery(String name, int type, int... flags) {
        Message query = query(name, type);
        query.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        for (int flag : flags) {
            query.getHeader().setFlag(flag);
        }
        return query;
    }

    /** A section's records as "www.example. 300 AAAA 64:ff9b:1::c000:250", OPT left out. */
    static List<String> section(Message message, int section) {
        return message.getSection(section).stream()
                .filter(record -> record.getType() != Type.OPT)
                .map(record -> record.getName() + " " + record.getTTL() + " " + Type.string(record.getType()) + " "
                        + rdata(record))
                .collect(Collectors.toList());
    }

    static List<String> answer(Message message) {
        return section(message, Section.ANSWER);
    }

    private static String rdata(Record record) {
        return record.getType() == Type.AAAA
                ? Ip6.of(record.rdataToWireCanonical()).toString() : record.rdataToString();
    }
}
