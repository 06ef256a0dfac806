/** The events as JSON, in and out: schemas, and what they find. */
@NullMarked
package io.segmentrelay.event.codec;

import org.jspecify.annotations.NullMarked;
