package io.segmentrelay;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.PollPauses;
import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SettingsCheck;
import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.relay.HeldMembers;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.MemoryBoundDynamics;
import io.segmentrelay.relay.MeteredDynamics;
import io.segmentrelay.relay.ObservedProgress;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.Undelivered;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Tracer;
import io.segmentrelay.trigger.http.HttpEventSink;
import io.segmentrelay.trigger.kafka.FollowedMarks;
import io.segmentrelay.trigger.kafka.KafkaDestination;
import io.segmentrelay.workflow.Backoff;
import io.segmentrelay.workflow.LifeMarks;
import io.segmentrelay.workflow.LifeParts;
import io.segmentrelay.workflow.LiveWatch;
import io.segmentrelay.workflow.SegmentWorkflow;

/**
 * Puts workflow and relay together, with what decorates them. The parts of Dynamics are put together in their own package
 * ({@code DynamicsProducer}), the sink in {@link SinkChoice}.
 */
public class RelayParts {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);

    /** Of the heap: in 256 MB there is room for 2,000 follows with the largest sketches. */
    private static final double SHARE_OF_FOLLOWS = 0.6;

    @Produces
    @Singleton
    Backoff backoff(RelayConfig config) {
        return new Backoff(FIRST_BACKOFF, PollPauses.of(config.poll()).longest());
    }

    @Produces
    @Singleton
    EventCodec codec(RelayConfig config, SettingsCheck settings, LifeRules.Home home) {
        // Routes are made before anything else is checked, and want a codec.
        settings.checkSource();
        return new EventCodec(config.source(), config.readyWithin(), lifeRules(config, home))
                .checking(config.queryCheck());
    }

    @Produces
    @Singleton
    InFlight inFlight(RelayConfig config, MeterRegistry meters) {
        var inFlight = new InFlight(config.maxInFlight());
        Gauge.builder("relay.in.flight", inFlight::count)
                .description("Events on their way in this process")
                .register(meters);
        return inFlight;
    }

    /** Of the follows: each may wait for weeks, with a sketch of up to 64 KB, and must not take the room of the requests. */
    @Produces
    @Singleton
    @Identifier("followed")
    InFlight followed(RelayConfig config) {
        return InFlight.ofTheHeap(SHARE_OF_FOLLOWS, config.maxInFlight());
    }

    /** Where the topic of follows is read. */
    @Produces
    @Singleton
    LifeMarks marks(RelayConfig config, LifeRules.Home home, Instance<FollowedMarks> followed) {
        return config.kafka().enabled() && home == LifeRules.Home.KAFKA ? followed.get() : LifeMarks.NONE;
    }

    @Produces
    @Singleton
    ObservedProgress progress(MeterRegistry meters, Time time, Tracer tracer) {
        return new ObservedProgress(meters, time, tracer);
    }

    @Produces
    @Singleton
    Undelivered undelivered(MeterRegistry meters, Time time, SinkSettings sink, Config config) {
        var topics = KafkaDestination.all(config).stream().map(KafkaDestination::topic);
        return new Undelivered(
                meters,
                time,
                sink.rawUrl().isPresent()
                        ? List.of(HttpEventSink.RECEIVER)
                        : topics.distinct().toList());
    }

    @Produces
    @Singleton
    HeldMembers held(RelayConfig config, MeterRegistry meters) {
        var held = HeldMembers.ofTheHeap(config.pageSize());
        Gauge.builder("relay.members.held.bytes", held::bytes)
                .description("Member lists that are read and not yet handed over")
                .baseUnit("bytes")
                .register(meters);
        return held;
    }

    @Produces
    @Singleton
    SegmentWorkflow workflow(
            Dynamics client,
            DynamicsGate gate,
            Time time,
            Backoff backoff,
            RelayConfig config,
            ObservedProgress progress,
            HeldMembers held,
            LifeMarks marks,
            MeterRegistry meters) {
        MeteredDynamics.gauges(gate, meters, time);
        var dynamics = new MemoryBoundDynamics(new MeteredDynamics(client, meters, time), held);
        var watch = new LiveWatch(dynamics, time, watchSettings(config, gate));
        Gauge.builder("relay.live.watch.waiting", watch::waiting)
                .description("Segments that are waited for to go live")
                .register(meters);
        var parts = new LifeParts(marks, config.retire(), config.failedSegments(), (int)
                config.follow().maxSketch().asLongValue());
        var workflow =
                new SegmentWorkflow(dynamics, watch, time, config.window(), backoff, Backoff::random, progress, parts);
        Gauge.builder("relay.followed", workflow::followed)
                .description("Follows that this process lives")
                .register(meters);
        return workflow;
    }

    @Produces
    @Singleton
    Relay relay(
            SegmentWorkflow workflow,
            EventCodec codec,
            EventSink sink,
            Time time,
            RelayConfig config,
            HeldMembers held,
            ObservedProgress progress,
            Tracer tracer) {
        return new Relay(workflow, codec, sink, time, config.pageSize(), held, progress, tracer);
    }

    private static LifeRules lifeRules(RelayConfig config, LifeRules.Home home) {
        return new LifeRules(
                home,
                config.follow().maxUntil(),
                (int) config.follow().maxSketch().asLongValue(),
                config.retire() != RelayConfig.Retire.OFF);
    }

    private static LiveWatch.Settings watchSettings(RelayConfig config, DynamicsGate gate) {
        var pauses = PollPauses.of(config.poll());
        return new LiveWatch.Settings(pauses.first(), pauses.longest(), gate::pollDistance, config.liveWhen());
    }
}
