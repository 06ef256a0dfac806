package io.segmentrelay.sandbox.dynamics.crm;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Interactions of one kind. They are drawn anew from the seed and the person each time, so that they need no memory; their
 * times are counted back from when they are asked for, so that the last months are never empty.
 */
public final class History {

    /** The farthest back, days. */
    private static final int DAYS = 400;

    private static final String LOGICAL_NAME = "msdynmkt_entityid_LogicalName";

    /** Kinds by their name without prefix, lower case: how many times a person has met one at most. */
    private static final Map<String, Integer> KINDS = Map.of(
            "emailsent", 12,
            "emaildelivered", 10,
            "emailopened", 8,
            "emailclicked", 7,
            "emailbounced", 2,
            "websitevisited", 6,
            "formsubmitted", 3,
            "eventcheckin", 2);

    /** The attributes that name the person: of real-time journeys, and of outbound marketing. */
    private static final Map<String, Optional<String>> PEOPLE = Map.of(
            "msdynmkt_entityid", Optional.empty(),
            "contact", Optional.of("contact"),
            "contactid", Optional.of("contact"),
            "lead", Optional.of("lead"),
            "leadid", Optional.of("lead"));

    /** Something that happened to somebody. */
    public record Event(Instant at, Row row) {}

    private final String name;
    private final long seed;
    private final int most;
    private final Crm crm;
    private final Table table;

    private History(String name, long seed, int most, Crm crm) {
        this.name = name;
        this.seed = seed;
        this.most = most;
        this.crm = crm;
        this.table = new Table(
                name,
                Map.of(
                        "msdynmkt_entityid",
                        Type.TEXT,
                        LOGICAL_NAME,
                        Type.TEXT,
                        "msdynmkt_timestamp",
                        Type.DATE,
                        "createdon",
                        Type.DATE),
                List.of());
    }

    /** Those of a kind, by its name in any case, with or without its prefix. */
    static Optional<History> of(String kind, long seed, Crm crm) {
        var name = kind.toLowerCase(Locale.ROOT);
        var plain = name.startsWith("msdynmkt_") ? name.substring("msdynmkt_".length()) : name;
        return Optional.ofNullable(KINDS.get(plain)).map(most -> new History(kind, seed ^ plain.hashCode(), most, crm));
    }

    /** The kind, as it was asked for. */
    public String name() {
        return name;
    }

    /** The attributes that one has; without rows. */
    public Table table() {
        return table;
    }

    /** Whether an attribute names the person. */
    public boolean isPerson(String attribute) {
        return PEOPLE.containsKey(attribute.toLowerCase(Locale.ROOT));
    }

    /** Whether that attribute may name a row of this table: contacts and leads have a history. */
    public boolean concerns(Table people, String attribute) {
        return PEOPLE.getOrDefault(attribute.toLowerCase(Locale.ROOT), Optional.of("nobody"))
                        .map(people.name()::equals)
                        .orElse(true)
                && List.of("contact", "lead").contains(people.name());
    }

    /** What one person has met, as of a time: a third of all people nothing. */
    public List<Event> of(UUID person, Instant now) {
        var random =
                new SplittableRandom(seed ^ person.getMostSignificantBits() ^ (31 * person.getLeastSignificantBits()));
        var number = Math.max(0, random.nextInt(-most / 2, most + 1));
        return IntStream.range(0, number)
                .mapToObj(i -> event(person, now.minus(Duration.ofMinutes(random.nextInt(1, DAYS * 24 * 60)))))
                .toList();
    }

    private Event event(UUID person, Instant at) {
        var table = crm.leads().row(person).isPresent() ? "lead" : "contact";
        var id = new UUID(seed ^ person.getLeastSignificantBits(), at.toEpochMilli());
        return new Event(
                at,
                new Row(
                        id,
                        Map.of(
                                "msdynmkt_entityid",
                                person.toString(),
                                LOGICAL_NAME,
                                table,
                                "msdynmkt_timestamp",
                                at,
                                "createdon",
                                at)));
    }
}
