/** Deliveries over HTTP in Knative's convention, and the sink that POSTs to K_SINK. */
@NullMarked
package io.segmentrelay.trigger.http;

import org.jspecify.annotations.NullMarked;
