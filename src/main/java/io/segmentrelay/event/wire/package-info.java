/** CloudEvents over Kafka and HTTP. Knows no segment. */
@NullMarked
package io.segmentrelay.event.wire;

import org.jspecify.annotations.NullMarked;
