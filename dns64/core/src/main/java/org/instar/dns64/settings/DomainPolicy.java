// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Name;

/** How AAAA queries for names of a domain are answered, where it isn't as everywhere. Immutable. */
public final class DomainPolicy {

    /** Whether AAAA records are made. */
    public enum Synthesis {
        /** Never: real records only. */
        NEVER,
        /** Where there are no usable AAAA records. */
        AUTO,
        /** Always: real AAAA records don't count. */
        ALWAYS
    }

    private final Synthesis synthesis;
    private final ErrorPolicy errorPolicy;

    private DomainPolicy(Synthesis synthesis, ErrorPolicy errorPolicy) {
        this.synthesis = synthesis;
        this.errorPolicy = errorPolicy;
    }

    public Synthesis synthesis() {
        return synthesis;
    }

    public ErrorPolicy errorPolicy() {
        return errorPolicy;
    }

    /** The policies of a view: that of the longest domain a name is in, or the view's own. */
    public static final class Table {

        private final DomainPolicy fallback;
        private final Map<Name, DomainPolicy> domains;

        private Table(DomainPolicy fallback, Map<Name, DomainPolicy> domains) {
            this.fallback = fallback;
            this.domains = domains;
        }

        static Table read(Options options, Table inherited) throws SettingsException {
            ErrorPolicy errors = options.get("error-policy",
                    inherited == null ? ErrorPolicy.LENIENT : inherited.fallback.errorPolicy, ErrorPolicy::parse);
            DomainPolicy fallback = new DomainPolicy(Synthesis.AUTO, errors);
            List<Options> objects = options.objects("domains");
            if (objects == null) {
                return inherited == null ? new Table(fallback, Map.of()) : new Table(fallback, inherited.domains);
            }
            Map<Name, DomainPolicy> domains = new HashMap<>();
            for (Options domain : objects) {
                Name name = domain.required("domain", Names::domain);
                DomainPolicy policy = new DomainPolicy(
                        domain.get("synthesis", Synthesis.AUTO, text -> Names.of(Synthesis.class, text)),
                        domain.get("error-policy", errors, ErrorPolicy::parse));
                domain.refuseUnknown();
                if (domains.put(name, policy) != null) {
                    throw domain.error("domain", name + " is there twice");
                }
            }
            return new Table(fallback, domains);
        }

        /** The policy for a name. */
        public DomainPolicy of(Name name) {
            if (domains.isEmpty()) {
                return fallback;
            }
            for (int skipped = 0; skipped < name.labels(); skipped++) {
                DomainPolicy policy = domains.get(skipped == 0 ? name : new Name(name, skipped));
                if (policy != null) {
                    return policy;
                }
            }
            return fallback;
        }
    }
}
