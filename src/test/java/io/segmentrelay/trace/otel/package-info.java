@NullMarked
package io.segmentrelay.trace.otel;

import org.jspecify.annotations.NullMarked;
