/**
 * The clock and the timer, so that a test can move them. Nothing else asks the system for the time.
 *
 * <p>May use Mutiny alone.
 */
@NullMarked
package io.segmentrelay.time;

import org.jspecify.annotations.NullMarked;
