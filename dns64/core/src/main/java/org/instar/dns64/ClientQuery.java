// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import org.instar.engine.address.Ip6;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;

/** What a client asked, and which client: the view of it is the responder's matter. Immutable. */
final class ClientQuery {

    private final Message message;
    private final Record question;
    private final OPTRecord opt;
    private final Ip6 client;
    private final long prefixMask;

    /**
     * The message may be a broken one: it needs no question to be answered with an error.
     *
     * @param client IPv4-mapped where it came over IPv4
     * @param prefixMask the blocks of its view that it is answered with, as bits
     */
    ClientQuery(Message message, Ip6 client, long prefixMask) {
        this.message = message;
        this.question = message.getQuestion();
        this.opt = message.getOPT();
        this.client = client;
        this.prefixMask = prefixMask;
    }

    Message message() {
        return message;
    }

    Name name() {
        return question.getName();
    }

    int type() {
        return question.getType();
    }

    int dclass() {
        return question.getDClass();
    }

    Ip6 client() {
        return client;
    }

    long prefixMask() {
        return prefixMask;
    }

    boolean recursionDesired() {
        return message.getHeader().getFlag(Flags.RD);
    }

    boolean checkingDisabled() {
        return message.getHeader().getFlag(Flags.CD);
    }

    boolean hasOpt() {
        return opt != null;
    }

    boolean dnssecOk() {
        return opt != null && (opt.getFlags() & ExtendedFlags.DO) != 0;
    }

    /** Whether the client wants to know of validation (RFC 4035 §3.2.3, RFC 6840 §5.7). */
    boolean wantsAuthenticData() {
        return dnssecOk() || message.getHeader().getFlag(Flags.AD);
    }

    /** The client subnet it brought (RFC 7871); null without. */
    ClientSubnetOption subnet() {
        if (opt != null) {
            for (EDNSOption option : opt.getOptions()) {
                if (option instanceof ClientSubnetOption) {
                    return (ClientSubnetOption) option;
                }
            }
        }
        return null;
    }
}
