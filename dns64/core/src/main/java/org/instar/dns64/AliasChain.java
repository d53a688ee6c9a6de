// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;

/** Chains of CNAME and DNAME records within an answer section. */
final class AliasChain {

    private AliasChain() {
    }

    /** Where the aliases among these records lead from a name: itself without any, null when in a circle or nowhere. */
    static Name end(Name start, List<Record> records) {
        Set<Name> seen = new HashSet<>();
        Name name = start;
        while (seen.add(name)) {
            Name next;
            try {
                next = next(name, records);
            } catch (NameTooLongException e) {
                return null;
            }
            if (next == null) {
                return name;
            }
            name = next;
        }
        return null;
    }

    /** A CNAME of the name itself comes first: it is what a DNAME above stands for (RFC 6672 §3.1). */
    private static Name next(Name name, List<Record> records) throws NameTooLongException {
        for (Record record : records) {
            if (record instanceof CNAMERecord && record.getName().equals(name)) {
                return ((CNAMERecord) record).getTarget();
            }
        }
        for (Record record : records) {
            if (record instanceof DNAMERecord && name.subdomain(record.getName()) && !name.equals(record.getName())) {
                return name.fromDNAME((DNAMERecord) record);
            }
        }
        return null;
    }
}
