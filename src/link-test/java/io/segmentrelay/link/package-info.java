/** Which classes a native build would miss, found without a native build. */
@NullMarked
package io.segmentrelay.link;

import org.jspecify.annotations.NullMarked;
