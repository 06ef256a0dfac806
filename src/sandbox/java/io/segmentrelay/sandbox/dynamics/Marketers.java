package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What people do in the application, and what goes on by itself: a test's hand in the simulator. Segments are named by the id
 * of either row, unless it says otherwise; one that is not there is an {@code IllegalArgumentException}. Thread-safe.
 */
public final class Marketers {

    /** The ids of a segment that was made in the application: never the same. */
    public record Made(UUID segmentId, UUID definitionId) {}

    /** What a segment that was made in the application is in. */
    public enum State {
        /** Not published. */
        DRAFT,
        /** Published now: goes on by the clock. */
        GOING_LIVE,
        /** Live, and computed. */
        LIVE,
        /** Stopped by hand; its row is there. */
        STOPPED,
        /** Its status says so; its row is there. */
        DELETED,
        /** Live, its computation failed. */
        ERROR
    }

    /** How {@code msdynmkt_sourcesegmentuid} is written. */
    public enum Spelling {
        PLAIN,
        UPPER_CASE,
        BRACED,
        PARENTHESES,
        DIGITS;

        String text(UUID id) {
            return switch (this) {
                case PLAIN -> id.toString();
                case UPPER_CASE -> id.toString().toUpperCase(Locale.ROOT);
                case BRACED -> "{%s}".formatted(id.toString().toUpperCase(Locale.ROOT));
                case PARENTHESES -> "(%s)".formatted(id);
                case DIGITS -> id.toString().replace("-", "");
            };
        }
    }

    private final Organization organization;
    private final SimulatorSettings settings;
    private final Names names;

    Marketers(Organization organization, SimulatorSettings settings, Names names) {
        this.organization = organization;
        this.settings = settings;
        this.names = names;
    }

    /** A segment of contacts, whose definition is named in the plainest way. */
    public Made make(String displayName, String query, State state) {
        return make(displayName, "contact", query, state, Spelling.PLAIN);
    }

    /**
     * A dynamic segment. Its ids are functions of the seed and its name.
     *
     * @param query of which only that of a draft may be wrong
     */
    public Made make(String displayName, String baseEntity, String query, State state, Spelling spelling) {
        var made = new Made(id("segment", displayName), id("definition", displayName));
        var now = organization.now();
        var attributes = Json.object()
                .put("msdynmkt_segmentquery", query)
                .put("msdynmkt_staticlistmembers", "[]")
                .put("statecode", 0)
                .put("statuscode", DefinitionRow.DRAFT);
        var definition = new DefinitionRow(made.definitionId(), attributes, Set.of(), Set.of(), now);
        var segment = new SegmentRow(
                made.segmentId(),
                displayName,
                baseEntity,
                made.definitionId(),
                Json.object()
                        .put("msdynmkt_displayname", displayName)
                        .put("msdynmkt_type", SegmentRow.DYNAMIC)
                        .put("msdynmkt_source", 12)
                        .put("msdynmkt_baseentitylogicalname", baseEntity)
                        .put("statecode", 1)
                        .put("statuscode", 2)
                        .put("msdynmkt_sourcesegmentuid", spelling.text(made.definitionId())),
                now);
        names.learn(made.segmentId(), displayName);
        names.learn(made.definitionId(), displayName);
        if (!organization.add(definition) || organization.add(segment) != Organization.Added.YES) {
            throw new IllegalArgumentException("There is a segment '%s' already, or no room".formatted(displayName));
        }
        if (state != State.DRAFT) {
            var published = new DefinitionRow.Published(
                    now, fate(state), Optional.of(organization.compile(query, baseEntity)), state != State.GOING_LIVE);
            definition.publish(published);
        }
        if (state == State.STOPPED) {
            definition.stop();
        }
        return made;
    }

    private UUID id(String table, String name) {
        return UUID.nameUUIDFromBytes(
                "%d %s %s".formatted(settings.seed(), table, name).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Effect.Fate> fate(State state) {
        return switch (state) {
            case DELETED -> Optional.of(Effect.Fate.DELETED);
            case ERROR -> Optional.of(Effect.Fate.COMPUTATION_ERROR);
            default -> Optional.empty();
        };
    }

    /** A live segment is computed once more, from now on. */
    public void refresh(UUID id) {
        var definition = definition(id);
        if (organization.stage(definition).computations() == 0) {
            throw new IllegalArgumentException("The segment was never computed: nothing is refreshed");
        }
        definition.refreshes().ask(organization.now());
    }

    /** A live segment is computed once more, from now on, and has these members then. */
    public void refreshTo(UUID id, Collection<UUID> members) {
        members(id); // what went before is settled without them
        definition(id).refreshes().prepare(new LinkedHashSet<>(members));
        refresh(id);
    }

    /** The members as they were computed last, in no order; none where they never were. */
    public List<UUID> members(UUID id) {
        var definition = definition(id);
        var stage = organization.stage(definition);
        return stage.computations() == 0 ? List.of() : organization.members(definition, stage);
    }

    /** Somebody stops a segment. */
    public void stop(UUID id) {
        definition(id).stop();
    }

    /** Somebody deletes a segment: both rows are gone, at once. */
    public void delete(UUID id) {
        var definition = definition(id);
        organization.segmentOf(definition.id()).ifPresent(segment -> organization.deleteSegment(segment.id()));
        organization.deleteDefinition(definition.id());
    }

    /** Whether a live journey uses a segment, which then cannot be deleted over the Web API. */
    public void journey(UUID id, boolean uses) {
        var definition = definition(id);
        organization.used(definition.id(), uses);
        organization.segmentOf(definition.id()).ifPresent(segment -> organization.used(segment.id(), uses));
    }

    private DefinitionRow definition(UUID id) {
        return organization
                .segment(id)
                .flatMap(organization::definitionOf)
                .or(() -> organization.definition(id))
                .orElseThrow(() -> new IllegalArgumentException("There is no segment %s".formatted(id)));
    }
}
