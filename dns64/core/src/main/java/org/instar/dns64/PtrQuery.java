// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.instar.dns64.settings.PrefixBlock;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * The answer to a PTR query for an address of a translation prefix. The first way of RFC 6147 §5.3.1 where the view has
 * a ptr-name: that name for all. Else the second: a CNAME into in-addr.arpa and what is found there. The CNAME is made
 * only where it leads to PTR records, and where the in-addr.arpa name is itself an alias (RFC 2317) it leads to the
 * alias's end, so no chain becomes longer.
 */
final class PtrQuery {

    private static final long LOCAL_TTL_SECONDS = 600;
    private static final long NEGATIVE_TTL_SECONDS = 60;
    private static final Name NOBODY = Name.fromConstantString("nobody.invalid.");

    private final View view;
    private final Blocks blocks;
    private final Lookup lookup;

    PtrQuery(View view, Blocks blocks, Lookup lookup) {
        this.view = view;
        this.blocks = blocks;
        this.lookup = lookup;
    }

    /** The answer; empty when the name is none of a translation prefix, so that the query is one like any other. */
    Optional<CompletionStage<Reply>> answer(ClientQuery query) {
        Ip6 address = ReverseName.address(query.name());
        if (address == null) {
            return Optional.empty();
        }
        PrefixBlock block = blocks.blockOf(address);
        if (block == null && !blocks.isWellKnown(address)) {
            return Optional.empty();
        }
        Prefix64 prefix = block == null ? Prefix64.WELL_KNOWN : block.prefix();
        OptionalInt ip4 = block == null ? OptionalInt.of(prefix.extract(address)) : block.extract(address);
        return Optional.of(ip4.isEmpty() ? done(unmapped(prefix.prefix())) : mapped(query, ip4.getAsInt()));
    }

    private static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    /**
     * The u octet or the suffix is another: no IPv4 address is represented so (RFC 6052 §2.2), there is no such
     * name.
     */
    private Reply unmapped(Prefix6 prefix) {
        Name zone = ReverseName.zone(prefix);
        SOARecord soa = new SOARecord(zone, DClass.IN, NEGATIVE_TTL_SECONDS, view.dns64Server().orElse(zone),
                view.dns64Contact().orElse(NOBODY), 1, 7200, 3600, 604_800, NEGATIVE_TTL_SECONDS);
        return Reply.authoritative(UpstreamAnswer.own(Rcode.NXDOMAIN, List.of(), List.of(soa)),
                Dns64Counter.PTR_UNMAPPED);
    }

    private CompletionStage<Reply> mapped(ClientQuery query, int ip4) {
        if (Ipv4OnlyArpa.isAddress(ip4) && view.isIpv4onlyEnable()) {
            return done(Ipv4OnlyArpa.reverse(query));
        }
        if (view.ptrName().isPresent()) {
            PTRRecord local = new PTRRecord(query.name(), DClass.IN, LOCAL_TTL_SECONDS, view.ptrName().get());
            return done(Reply.authoritative(UpstreamAnswer.own(Rcode.NOERROR, List.of(local), List.of()),
                    Dns64Counter.PTR_MAPPED));
        }
        return lookup.followed(query, ReverseName.ofIp4(ip4), Type.PTR).thenApply(found -> alias(query, found));
    }

    private static Reply alias(ClientQuery query, UpstreamAnswer found) {
        List<Record> pointers = found.answer().stream()
                .filter(record -> record.getType() == Type.PTR)
                .collect(Collectors.toList());
        if (found.rcode() != Rcode.NOERROR || pointers.isEmpty()) {
            // the sections speak of another tree: they stay behind
            return Reply.bare(found.rcode(), Dns64Counter.PTR_MAPPED);
        }
        Name end = pointers.get(0).getName();
        long ttlSeconds = found.answer().stream().mapToLong(Record::getTTL).min().getAsLong();
        List<Record> records = new ArrayList<>();
        records.add(new CNAMERecord(query.name(), DClass.IN, ttlSeconds, end));
        found.answer().stream().filter(record -> record.getName().equals(end)).forEach(records::add);
        return Reply.synthetic(query, found.withAnswer(records), Dns64Counter.PTR_MAPPED);
    }
}
