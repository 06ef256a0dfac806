/** Deliveries from Kafka, and the sink that writes to it. */
@NullMarked
package io.segmentrelay.trigger.kafka;

import org.jspecify.annotations.NullMarked;
