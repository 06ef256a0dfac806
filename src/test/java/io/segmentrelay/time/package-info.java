@NullMarked
package io.segmentrelay.time;

import org.jspecify.annotations.NullMarked;
