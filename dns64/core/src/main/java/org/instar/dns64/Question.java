// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Objects;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** A question for an upstream, with all that its answer depends on: the key of the cache. Immutable. */
public final class Question {

    private final Name name;
    private final int type;
    private final int dclass;
    private final boolean recursionDesired;
    private final boolean checkingDisabled;
    private final boolean dnssecOk;
    private final ClientSubnetOption subnet;
    private final String route;

    private Question(Name name, int type, Question like) {
        this.name = name;
        this.type = type;
        this.dclass = like.dclass;
        this.recursionDesired = like.recursionDesired;
        this.checkingDisabled = like.checkingDisabled;
        this.dnssecOk = like.dnssecOk;
        this.subnet = like.subnet;
        this.route = like.route;
    }

    /** What a client asked; the subnet may be null. */
    Question(ClientQuery query, ClientSubnetOption subnet) {
        this.name = query.name();
        this.type = query.type();
        this.dclass = query.dclass();
        this.recursionDesired = query.recursionDesired();
        this.checkingDisabled = query.checkingDisabled();
        this.dnssecOk = query.dnssecOk();
        this.subnet = subnet;
        this.route = "";
    }

    private Question(Question like, String route) {
        this.name = like.name;
        this.type = like.type;
        this.dclass = like.dclass;
        this.recursionDesired = like.recursionDesired;
        this.checkingDisabled = like.checkingDisabled;
        this.dnssecOk = like.dnssecOk;
        this.subnet = like.subnet;
        this.route = route;
    }

    /** The same about another name or type. */
    public Question about(Name otherName, int otherType) {
        return new Question(otherName, otherType, this);
    }

    /** The same for other upstreams; their name. */
    Question over(String otherRoute) {
        return new Question(this, otherRoute);
    }

    public Name name() {
        return name;
    }

    public int type() {
        return type;
    }

    public int dclass() {
        return dclass;
    }

    public boolean recursionDesired() {
        return recursionDesired;
    }

    public boolean checkingDisabled() {
        return checkingDisabled;
    }

    public boolean dnssecOk() {
        return dnssecOk;
    }

    /** The client subnet that goes with it (RFC 7871); null without. */
    public ClientSubnetOption subnet() {
        return subnet;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Question)) {
            return false;
        }
        Question that = (Question) other;
        return type == that.type && dclass == that.dclass && recursionDesired == that.recursionDesired
                && checkingDisabled == that.checkingDisabled && dnssecOk == that.dnssecOk && name.equals(that.name)
                && route.equals(that.route) && Objects.equals(subnet, that.subnet);
    }

    @Override
    public int hashCode() {
        int flags = (recursionDesired ? 1 : 0) | (checkingDisabled ? 2 : 0) | (dnssecOk ? 4 : 0);
        return ((name.hashCode() * 31 + type) * 31 + dclass) * 31 + flags + Objects.hashCode(subnet);
    }

    /** "www.example. AAAA". */
    @Override
    public String toString() {
        return name + " " + Type.string(type);
    }
}
