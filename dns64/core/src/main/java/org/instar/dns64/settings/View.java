// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.instar.engine.address.Prefix64;
import org.xbill.DNS.Name;

/** What some of the clients get. A view inherits each option that it doesn't have from the whole. Immutable. */
public final class View {

    /** What an ECS option (RFC 7871) of a query becomes. */
    public enum ClientSubnet {
        /** It goes no further. */
        OFF,
        /** It is handed to the upstream as it is, and one is never made. */
        FORWARD,
        /** As FORWARD; where there is none, one is made of the client's address: /24 or /56. */
        ADD
    }

    /** Blocks are bits of a long where they are chosen. */
    public static final int MAX_BLOCKS = 60;

    private final String name;
    private final int index;
    private final AddressMatch clients;
    private final List<PrefixBlock> blocks;
    private final Name dns64Server;
    private final Name dns64Contact;
    private final Name ptrName;
    private final boolean ipv4onlyEnable;
    private final DomainPolicy.Table domains;
    private final AddressMatch allowQuery;
    private final ClientSubnet clientSubnet;
    private final PrefixChoiceSettings prefixChoice;
    private final List<ForwardZone> forward;

    private View(String name, int index, Options options, View inherited, Prefix64 defaultPrefix)
            throws SettingsException {
        this.name = name;
        this.index = index;
        clients = inherited == null ? AddressMatch.ANY : MatchOption.read(options, "clients", null);
        blocks = readBlocks(options, inherited, defaultPrefix);
        dns64Server = options.get("dns64-server", inherited == null ? null : inherited.dns64Server, Names::domain);
        dns64Contact = options.get("dns64-contact", inherited == null ? null : inherited.dns64Contact, Names::domain);
        ptrName = options.get("ptr-name", inherited == null ? null : inherited.ptrName, Names::domain);
        ipv4onlyEnable = options.flag("ipv4only-enable", inherited == null || inherited.ipv4onlyEnable);
        domains = DomainPolicy.Table.read(options, inherited == null ? null : inherited.domains);
        allowQuery = MatchOption.read(options, "allow-query",
                inherited == null ? AddressMatch.ANY : inherited.allowQuery);
        clientSubnet = options.get("client-subnet", inherited == null ? ClientSubnet.OFF : inherited.clientSubnet,
                text -> Names.of(ClientSubnet.class, text));
        prefixChoice = inherited != null && !options.has("prefix-choice") ? inherited.prefixChoice
                : PrefixChoiceSettings.read(options.object("prefix-choice"));
        List<ForwardZone> zones = ForwardZone.readAll(options);
        forward = zones == null ? inherited == null ? List.of() : inherited.forward : zones;
    }

    /** The options for all clients that no view has. */
    static View whole(Options options, Prefix64 defaultPrefix) throws SettingsException {
        return new View("default", 0, options, null, defaultPrefix);
    }

    /** Views in their order; the first that has a client is its view. */
    static List<View> readAll(Options options, View whole) throws SettingsException {
        List<View> views = new ArrayList<>();
        List<Options> objects = options.objects("views");
        for (int i = 0; objects != null && i < objects.size(); i++) {
            Options object = objects.get(i);
            String name = object.required("name", View::name);
            Options named = object.at("views." + name);
            named.has("name");
            if (!named.has("clients")) {
                throw named.error("clients", "is missing");
            }
            View view = new View(name, i + 1, named, whole, null);
            named.refuseUnknown();
            for (View before : views) {
                if (before.name.equals(name)) {
                    throw named.error("name", "is the name of two views");
                }
                if (before.clients.coversAll(view.clients)) {
                    throw named.error("clients", "all are in view '" + before.name + "', which comes first");
                }
            }
            views.add(view);
        }
        return List.copyOf(views);
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9_.-]{1,64}") || text.equals("default")) {
            throw new IllegalArgumentException("not a name of letters, digits, _ . - other than 'default': '" + text
                    + "'");
        }
        return text;
    }

    private static List<PrefixBlock> readBlocks(Options options, View inherited, Prefix64 defaultPrefix)
            throws SettingsException {
        Prefix64 lone = options.get("prefix", null, Prefix64::parse);
        List<Options> objects = options.objects("blocks");
        if (lone != null && objects != null) {
            throw options.error("prefix", "stands for blocks with one prefix: there are blocks already");
        }
        Prefix64 only = lone != null ? lone : inherited == null && objects == null ? defaultPrefix : null;
        if (only != null) {
            return List.of(PrefixBlock.read(new Options(options.pathOf("prefix"),
                    Map.of("prefix", only.toString()))));
        }
        if (objects == null) {
            return inherited == null ? List.of() : inherited.blocks;
        }
        if (objects.size() > MAX_BLOCKS) {
            throw options.error("blocks", "more than " + MAX_BLOCKS);
        }
        List<PrefixBlock> blocks = new ArrayList<>();
        for (Options object : objects) {
            blocks.add(PrefixBlock.read(object));
        }
        return List.copyOf(blocks);
    }

    public String name() {
        return name;
    }

    /** 0 for the whole, then in the order of the views. */
    public int index() {
        return index;
    }

    /** The clients of this view. */
    public AddressMatch clients() {
        return clients;
    }

    /** Empty: no DNS64, only a forwarder. */
    public List<PrefixBlock> blocks() {
        return blocks;
    }

    /** BIND's dns64-server: the name server of the SOA record of synthesised negative PTR answers. */
    public Optional<Name> dns64Server() {
        return Optional.ofNullable(dns64Server);
    }

    /** BIND's dns64-contact: the mailbox there. */
    public Optional<Name> dns64Contact() {
        return Optional.ofNullable(dns64Contact);
    }

    /**
     * RFC 6147 §5.3.1, the first way: what PTR queries for all synthetic addresses are answered with. Empty: by
     * CNAME.
     */
    public Optional<Name> ptrName() {
        return Optional.ofNullable(ptrName);
    }

    /** Whether ipv4only.arpa and its reverse names are answered here (RFC 8880), where there are blocks. */
    public boolean isIpv4onlyEnable() {
        return ipv4onlyEnable && !blocks.isEmpty();
    }

    public DomainPolicy.Table domains() {
        return domains;
    }

    /** Clients that aren't REFUSED. */
    public AddressMatch allowQuery() {
        return allowQuery;
    }

    public ClientSubnet clientSubnet() {
        return clientSubnet;
    }

    public PrefixChoiceSettings prefixChoice() {
        return prefixChoice;
    }

    /** Domains that are asked elsewhere. */
    public List<ForwardZone> forward() {
        return forward;
    }
}
