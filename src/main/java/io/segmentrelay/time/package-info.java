/** Time as a part that tests can move. */
@NullMarked
package io.segmentrelay.time;

import org.jspecify.annotations.NullMarked;
