/** Tests of sketches. */
@NullMarked
package io.segmentrelay.sketch;

import org.jspecify.annotations.NullMarked;
