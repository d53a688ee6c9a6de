// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.instar.engine.address.Ip6;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A responder over a scripted upstream, asked and answering in bytes, and the words the tests use. */
final class Dns64Fixture {

    static final String CLIENT = "2001:db8:c::1";

    final ScriptedUpstream upstream = new ScriptedUpstream();
    final Dns64Counters counters = new Dns64Counters();
    final AtomicLong nanos = new AtomicLong(1);
    final Dns64Context context;
    private WireResponder responder;

    private Dns64Fixture(Map<String, Object> options, TranslatorLoads loads) {
        context = new Dns64Context(counters, settings -> servers -> upstream.at(servers), loads, nanos::get,
                Clock.systemUTC());
        reload(options);
    }

    static Dns64Fixture withPrefixes(String... prefixes) {
        return of("blocks", Arrays.stream(prefixes).map(prefix -> Map.of("prefix", prefix))
                .collect(Collectors.toList()));
    }

    /** Options and their values in turn. */
    static Dns64Fixture of(Object... options) {
        return new Dns64Fixture(tree(options), TranslatorLoads.NONE);
    }

    static Dns64Fixture of(TranslatorLoads loads, Object... options) {
        return new Dns64Fixture(tree(options), loads);
    }

    static Map<String, Object> tree(Object... options) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            tree.put((String) options[i], options[i + 1]);
        }
        return tree;
    }

    static Dns64Settings settings(Map<String, Object> options) {
        Map<String, Object> tree = new LinkedHashMap<>(Map.of("upstreams", "192.0.2.53:53"));
        tree.putAll(options);
        try {
            return SettingsReader.read(tree);
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Other settings from now on. */
    void reload(Map<String, Object> options) {
        try {
            responder = new WireResponder(new Dns64Responder(settings(options), context), nanos::get, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void passSeconds(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    WireResponder responder() {
        return responder;
    }

    Message ask(String name, int type) {
        return ask(query(name, type));
    }

    Message ask(Message query) {
        return askFrom(CLIENT, query);
    }

    Message askFrom(String client, String name, int type) {
        return askFrom(client, query(name, type));
    }

    /** Asks as the server does: of the ready messages first. */
    Message askFrom(String client, Message query) {
        byte[] wire = query.toWire();
        byte[] out = new byte[Message.MAXLENGTH];
        Ip6 address = Ip6.parse(client);
        int length = responder.worker().answer(wire, wire.length, address.high(), address.low(),
                WireResponder.Transport.TCP, out);
        byte[] answer = length > 0 ? Arrays.copyOf(out, length)
                : responder.answer(wire, address, WireResponder.Transport.TCP).toCompletableFuture().join()
                        .orElseThrow();
        try {
            Message response = new Message(answer);
            assertThat(response.getHeader().getID()).isEqualTo(query.getHeader().getID());
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    static Message ednsQuery(String name, int type) {
        Message query = query(name, type);
        query.addRecord(new OPTRecord(1232, 0, 0, 0), Section.ADDITIONAL);
        return query;
    }

    /** Codes of the extended errors (RFC 8914). */
    static List<Integer> extendedErrors(Message response) {
        List<Integer> codes = new ArrayList<>();
        if (response.getOPT() != null) {
            response.getOPT().getOptions().stream().filter(option -> option instanceof ExtendedErrorCodeOption)
                    .forEach(option -> codes.add(((ExtendedErrorCodeOption) option).getErrorCode()));
        }
        return codes;
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
