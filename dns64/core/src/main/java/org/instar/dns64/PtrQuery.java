// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The answer to a PTR query for an address of a translation prefix, the second way of RFC 6147 §5.3.1: a CNAME into
 * in-addr.arpa and what is found there. The CNAME is made only where it leads to PTR records, and where the
 * in-addr.arpa name is itself an alias (RFC 2317) it leads to the alias's end, so no chain becomes longer.
 */
final class PtrQuery {

    private final PrefixChoice prefixes;
    private final UpstreamLookup lookup;
    private final Dns64Counters counters;

    PtrQuery(PrefixChoice prefixes, UpstreamLookup lookup, Dns64Counters counters) {
        this.prefixes = prefixes;
        this.lookup = lookup;
        this.counters = counters;
    }

    /** The answer; empty when the name is none of a translation prefix, so that the query is one like any other. */
    Optional<CompletionStage<Message>> answer(ClientQuery query) {
        Ip6 address = ReverseName.address(query.name());
        return Optional.ofNullable(address)
                .flatMap(prefixes::prefixOf)
                .map(prefix -> answer(query, prefix, address));
    }

    private CompletionStage<Message> answer(ClientQuery query, Prefix64 prefix, Ip6 address) {
        int ip4 = prefix.extract(address);
        if (!prefix.embed(ip4).equals(address)) {
            // bits set in the u octet or the suffix: no IPv4 address is represented so (RFC 6052 §2.2), there is no
            // such name, and the global tree knows nothing about the site's prefix
            counters.increment(Dns64Counter.PTR_UNMAPPED);
            return CompletableFuture.completedFuture(query.response(Rcode.NXDOMAIN));
        }
        counters.increment(Dns64Counter.PTR_MAPPED);
        if (Ipv4OnlyArpa.isAddress(ip4)) {
            return CompletableFuture.completedFuture(Ipv4OnlyArpa.reverse(query));
        }
        return lookup.followed(query, ReverseName.ofIp4(ip4), Type.PTR).thenApply(found -> alias(query, found));
    }

    private static Message alias(ClientQuery query, UpstreamAnswer found) {
        List<Record> pointers = found.answer().stream()
                .filter(record -> record.getType() == Type.PTR)
                .collect(Collectors.toList());
        if (found.rcode() != Rcode.NOERROR || pointers.isEmpty()) {
            // the sections speak of another tree: they stay behind
            return query.response(found.rcode());
        }
        Name end = pointers.get(0).getName();
        long ttlSeconds = found.answer().stream().mapToLong(Record::getTTL).min().getAsLong();
        List<Record> records = new ArrayList<>();
        records.add(new CNAMERecord(query.name(), DClass.IN, ttlSeconds, end));
        found.answer().stream().filter(record -> record.getName().equals(end)).forEach(records::add);
        return found.withAnswer(records).toResponse(query);
    }
}
