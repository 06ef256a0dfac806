/** The server's limits: who may call, and when. */
@NullMarked
package io.segmentrelay.dynamics.limits;

import org.jspecify.annotations.NullMarked;
