/** What every delivery goes through, whatever brought it. Knows no transport. */
@NullMarked
package io.segmentrelay.relay;

import org.jspecify.annotations.NullMarked;
