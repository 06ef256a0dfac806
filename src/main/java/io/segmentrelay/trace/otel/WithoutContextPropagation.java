package io.segmentrelay.trace.otel;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/**
 * Keeps Mutiny from copying contexts into each step of each event, which OpenTelemetry's extension brings with it, whether traces are
 * on or off: some KB for each request that waits, for a context that is always empty here (see {@link io.segmentrelay.trace.Spans}). There is no
 * setting for it.
 */
@Singleton
final class WithoutContextPropagation {

    private static final int FIRST = 1;

    void start(@Observes @Priority(FIRST) StartupEvent event) {
        Infrastructure.clearInterceptors();
    }
}
