package io.segmentrelay.relay;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;

/** Times and traces each call to Dynamics, its wait at the gate included, by operation and result. */
public final class MeteredDynamics implements Dynamics {

    private final Dynamics dynamics;
    private final MeterRegistry meters;
    private final Time time;

    /** Decorates the calls with meters; their spans are part of whatever asks for them. */
    public MeteredDynamics(Dynamics dynamics, MeterRegistry meters, Time time) {
        this.dynamics = dynamics;
        this.meters = meters;
        this.time = time;
    }

    /** Shows the gate's state. */
    public static void gauges(DynamicsGate gate, MeterRegistry meters, Time time) {
        Gauge.builder("relay.dynamics.gate.waiting", gate::waiting)
                .description("Calls that wait for their turn")
                .register(meters);
        Gauge.builder("relay.dynamics.gate.under.way", gate::underWay)
                .description("Calls under way")
                .register(meters);
        Gauge.builder("relay.dynamics.budget.left", gate::budgetLeft)
                .description("Calls that the budget of the last five minutes still allows")
                .register(meters);
        Gauge.builder("relay.dynamics.execution.time.left.seconds", () -> seconds(gate.executionTimeLeft()))
                .description("Execution time that the budget of the last five minutes still allows")
                .register(meters);
        Gauge.builder("relay.dynamics.budget.part", gate::usablePart)
                .description(
                        "The part of the set budgets that may be used: this replica's, and what refusals have left of it")
                .register(meters);
        Gauge.builder("relay.dynamics.gate.closed.seconds", () -> closedSeconds(gate, time))
                .description("How much longer the gate is closed, because the server asked for it")
                .register(meters);
    }

    private static double closedSeconds(DynamicsGate gate, Time time) {
        return gate.closedUntil()
                .map(until -> Math.max(0, seconds(Duration.between(time.now(), until))))
                .orElse(0.0);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        return timed("create-definition", () -> dynamics.createDefinition(definition));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return timed("create-segment", () -> dynamics.createSegment(segment));
    }

    @Override
    public boolean addsMembersApart() {
        return dynamics.addsMembersApart();
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        return timed("add-members", () -> dynamics.addMembers(ids, groupId, members));
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return timed("publish", () -> dynamics.publish(ids));
    }

    @Override
    public boolean makesAtOnce() {
        return dynamics.makesAtOnce();
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        return timed("batch", () -> dynamics.make(definition, segment));
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return timed("state", () -> dynamics.state(ids));
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        return timed("states", () -> dynamics.states(ids));
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        return timed("members", () -> dynamics.members(ids));
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return timed("segment", () -> dynamics.segment(segmentId));
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return timed("look", () -> dynamics.look(definitionId));
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return timed("delete-segment", () -> dynamics.deleteSegment(segmentId));
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return timed("delete-definition", () -> dynamics.deleteDefinition(definitionId));
    }

    private <T> Uni<T> timed(String operation, Supplier<Uni<T>> call) {
        return Spans.with(request -> {
            var start = time.nanos();
            var span = request.child("dynamics " + operation, Span.Kind.CLIENT);
            Uni<T> told = Spans.within(span, call.get())
                    .onItemOrFailure()
                    .invoke((item, failure) -> ended(operation, start, span, failure));
            return span.isOn() ? told.onCancellation().invoke(() -> span.failed(Spans.CANCELLED)) : told;
        });
    }

    private void ended(String operation, long start, Span span, @Nullable Throwable failure) {
        var status = status(failure);
        span.measured(
                () -> RelayTimers.calls(meters, operation, status).record(Duration.ofNanos(time.nanos() - start)));
        if (failure == null) {
            span.end();
        } else {
            span.failed(status);
        }
    }

    private static String status(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "ok";
            case DynamicsException.Rejected rejected ->
                Integer.toString(rejected.answer().status());
            case DynamicsException.Unauthorized refused -> "unauthorized";
            case DynamicsException.Weather weather -> "weather";
            default -> "error";
        };
    }
}
