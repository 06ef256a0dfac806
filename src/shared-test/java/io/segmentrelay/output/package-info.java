/** What tests write: a test takes what it provokes, and a check at the build's end finds the rest. */
@NullMarked
package io.segmentrelay.output;

import org.jspecify.annotations.NullMarked;
