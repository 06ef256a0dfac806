/** Fuzzing of all that parses bytes from outside, in its short form. */
@NullMarked
package io.segmentrelay.fuzz;

import org.jspecify.annotations.NullMarked;
