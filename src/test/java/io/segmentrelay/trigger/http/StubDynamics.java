package io.segmentrelay.trigger.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;

/** Segments that are live at once and have {@value #MEMBERS} members; it can hold what it is asked until told to go on. */
@Alternative
@ApplicationScoped
public class StubDynamics implements Dynamics {

    static final int MEMBERS = 25;

    private static final DefinitionState LIVE = new DefinitionState(Status.LIVE, Computation.FINISHED);

    private volatile boolean holding;
    private volatile BroadcastProcessor<Boolean> gate = BroadcastProcessor.create();

    /** From now on no definition is created. */
    void hold() {
        gate = BroadcastProcessor.create();
        holding = true;
    }

    /** All that was held goes on. */
    void release() {
        holding = false;
        gate.onNext(true);
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        Uni<Boolean> open = holding ? gate.toUni() : Uni.createFrom().item(true);
        return open.map(go -> new Created(definition.id(), false));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return Uni.createFrom().item(new Created(segment.id(), false));
    }

    @Override
    public boolean addsMembersApart() {
        return false;
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        throw new UnsupportedOperationException("members go with the definition here");
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean makesAtOnce() {
        return false;
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        throw new UnsupportedOperationException("step by step here");
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return Uni.createFrom().item(Optional.of(LIVE));
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        return Uni.createFrom()
                .item(ids.stream().collect(java.util.stream.Collectors.toMap(SegmentIds::definitionId, each -> LIVE)));
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        var members = MemberSet.of(IntStream.range(0, MEMBERS)
                .mapToObj(n -> new UUID(ids.segmentId().getMostSignificantBits(), n))
                .toList());
        return Uni.createFrom().item(new MemberList(members, Optional.of("contactid"), OptionalLong.empty()));
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return Uni.createFrom()
                .item(Optional.of(new FoundSegment(
                        segmentId, Optional.of(segmentId), "Made by others", Optional.of("contact"), false)));
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return Uni.createFrom().item(Optional.of(new DefinitionLook(LIVE, Optional.empty())));
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return Uni.createFrom().voidItem();
    }
}
