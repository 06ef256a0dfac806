@NullMarked
package io.segmentrelay.trace;

import org.jspecify.annotations.NullMarked;
