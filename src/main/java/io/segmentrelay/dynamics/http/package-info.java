/**
 * What an HTTP answer of Dynamics means: the one place that knows a status.
 *
 * <p>May use {@code dynamics}, {@code http} and Jackson.
 */
@NullMarked
package io.segmentrelay.dynamics.http;

import org.jspecify.annotations.NullMarked;
