@NullMarked
package io.segmentrelay.event.codec;

import org.jspecify.annotations.NullMarked;
