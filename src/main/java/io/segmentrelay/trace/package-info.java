/**
 * Where a request's trace goes on, and its spans: a face that knows no library. What makes them is {@code trace.otel}.
 *
 * <p>May use Mutiny alone.
 */
@NullMarked
package io.segmentrelay.trace;

import org.jspecify.annotations.NullMarked;
