// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.upstream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The zone example.: www and web80 to web99 have A records only, six has AAAA, big has many A records. */
public final class ExampleZone {

    public static final String ORIGIN = "example.";

    /** Number of A records of big.example.: too many for 1232 bytes when they become AAAA records. */
    public static final int BIG = 60;

    private ExampleZone() {
    }

    public static Record[] records() throws IOException {
        List<Record> records = new ArrayList<>();
        records.add(record("example.", Type.SOA, "ns.example. root.example. 1 7200 3600 86400 60"));
        records.add(record("example.", Type.NS, "ns.example."));
        records.add(record("ns.example.", Type.A, "127.0.0.1"));
        records.add(record("www.example.", Type.A, "192.0.2.80"));
        records.add(record("six.example.", Type.AAAA, "2001:db8::80"));
        for (int i = 80; i < 100; i++) {
            records.add(record("web" + i + ".example.", Type.A, "192.0.2." + i));
        }
        for (int i = 0; i < BIG; i++) {
            records.add(record("big.example.", Type.A, "198.51.100." + i));
        }
        return records.toArray(new Record[0]);
    }

    private static Record record(String name, int type, String rdata) throws IOException {
        return Record.fromString(Name.fromString(name), type, DClass.IN, 300, rdata, Name.root);
    }
}
