/** What those who consume the relay's events may start from: it knows none of the relay's classes. */
@NullMarked
package io.segmentrelay.example;

import org.jspecify.annotations.NullMarked;
