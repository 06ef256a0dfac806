/** A small sketch of a large set of ids, from which it can be told how another set differs. Knows nothing of segments. */
@NullMarked
package io.segmentrelay.sketch;

import org.jspecify.annotations.NullMarked;
