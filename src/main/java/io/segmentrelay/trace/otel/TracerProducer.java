package io.segmentrelay.trace.otel;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Tracer;

/** The tracer of the process, and the generator of ids that its SDK takes. */
@Singleton
final class TracerProducer {

    private final PresetIds ids = new PresetIds();

    @Produces
    @Singleton
    IdGenerator ids() {
        return ids;
    }

    @Produces
    @Singleton
    Tracer tracer(
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean disabled,
            Instance<OpenTelemetry> sdk,
            Time time) {
        return disabled ? Tracer.OFF : new OtelTracer(sdk.get().getTracer("segment-relay"), ids, time);
    }
}
