// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.instar.dns64.choice.PrefixChooser;
import org.instar.dns64.settings.PrefixBlock;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The prefix blocks of a view, as they apply to a query: which represent an IPv4 address (RFC 6147 §5.1.7, §5.2), which
 * AAAA records count as absent (§5.1.4), and which block an IPv6 address is of (§5.3.1).
 */
final class Blocks {

    private final View view;
    private final PrefixChooser chooser;
    private final List<PrefixBlock> longestFirst;

    Blocks(View view, PrefixChooser chooser) {
        this.view = view;
        this.chooser = chooser;
        this.longestFirst = new ArrayList<>(view.blocks());
        longestFirst.sort(Comparator.comparingInt((PrefixBlock block) -> block.prefix().length()).reversed());
    }

    /** Those that a query is answered with: chosen for its client, and for its RD bit. */
    List<PrefixBlock> of(ClientQuery query) {
        return among(query, query.prefixMask());
    }

    private List<PrefixBlock> among(ClientQuery query, long mask) {
        List<PrefixBlock> chosen = new ArrayList<>();
        for (long left = mask; left != 0; left &= left - 1) {
            PrefixBlock block = view.blocks().get(Long.numberOfTrailingZeros(left));
            if (query.recursionDesired() || !block.isRecursiveOnly()) {
                chosen.add(block);
            }
        }
        return chosen;
    }

    /**
     * The IPv6 addresses for an IPv4 address, in the order of the blocks. Where one block was chosen that doesn't map
     * the address, the first other one that does for this client steps in.
     *
     * @param signed only blocks that break DNSSEC
     */
    List<Ip6> represent(ClientQuery query, int ip4, boolean signed) {
        List<Ip6> addresses = of(query).stream().filter(block -> block.maps(ip4) && (!signed || block.isBreakDnssec()))
                .map(block -> block.embed(ip4)).collect(Collectors.toList());
        if (addresses.isEmpty() && chooser.isChoosing()) {
            long others = chooser.live((1L << view.blocks().size()) - 1) & ~query.prefixMask();
            among(query, others).stream()
                    .filter(block -> block.clients().matches(query.client()) && block.maps(ip4)
                            && (!signed || block.isBreakDnssec()))
                    .findFirst().ifPresent(block -> addresses.add(block.embed(ip4)));
        }
        return addresses;
    }

    /** For the addresses of ipv4only.arpa: not global, represented by the well-known prefix all the same. */
    List<Ip6> representAlways(ClientQuery query, int ip4) {
        return of(query).stream().map(block -> block.embed(ip4)).collect(Collectors.toList());
    }

    /** Whether any block for the query gives clients that validate synthetic records. */
    boolean breakDnssec(ClientQuery query) {
        return of(query).stream().anyMatch(PrefixBlock::isBreakDnssec);
    }

    /** The longest block that an address is in; the well-known prefix is looked for always (§5.3.1). Null: none. */
    PrefixBlock blockOf(Ip6 address) {
        return longestFirst.stream().filter(block -> block.prefix().contains(address)).findFirst().orElse(null);
    }

    boolean isWellKnown(Ip6 address) {
        return !view.blocks().isEmpty() && Prefix64.WELL_KNOWN.contains(address);
    }

    boolean hasExcluded(ClientQuery query, UpstreamAnswer answer) {
        return answer.answer().stream().anyMatch(record -> isExcluded(query, record));
    }

    /** The answer without the excluded records, and without the signatures of the sets they are missing from. */
    UpstreamAnswer withoutExcluded(ClientQuery query, UpstreamAnswer answer) {
        return answer.withAnswer(answer.answer().stream()
                .filter(record -> !isExcluded(query, record)
                        && !isSignatureOf(record, Type.AAAA))
                .collect(Collectors.toList()));
    }

    /** As BIND has it: a record counts unless every block for the query excludes it. */
    private boolean isExcluded(ClientQuery query, Record record) {
        if (!(record instanceof AAAARecord)) {
            return false;
        }
        // not getAddress(): Java makes an IPv4 address of an IPv4-mapped one
        Ip6 address = Ip6.of(record.rdataToWireCanonical());
        List<PrefixBlock> blocks = of(query);
        return !blocks.isEmpty() && blocks.stream().allMatch(block -> block.exclude().matches(address));
    }

    static boolean isSignatureOf(Record record, int type) {
        return record instanceof RRSIGRecord && ((RRSIGRecord) record).getTypeCovered() == type;
    }
}
