/** What deliveries of any transport have in common: decode, call the workflow, hand over, acknowledge. */
@NullMarked
package io.segmentrelay.trigger;

import org.jspecify.annotations.NullMarked;
