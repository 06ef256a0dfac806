package io.segmentrelay.dynamics;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

/**
 * What the relay asks of Dynamics. Every call may be repeated without harm, except that {@link #publish} wants a look at
 * {@link #state} first. Every call fails with a {@link DynamicsException}, and with nothing else, and may be cancelled.
 *
 * @see <a href="https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-marketing-create-segment-api">
 *     Create a real-time marketing segment using the Web API</a>
 */
public interface Dynamics {

    /** The most ids that {@link #states} takes: one URL of well under the server's 32 KB. */
    int MAX_STATES = 400;

    /** Creates the definition as a draft. */
    Uni<Created> createDefinition(NewDefinition definition);

    /** Creates the segment, inactive, linked to its definition. */
    Uni<Created> createSegment(NewSegment segment);

    /** Whether the members of a list are not among what {@link #createDefinition} sends: then they are added afterwards. */
    boolean addsMembersApart();

    /**
     * Adds listed members to a segment; those that it has already count as added.
     *
     * @param groupId as {@link StaticGroup#id} has it
     * @param members at most {@link StaticGroup#MOST_OF_A_CALL}
     */
    Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members);

    /** Publishes the segment: the server checks the query here. */
    Uni<Void> publish(SegmentIds ids);

    /** Whether {@link #make} is to be asked before the steps one by one. */
    boolean makesAtOnce();

    /** Creates both rows and publishes, with one request; what it has not done is left to the steps. */
    Uni<Made> make(NewDefinition definition, NewSegment segment);

    /** The state of one definition; empty where the server does not have it (any more). */
    Uni<Optional<DefinitionState>> state(SegmentIds ids);

    /**
     * The states of many definitions, with one request.
     *
     * @param ids at most {@link #MAX_STATES}
     * @return by definition id; the server leaves out those that it does not have
     */
    Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids);

    /** The members of a segment that is live and computed. */
    Uni<MemberList> members(SegmentIds ids);

    /** The row of a segment that somebody made; empty where there is none (any more). */
    Uni<Optional<FoundSegment>> segment(UUID segmentId);

    /** A definition as it is just now, before something is done that cannot be undone; empty where it is gone. */
    Uni<Optional<DefinitionLook>> look(UUID definitionId);

    /** Deletes a segment's row; one that is gone counts as deleted. */
    Uni<Void> deleteSegment(UUID segmentId);

    /** Deletes a definition's row; one that is gone counts as deleted. */
    Uni<Void> deleteDefinition(UUID definitionId);

    /**
     * The two rows of a segment.
     *
     * @param segmentId of the row in {@code msdynmkt_segments}
     * @param definitionId of the row in {@code msdynmkt_segmentdefinitions}
     */
    record SegmentIds(UUID segmentId, UUID definitionId) {}

    /** How far {@link #make} has come. */
    sealed interface Made {

        /** All is done. */
        record Published(SegmentIds ids) implements Made {}

        /** Both rows are there; whether they are published one has to look. */
        record Drafted(SegmentIds ids) implements Made {}

        /** The definition is there, by another id than was asked for, and no segment. */
        record Defined(UUID definitionId) implements Made {}

        /** Nothing is known: a row was there, or the server said no. The steps will tell. */
        record Unknown() implements Made {}
    }

    /**
     * A row is there.
     *
     * @param id as the server says in {@code OData-EntityId}, else as asked for
     * @param already whether an earlier call had made it (412, and the row with this id is there)
     */
    record Created(UUID id, boolean already) {}
}
