/** What is published of the events, and whether an event is as it says. */
@NullMarked
package io.segmentrelay.contract;

import org.jspecify.annotations.NullMarked;
