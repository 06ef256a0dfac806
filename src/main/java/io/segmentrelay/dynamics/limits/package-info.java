/**
 * The server's limits: who may call, who is next, and the pause that the server has asked for.
 *
 * <p>May use {@code time}, and of {@code http} how {@code Retry-After} is read.
 */
@NullMarked
package io.segmentrelay.dynamics.limits;

import org.jspecify.annotations.NullMarked;
