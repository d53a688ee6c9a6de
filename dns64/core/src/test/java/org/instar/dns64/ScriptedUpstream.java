// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A recursive resolver over zone data in memory, that can be told to answer single questions otherwise. */
final class ScriptedUpstream implements Upstream {

    static final int FAULT = -2;

    private final List<Record> zone = new ArrayList<>();
    private final List<Record> authority = new ArrayList<>();
    private final List<Record> additional = new ArrayList<>();
    private final Map<String, Integer> rcodes = new HashMap<>();
    private final List<Message> asked = new ArrayList<>();
    private final List<String> askedServers = new ArrayList<>();
    private boolean followsAliases = true;

    /** Zone data in master file form. */
    ScriptedUpstream with(String... lines) {
        for (String line : lines) {
            zone.add(record(line));
        }
        return this;
    }

    /** A SOA record for all negative answers; without it they have none. */
    ScriptedUpstream withSoa(long ttlSeconds, long minimumSeconds) {
        return with("example. " + ttlSeconds + " IN SOA ns.example. root.example. 1 7200 3600 86400 " + minimumSeconds);
    }

    ScriptedUpstream withAuthority(String line) {
        authority.add(record(line));
        return this;
    }

    ScriptedUpstream withAdditional(String line) {
        additional.add(record(line));
        return this;
    }

    ScriptedUpstream answering(String name, int type, int rcode) {
        rcodes.put(name + " " + Type.string(type), rcode);
        return this;
    }

    ScriptedUpstream silentFor(String name, int type) {
        return answering(name, type, -1);
    }

    /** Sends an alias without what it leads to, as an authoritative server does with aliases out of its zones. */
    ScriptedUpstream leavingAliasesToTheClient() {
        followsAliases = false;
        return this;
    }

    /** The same, which notes by whom it was asked for. */
    Upstream at(List<InetSocketAddress> servers) {
        return query -> {
            askedServers.add(servers.get(0).getHostString() + " " + query.getQuestion().getName());
            return query(query);
        };
    }

    /** First server of the list asked and name, for each question so far. */
    List<String> askedServers() {
        return askedServers;
    }

    /** Answers and rcodes of before no longer count. */
    ScriptedUpstream forget() {
        zone.clear();
        rcodes.clear();
        return this;
    }

    /** The questions so far, as "www.example. AAAA". */
    List<String> questions() {
        return asked.stream().map(Message::getQuestion)
                .map(question -> question.getName() + " " + Type.string(question.getType()))
                .collect(Collectors.toList());
    }

    Message lastQuery() {
        return asked.get(asked.size() - 1);
    }

    @Override
    public CompletionStage<Message> query(Message query) {
        asked.add(query);
        Record question = query.getQuestion();
        Integer rcode = rcodes.get(question.getName() + " " + Type.string(question.getType()));
        if (rcode != null && rcode == FAULT) {
            throw new IllegalStateException("a fault");
        }
        if (rcode != null && rcode < 0) {
            return CompletableFuture.failedFuture(new SocketTimeoutException("silent"));
        }
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.AD);
        response.addRecord(question, Section.QUESTION);
        if (rcode != null) {
            response.getHeader().setRcode(rcode);
        } else {
            answer(question.getName(), question.getType(), response);
        }
        authority.forEach(record -> response.addRecord(record, Section.AUTHORITY));
        additional.forEach(record -> response.addRecord(record, Section.ADDITIONAL));
        if (query.getOPT() != null) {
            response.addRecord(query.getOPT(), Section.ADDITIONAL);
        }
        return CompletableFuture.completedFuture(response);
    }

    private void answer(Name start, int type, Message response) {
        Name name = start;
        while (addAlias(name, response)) {
            if (!followsAliases) {
                return;
            }
            name = AliasChain.end(name, response.getSection(Section.ANSWER));
        }
        if (addAll(name, type, response) == 0) {
            Name last = name;
            boolean exists = zone.stream().anyMatch(record -> record.getName().equals(last));
            response.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
            zone.stream().filter(record -> record.getType() == Type.SOA)
                    .forEach(record -> response.addRecord(record, Section.AUTHORITY));
        }
    }

    private boolean addAlias(Name name, Message response) {
        boolean dname = zone.stream().filter(record -> record.getType() == Type.DNAME)
                .filter(record -> name.subdomain(record.getName()) && !name.equals(record.getName()))
                .peek(record -> response.addRecord(record, Section.ANSWER))
                .count() > 0;
        return dname | addAll(name, Type.CNAME, response) > 0;
    }

    /** Adds a set of records with its signatures. */
    private int addAll(Name name, int type, Message response) {
        List<Record> found = zone.stream()
                .filter(record -> record.getName().equals(name) && record.getRRsetType() == type)
                .collect(Collectors.toList());
        found.forEach(record -> response.addRecord(record, Section.ANSWER));
        return found.size();
    }

    static Record record(String line) {
        try (Master master = new Master(new ByteArrayInputStream((line + "\n").getBytes(US_ASCII)))) {
            return master.nextRecord();
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }
}
