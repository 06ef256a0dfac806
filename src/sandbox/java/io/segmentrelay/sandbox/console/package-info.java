/** A page to try the relay with: a request is written, its life is watched, and the simulator's faults are switched on and off. */
@NullMarked
package io.segmentrelay.sandbox.console;

import org.jspecify.annotations.NullMarked;
