/** The packaged application, run as separate processes, over a real broker and the simulator. */
@NullMarked
package io.segmentrelay.it;

import org.jspecify.annotations.NullMarked;
