@NullMarked
package io.segmentrelay.event.wire;

import org.jspecify.annotations.NullMarked;
