package io.segmentrelay.sandbox.dynamics.crm;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tables that segments are made of. Immutable. */
public final class Crm {

    /** Names of Dataverse's relationships, and the older ones of outbound marketing. */
    private static final List<Relationship> RELATIONSHIPS = List.of(
            new Relationship("contact_customer_accounts", "contact", "parentcustomerid", "account"),
            new Relationship("contact_account_parentcustomerid", "contact", "parentcustomerid", "account"),
            new Relationship("account_primary_contact", "account", "primarycontactid", "contact"),
            new Relationship("account_contact_primarycontactid", "account", "primarycontactid", "contact"),
            new Relationship("lead_parent_account", "lead", "parentaccountid", "account"),
            new Relationship("lead_account_parentaccountid", "lead", "parentaccountid", "account"),
            new Relationship("lead_parent_contact", "lead", "parentcontactid", "contact"),
            new Relationship("lead_contact_parentcontactid", "lead", "parentcontactid", "contact"));

    private final Map<String, Table> tables = new HashMap<>();
    /** By relationship: rows of the table with the lookup, by the id that they look up. */
    private final Map<String, Map<UUID, List<Row>>> children = new HashMap<>();

    private final long seed;

    Crm(long seed, Collection<Table> tables) {
        this.seed = seed;
        tables.forEach(table -> this.tables.put(table.name(), table));
        RELATIONSHIPS.forEach(relationship -> {
            var index = new HashMap<UUID, List<Row>>();
            table(relationship.from()).orElseThrow().rows().forEach(row -> {
                var id = row.text(relationship.lookup());
                if (id != null) {
                    index.computeIfAbsent(UUID.fromString(id), i -> new java.util.ArrayList<>())
                            .add(row);
                }
            });
            children.put(relationship.name(), index);
        });
    }

    /** So many rows, drawn by this seed: the same seed, the same rows. */
    public static Crm of(long seed, int contacts, int leads, int accounts) {
        return new Population(seed).crm(contacts, leads, accounts);
    }

    /** A table by its logical name. */
    public Optional<Table> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** A table that is always there. */
    public Table contacts() {
        return table("contact").orElseThrow();
    }

    /** A table that is always there. */
    public Table leads() {
        return table("lead").orElseThrow();
    }

    /** A table that is always there. */
    public Table accounts() {
        return table("account").orElseThrow();
    }

    /** Interactions of a kind, by its name in any case, with or without its prefix. */
    public Optional<History> history(String kind) {
        return History.of(kind, seed, this);
    }

    /** A relationship by its name. */
    public Optional<Relationship> relationship(String name) {
        return RELATIONSHIPS.stream()
                .filter(relationship -> relationship.name().equals(name))
                .findFirst();
    }

    /** The rows that a row leads to, from either end. */
    public List<Row> related(Relationship relationship, String table, Row row) {
        if (!relationship.from().equals(table)) {
            return children.getOrDefault(relationship.name(), Map.of()).getOrDefault(row.id(), List.of());
        }
        var id = row.text(relationship.lookup());
        return id == null
                ? List.of()
                : table(relationship.to()).orElseThrow().row(UUID.fromString(id)).stream()
                        .toList();
    }
}
