package io.segmentrelay.relay;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;

/** Holds back the reading of member lists that there is no room for: see {@link HeldMembers}. */
public final class MemoryBoundDynamics implements Dynamics {

    private final Dynamics dynamics;
    private final HeldMembers held;

    /** Decorates the calls. */
    public MemoryBoundDynamics(Dynamics dynamics, HeldMembers held) {
        this.dynamics = dynamics;
        this.held = held;
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        return dynamics.createDefinition(definition);
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return dynamics.createSegment(segment);
    }

    @Override
    public boolean addsMembersApart() {
        return dynamics.addsMembersApart();
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        return dynamics.addMembers(ids, groupId, members);
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return dynamics.publish(ids);
    }

    @Override
    public boolean makesAtOnce() {
        return dynamics.makesAtOnce();
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        return dynamics.make(definition, segment);
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return dynamics.state(ids);
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        return dynamics.states(ids);
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        return held.read(() -> dynamics.members(ids));
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return dynamics.segment(segmentId);
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return dynamics.look(definitionId);
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return dynamics.deleteSegment(segmentId);
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return dynamics.deleteDefinition(definitionId);
    }
}
