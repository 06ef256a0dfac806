/**
 * Spans by OpenTelemetry: the only place that knows it. Nothing here is touched while no endpoint is set.
 *
 * <p>May use {@code trace}, {@code time}, the OpenTelemetry API and SDK, and Vert.x for the context that it keeps them in.
 */
@NullMarked
package io.segmentrelay.trace.otel;

import org.jspecify.annotations.NullMarked;
