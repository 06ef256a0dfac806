package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.dynamics.query.Queries;

/** A row of {@code msdynmkt_segmentdefinitions}. */
final class DefinitionRow {

    static final int LIVE = 723270000;
    static final int DRAFT = 723270001;
    static final int GOING_LIVE = 723270002;
    static final int DELETED = 723270003;
    static final int LIVE_WITH_WARNINGS = 723270004;
    static final int STOPPING = 723270005;
    static final int STOPPED = 723270006;

    /**
     * What publishing has fixed.
     *
     * @param query absent for a list of members alone
     * @param atOnce whether it was live, and computed, in the same moment
     */
    record Published(Instant at, Optional<Effect.Fate> fate, Optional<Queries.Query> query, boolean atOnce) {}

    /**
     * Members as they were computed.
     *
     * @param number of the computation, from 1
     */
    record Computed(int number, List<UUID> members) {}

    private final UUID id;
    private final ObjectNode attributes;
    private final Set<UUID> included;
    private final Set<UUID> excluded;
    private final StaticGroups groups;
    private final Instant createdOn;
    private final AtomicInteger publishes = new AtomicInteger();
    private volatile @Nullable Published published;
    private final Refreshes refreshes = new Refreshes();
    private volatile @Nullable Computed computed;
    private volatile @Nullable Instant deletedAt;
    private volatile boolean stopped;

    DefinitionRow(UUID id, ObjectNode attributes, Set<UUID> included, Set<UUID> excluded, Instant createdOn) {
        this(
                id,
                attributes,
                included,
                excluded,
                StaticGroups.of(MissingNode.getInstance()).orElseThrow(),
                createdOn);
    }

    DefinitionRow(
            UUID id,
            ObjectNode attributes,
            Set<UUID> included,
            Set<UUID> excluded,
            StaticGroups groups,
            Instant createdOn) {
        this.id = id;
        this.attributes = attributes;
        this.included = new LinkedHashSet<>(included);
        this.excluded = Set.copyOf(excluded);
        this.groups = groups;
        this.createdOn = createdOn;
    }

    UUID id() {
        return id;
    }

    /** As the create had them. */
    ObjectNode attributes() {
        return attributes;
    }

    Optional<String> query() {
        return Optional.ofNullable(attributes.path("msdynmkt_segmentquery").textValue())
                .filter(query -> !query.isBlank());
    }

    /** In whichever form they were listed. */
    Set<UUID> included() {
        return with(included, groups.members(true));
    }

    /** In whichever form they were listed. */
    Set<UUID> excluded() {
        return with(excluded, groups.members(false));
    }

    private static Set<UUID> with(Set<UUID> inline, Set<UUID> grouped) {
        var all = new LinkedHashSet<>(inline);
        all.addAll(grouped);
        return all;
    }

    StaticGroups groups() {
        return groups;
    }

    Instant createdOn() {
        return createdOn;
    }

    Optional<Published> published() {
        return Optional.ofNullable(published);
    }

    void publish(Published how) {
        published = how;
        publishes.incrementAndGet();
    }

    /** How many took effect. */
    int publishes() {
        return publishes.get();
    }

    /** The members as they were computed last, as far as anybody has asked for them. */
    Optional<Computed> computed() {
        return Optional.ofNullable(computed);
    }

    void computed(Computed found) {
        computed = found;
    }

    /**
     * From the end of a computation to the begin of the next one; empty where it has none: members of a list alone, or switched
     * off.
     *
     * @param pace for all, where it is set
     */
    Optional<Duration> refreshInterval(Optional<Duration> pace) {
        if (query().isEmpty()
                || attributes.path("msdynmkt_disablesegmentrefresh").asBoolean()) {
            return Optional.empty();
        }
        var minutes = attributes.path("msdynmkt_segmentrefreshintervalminutes").asInt();
        return pace.or(() -> Optional.of(minutes > 0 ? Duration.ofMinutes(minutes) : Duration.ofDays(1)))
                .filter(Duration::isPositive);
    }

    /** The computations after the first one. */
    Refreshes refreshes() {
        return refreshes;
    }

    /** Somebody stops it, whatever it was in. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void delete(Instant at) {
        deletedAt = at;
    }

    /** When it was deleted, if it was. */
    Optional<Instant> deletedAt() {
        return Optional.ofNullable(deletedAt);
    }
}
