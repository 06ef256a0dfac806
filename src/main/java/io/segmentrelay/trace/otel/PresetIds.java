package io.segmentrelay.trace.otel;

import java.util.function.Supplier;

import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives a span the ids that it was promised. A span of ours is made when it has ended, and its children are made before; so its id is
 * known first. OpenTelemetry asks for ids while the span is made, on the same thread.
 */
final class PresetIds implements IdGenerator {

    /** Set while a span is made, and by nobody else. */
    private static final ThreadLocal<@Nullable Preset> PRESET = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    private record Preset(String traceId, String spanId) {}

    /** Makes something that asks for ids. */
    <T> T giving(String traceId, String spanId, Supplier<T> made) {
        PRESET.set(new Preset(traceId, spanId));
        try {
            return made.get();
        } finally {
            PRESET.remove();
        }
    }

    @Override
    public String generateSpanId() {
        var given = PRESET.get();
        return given == null ? random.generateSpanId() : given.spanId();
    }

    @Override
    public String generateTraceId() {
        var given = PRESET.get();
        return given == null ? random.generateTraceId() : given.traceId();
    }
}
