package io.segmentrelay.dynamics.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.http.CleanText;

/** Reads the rows of both tables, as far as they say where a segment is on its way. */
public final class SegmentRows {

    public static final String DEFINITION_ID = "msdynmkt_segmentdefinitionid";
    static final String SEGMENT_ID = "msdynmkt_segmentid";
    static final String STATUS = "statuscode";
    static final String COMPUTATION = "msdynmkt_computationstatus";
    static final String COMPUTED_AT = "msdynmkt_computationfinishedon";
    static final String MEMBER_COUNT = "msdynmkt_membercount";
    static final String QUERY = "msdynmkt_segmentquery";
    static final String DISPLAY_NAME = "msdynmkt_displayname";
    static final String BASE_ENTITY = "msdynmkt_baseentitylogicalname";

    /** The link to the definition: text, in any usual spelling of a GUID. */
    static final String DEFINITION_LINK = "msdynmkt_sourcesegmentuid";

    /** For {@code $select}: what is asked of a segment that somebody made. */
    static final String FOUND = String.join(",", SEGMENT_ID, STATUS, DISPLAY_NAME, BASE_ENTITY, DEFINITION_LINK);

    private static final int SEGMENT_DELETED = 4;

    /** Of names that {@code requested} may give, too. */
    private static final int MAX_NAME = 200;

    private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]{0,99}");

    private static final Pattern AROUND_GUID = Pattern.compile("(?i)^\\s*(?:urn:uuid:)?[{(]?|[})]?\\s*$|-");

    private static final Pattern GUID_DIGITS = Pattern.compile("[0-9a-fA-F]{32}");

    /**
     * What a segment's row says about its computation, on servers whose definitions do not.
     *
     * @param computation as good as it can be told
     * @param warnings whether it was computed with warnings
     */
    record StandIn(Computation computation, boolean warnings) {
        static final StandIn UNKNOWN = new StandIn(Computation.UNKNOWN, false);

        /** The definition's state with this in it. */
        DefinitionState in(DefinitionState state) {
            var status = warnings && state.status() == Status.LIVE ? Status.LIVE_WITH_WARNINGS : state.status();
            return new DefinitionState(status, computation, state.computedAt());
        }
    }

    private SegmentRows() {}

    /** A definition's row. */
    public static DefinitionState definition(JsonNode row) {
        return new DefinitionState(
                status(row.path(STATUS)), computation(row.path(COMPUTATION)), time(row.path(COMPUTED_AT)));
    }

    /** A definition's row, with its query. */
    static DefinitionLook look(JsonNode row) {
        return new DefinitionLook(
                definition(row),
                Optional.ofNullable(row.path(QUERY).textValue()).filter(query -> !query.isEmpty()));
    }

    /** A segment's row, with all that is told of it. */
    static FoundSegment found(UUID segmentId, JsonNode row) {
        return new FoundSegment(
                segmentId,
                Optional.ofNullable(row.path(DEFINITION_LINK).textValue()).flatMap(SegmentRows::guid),
                CleanText.of(row.path(DISPLAY_NAME).asText(""), MAX_NAME),
                Optional.ofNullable(row.path(BASE_ENTITY).textValue())
                        .filter(name -> TABLE.matcher(name).matches()),
                row.path(STATUS).asInt(-1) == SEGMENT_DELETED);
    }

    /** In any usual spelling: with or without dashes, in braces, in parentheses, as a URN or bare. */
    private static Optional<UUID> guid(String text) {
        var digits = AROUND_GUID.matcher(text).replaceAll("");
        return GUID_DIGITS.matcher(digits).matches()
                ? Optional.of(
                        new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16)))
                : Optional.empty();
    }

    /** A segment's row. */
    static StandIn standIn(JsonNode row) {
        return switch (row.path(STATUS).asInt(-1)) {
            case 5, 6 -> new StandIn(Computation.RUNNING, false);
            case 3, 11 -> new StandIn(Computation.ERROR, false);
            case 7 -> new StandIn(Computation.FINISHED, true);
            default -> {
                var count = row.path(MEMBER_COUNT);
                if (count.isMissingNode()) {
                    yield StandIn.UNKNOWN;
                }
                yield new StandIn(count.isNull() ? Computation.NOT_STARTED : Computation.FINISHED, false);
            }
        };
    }

    /**
     * The rows of an answer, by the id that they have in {@code idProperty}.
     *
     * @throws Weather where it has no rows at all, which no answer of Dynamics is without
     */
    public static Map<UUID, JsonNode> rows(JsonNode answer, String idProperty) {
        var value = answer.path("value");
        if (!value.isArray()) {
            throw new Weather("Dynamics answered a query without rows", Optional.empty(), null);
        }
        var rows = new HashMap<UUID, JsonNode>();
        value.forEach(row -> uuid(row.path(idProperty)).ifPresent(id -> rows.put(id, row)));
        return rows;
    }

    private static Status status(JsonNode code) {
        return switch (code.asInt(-1)) {
            case 723270000 -> Status.LIVE;
            case 723270001 -> Status.DRAFT;
            case 723270002 -> Status.GOING_LIVE;
            case 723270003 -> Status.DELETED;
            case 723270004 -> Status.LIVE_WITH_WARNINGS;
            case 723270005 -> Status.STOPPING;
            case 723270006 -> Status.STOPPED;
            default -> Status.UNKNOWN;
        };
    }

    private static Computation computation(JsonNode code) {
        if (code.isNull()) {
            return Computation.NOT_STARTED;
        }
        return switch (code.asInt(-1)) {
            case 723270000 -> Computation.RUNNING;
            case 723270001 -> Computation.FINISHED;
            case 723270002 -> Computation.ERROR;
            case 723270003 -> Computation.NOT_STARTED;
            default -> Computation.UNKNOWN; // among them: selected, but not in the row
        };
    }

    private static Optional<Instant> time(JsonNode node) {
        try {
            return node.isTextual()
                    ? Optional.of(OffsetDateTime.parse(node.textValue()).toInstant())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> uuid(JsonNode node) {
        try {
            return node.isTextual() ? Optional.of(UUID.fromString(node.textValue())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
