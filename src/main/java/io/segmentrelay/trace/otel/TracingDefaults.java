package io.segmentrelay.trace.otel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Tracing is on where somebody has said where spans go, and off where nobody has. */
public class TracingDefaults implements ConfigSourceFactory {

    /** As of the defaults that {@code K_SINK} decides: over what the build recorded, under what an operator sets. */
    private static final int ORDINAL = 100;

    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var endpoint = Stream.of(ENDPOINT, "quarkus.otel.exporter.otlp.traces.endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT")
                .flatMap(name -> set(context, name).stream())
                .findFirst();
        return List.of(new PropertiesConfigSource(
                endpoint.map(address -> Map.of("quarkus.otel.sdk.disabled", "false", ENDPOINT, address))
                        .orElseGet(() -> Map.of("quarkus.otel.sdk.disabled", "true")),
                "the defaults that the endpoint for traces decides",
                ORDINAL));
    }

    /** What Quarkus has as a default of its own is nobody's wish. */
    private static Optional<String> set(ConfigSourceContext context, String name) {
        var value = context.getValue(name);
        return Optional.ofNullable(value)
                .filter(found -> found.getConfigSourceOrdinal() > 0)
                .map(found -> found.getValue())
                .filter(text -> text != null && !text.isBlank());
    }
}
