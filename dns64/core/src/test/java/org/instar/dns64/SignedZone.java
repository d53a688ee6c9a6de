// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The zone example., signed, with www.example. A; it can be told to sign wrongly, or to claim AAAA without signing. */
final class SignedZone implements Upstream {

    static final Name APEX = Name.fromConstantString("example.");
    static final Name WWW = Name.fromConstantString("www.example.");
    private static final int ZONE_AND_SEP = 257;

    private final KeyPair pair;
    private final DNSKEYRecord key;
    private final List<RRset> sets = new ArrayList<>();
    private final List<Integer> bogusTypes = new ArrayList<>();
    private boolean broken;

    SignedZone() throws GeneralSecurityException, DNSSEC.DNSSECException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
        key = new DNSKEYRecord(APEX, DClass.IN, 3600, ZONE_AND_SEP, DNSKEYRecord.Protocol.DNSSEC,
                DNSSEC.Algorithm.ECDSAP256SHA256, pair.getPublic());
        add(key);
        add(ScriptedUpstream.record("example. 3600 IN SOA ns.example. root.example. 1 7200 3600 86400 300"));
        add(ScriptedUpstream.record("www.example. 200 IN A 192.0.2.80"));
        add(new NSECRecord(WWW, DClass.IN, 300, APEX, new int[] {Type.A, Type.RRSIG, Type.NSEC}));
    }

    private void add(Record record) throws DNSSEC.DNSSECException {
        RRset set = new RRset(record);
        Instant now = Instant.now();
        set.addRR(DNSSEC.sign(set, key, pair.getPrivate(), now.minusSeconds(3600), now.plusSeconds(86_400)));
        sets.add(set);
    }

    /** In master file form, as the validator reads it. */
    String trustAnchor() {
        return new DSRecord(APEX, DClass.IN, 3600, DNSSEC.Digest.SHA256, key).toString() + "\n";
    }

    /** Sets of this type get a signature over something else from now on. */
    void forge(int type) {
        bogusTypes.add(type);
    }

    void breakDown() {
        broken = true;
    }

    @Override
    public CompletionStage<Message> query(Message query) {
        if (broken) {
            return CompletableFuture.failedFuture(new IllegalStateException("down"));
        }
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        Record question = query.getQuestion();
        response.addRecord(question, Section.QUESTION);
        if (!copy(question.getName(), question.getType(), response, Section.ANSWER)) {
            copy(APEX, Type.SOA, response, Section.AUTHORITY);
            copy(WWW, Type.NSEC, response, Section.AUTHORITY);
        }
        return CompletableFuture.completedFuture(response);
    }

    private boolean copy(Name name, int type, Message response, int section) {
        for (RRset set : sets) {
            if (set.getName().equals(name) && set.getType() == type) {
                set.rrs(false).forEach(record -> response.addRecord(record, section));
                set.sigs().forEach(signature -> response.addRecord(
                        bogusTypes.contains(type) ? forged(signature) : signature, section));
                return true;
            }
        }
        return false;
    }

    private static RRSIGRecord forged(RRSIGRecord signature) {
        byte[] bytes = signature.getSignature().clone();
        bytes[5] ^= 1;
        return new RRSIGRecord(signature.getName(), signature.getDClass(), signature.getTTL(),
                signature.getTypeCovered(), signature.getAlgorithm(), signature.getOrigTTL(), signature.getExpire(),
                signature.getTimeSigned(), signature.getFootprint(), signature.getSigner(), bytes);
    }
}
