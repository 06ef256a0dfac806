/** Tests of the events. */
@NullMarked
package io.segmentrelay.event;

import org.jspecify.annotations.NullMarked;
