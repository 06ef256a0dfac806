/** Deliveries over HTTP, tested from outside. */
@NullMarked
package io.segmentrelay.trigger.http;

import org.jspecify.annotations.NullMarked;
